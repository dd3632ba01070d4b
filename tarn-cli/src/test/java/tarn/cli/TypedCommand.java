package tarn.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tarn.base.Json;
import tarn.lake.WorkingFolder;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/** Commands as typed into a shell that stands in a folder, run in this process. */
public final class TypedCommand {
  private static final Path START = Path.of("").toAbsolutePath();

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private Set<Shell.Stream> terminals = Set.of();
  private byte[] input = new byte[0];
  private Path home = Checkout.folder().resolve(".tarn");

  private TypedCommand(Path folder) {
    this.folder = folder;
  }

  public static TypedCommand in(Path folder) {
    return new TypedCommand(folder);
  }

  public TypedCommand with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** As if a person looked at both outputs. */
  public TypedCommand onATerminal() {
    terminals = Set.of(Shell.Stream.OUT, Shell.Stream.ERR);
    return this;
  }

  public TypedCommand given(String standardInput) {
    input = standardInput.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  public TypedCommand withHome(Path folderOfExtensions) {
    home = folderOfExtensions;
    return this;
  }

  /** What a command left behind. */
  public static final class Ended {
    private final int exitCode;
    private final byte[] out;
    private final String err;

    private Ended(int exitCode, byte[] out, String err) {
      this.exitCode = exitCode;
      this.out = out;
      this.err = err;
    }

    public int exitCode() {
      return exitCode;
    }

    public String err() {
      return err;
    }

    public byte[] bytes() {
      return out.clone();
    }

    public String out() {
      return new String(out, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
      return Json.mapper().readTree(out);
    }

    /** The outcome when it is the one that was expected, for the reader of a failed test. */
    public Ended exitingWith(int expected) {
      if (exitCode != expected) {
        throw new AssertionError(
            "exit code %d instead of %d%n%s%n%s".formatted(exitCode, expected, out(), err));
      }
      return this;
    }
  }

  public Ended run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = run(out, err, arguments);
    return new Ended(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  public int run(OutputStream out, OutputStream err, String... arguments) {
    System.setProperty("tarn.home", home.toString());
    try {
      return Main.run(
          new Shell(
              new ByteArrayInputStream(input),
              out,
              new PrintStream(err, true, StandardCharsets.UTF_8),
              Map.copyOf(environment),
              folder,
              terminals),
          arguments);
    } finally {
      // Tests delete their folders, and a process that starts in a deleted one fails.
      WorkingFolder.enter(START);
      System.clearProperty("tarn.home");
    }
  }
}
