package tarn.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.TarnException;
import tarn.lake.extension.Extension;
import tarn.lake.extension.ExtensionStore;

/** What Tarn needs of the machine, whatever the station. */
public final class MachineChecks {
  /** When this version was made: a clock before that is wrong. */
  private static final Instant MADE = Instant.parse("2026-11-01T00:00:00Z");

  private static final Pattern PYTHON = Pattern.compile("Python (\\d+)\\.(\\d+).*");

  private final ExtensionStore extensions;

  public MachineChecks(ExtensionStore extensions) {
    this.extensions = extensions;
  }

  public List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    findings.add(javaDevelopmentKit());
    findings.add(fileNames());
    findings.add(clock());
    List<Finding> engine = engine();
    findings.addAll(engine);
    findings.add(python(engine.stream().allMatch(each -> each.message().contains("usable"))));
    return findings;
  }

  private static Finding javaDevelopmentKit() {
    int version = Runtime.version().feature();
    String found = Runtime.version() + " in " + System.getProperty("java.home", "?");
    return version == 25
        ? Finding.ok("jdk", found)
        : Finding.warning(
            "jdk",
            found + "; Tarn is made for and tested with JDK 25",
            "Install a JDK 25 and set JAVA_HOME to it.");
  }

  /** In the locale C the JVM cannot even name a file with an umlaut. */
  private static Finding fileNames() {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    return encoding.equalsIgnoreCase(StandardCharsets.UTF_8.name())
        ? Finding.ok("filenames", "read as UTF-8")
        : Finding.warning(
            "filenames",
            "read as "
                + encoding
                + ": landing files with other letters in their names are not found",
            "Set LC_ALL=C.UTF-8 where Tarn is started.");
  }

  private static Finding clock() {
    Instant now = Instant.now();
    return now.isAfter(MADE)
        ? Finding.ok("clock", now.toString())
        : Finding.failed(
            "clock",
            "it is " + now + ", which is before this version was made",
            "Set the machine's clock, and keep it right with NTP.");
  }

  private List<Finding> engine() {
    try {
      List<Finding> findings = new ArrayList<>();
      findings.add(Finding.ok("engine", "DuckDB " + extensions.engine() + " is usable"));
      extensions.list(ExtensionStore.STANDARD).stream()
          .map(MachineChecks::extension)
          .forEach(findings::add);
      return findings;
    } catch (TarnException e) {
      return List.of(Finding.failed("engine", e));
    } catch (LinkageError e) {
      return List.of(
          Finding.failed(
              "engine",
              "its native library cannot be loaded: " + e.getMessage(),
              "Start the program with `tarn`, which unpacks it, or run `./dev build`."));
    }
  }

  private static Finding extension(Extension extension) {
    String subject = "extension " + extension.name();
    String install = "Run `tarn extensions install %s`.".formatted(extension.name());
    return switch (extension) {
      case Extension.Usable usable ->
          Finding.ok(subject, usable.version() + " is usable, its signature is good");
      case Extension.Refused refused ->
          Finding.failed(
              subject, "the engine refuses " + refused.file() + ": " + refused.reason(), install);
      case Extension.Missing missing ->
          missing.name().equals("ducklake")
              ? Finding.failed(subject, "not installed, and no lake opens without it", install)
              : Finding.warning(
                  subject,
                  "not installed; needed for " + purpose(missing.name()) + " only",
                  install);
    };
  }

  private static String purpose(String extension) {
    return switch (extension) {
      case "httpfs" -> "data on S3 or behind a URL";
      case "azure" -> "data on Azure";
      case "postgres_scanner" -> "PostgreSQL";
      case "sqlite_scanner" -> "SQLite";
      default -> "some queries";
    };
  }

  /** Only brings extensions, when DuckDB's own repository cannot be reached. */
  private static Finding python(boolean allUsable) {
    Optional<String> version = firstLineOf("python3", "--version");
    if (version.isEmpty()) {
      return withoutPython("python3 is not on the PATH", allUsable);
    }
    Matcher number = PYTHON.matcher(version.get());
    if (!number.matches()
        || Integer.parseInt(number.group(1)) < 3
        || Integer.parseInt(number.group(2)) < 10) {
      return withoutPython(version.get() + " is older than 3.10", allUsable);
    }
    return firstLineOf("python3", "-m", "pip", "--version").isPresent()
        ? Finding.ok("python", version.get() + " with pip")
        : withoutPython(version.get() + " has no pip", allUsable);
  }

  private static Finding withoutPython(String message, boolean allUsable) {
    return allUsable
        ? Finding.ok("python", message + "; every extension is there, so it is not needed")
        : Finding.warning(
            "python",
            message + ": extensions come from DuckDB's repository or a folder only",
            "Install Python 3.10 or newer with pip, or use `tarn extensions install --from DIR`.");
  }

  private static Optional<String> firstLineOf(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? said.lines().findFirst() : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
