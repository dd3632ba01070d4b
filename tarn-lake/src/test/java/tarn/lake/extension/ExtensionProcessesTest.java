package tarn.lake.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

@Tag("slow")
class ExtensionProcessesTest {
  private static final String FILE = Genuine.NAME + ".duckdb_extension";
  private static final int KILLS = 8;

  @TempDir Path temporary;
  private Path store = Path.of("");
  private Path from = Path.of("");
  private Path place = Path.of("");
  private Path errors = Path.of("");

  @BeforeEach
  void prepare() throws Exception {
    store = temporary.resolve("store");
    from = Files.createDirectories(temporary.resolve("from"));
    place = store.resolve(Genuine.store().relativize(Genuine.file()));
    errors = temporary.resolve("errors");
  }

  @Test
  void processesAtOnce_installOnceAndAllSucceed() throws Exception {
    Files.write(from.resolve(FILE), Genuine.bytes());
    List<Process> processes = new ArrayList<>();
    for (int index = 0; index < 3; index++) {
      processes.add(
          InstallingProcess.start(
              Map.of(), temporary.resolve("errors" + index), "once", text(store), text(from)));
    }

    List<String> outcomes = new ArrayList<>();
    for (Process process : processes) {
      outcomes.add(output(process));
      assertThat(process.waitFor()).isZero();
    }

    assertThat(outcomes).containsExactlyInAnyOrder("Installed", "Kept", "Kept");
    assertThat(place).hasBinaryContent(Genuine.bytes());
  }

  @Test
  void killedInstallation_leavesTheOldFileOrTheNewOneWhole() throws Exception {
    byte[] good = Genuine.bytes();
    byte[] before = Genuine.withoutSignature();
    try (GZIPOutputStream packed =
        new GZIPOutputStream(Files.newOutputStream(from.resolve(FILE + ".gz")))) {
      packed.write(good);
    }
    Path old = Files.write(temporary.resolve("old"), before);
    Files.createDirectories(Objects.requireNonNull(place.getParent()));
    Random random = new Random(7);
    int kept = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process =
          InstallingProcess.start(
              Map.of(), errors, "again-and-again", text(store), text(from), text(place), text(old));
      try (BufferedReader lines = process.inputReader()) {
        assertThat(lines.readLine()).as(Files.readString(errors)).isEqualTo("installing");
        Thread.sleep(random.nextInt(2000));
        process.destroyForcibly().waitFor();
      }
      byte[] left = Files.readAllBytes(place);
      assertThat(Arrays.equals(left, before) || Arrays.equals(left, good)).isTrue();
      kept += Arrays.equals(left, before) ? 1 : 0;
    }
    assertThat(kept).as("kills that came before the new file was in its place").isPositive();

    new ExtensionStore(store).install(List.of(Genuine.NAME), from);
    assertThat(place).hasBinaryContent(good);
  }

  @Test
  void pythonWheel_isBroughtByPip() throws Exception {
    String version = TrialEngine.build().packageVersion();
    wheel(from.resolve("duckdb_extension_httpfs-" + version + "-py3-none-any.whl"), version);
    Path target = temporary.resolve(FILE);
    Path staging = Files.createDirectory(temporary.resolve("staging"));

    Process process =
        InstallingProcess.start(
            Map.of("PIP_NO_INDEX", "1", "PIP_FIND_LINKS", text(from)),
            errors,
            "wheels",
            Genuine.NAME,
            text(staging),
            text(target));
    String said = output(process);

    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    assertThat(target).as(said).hasBinaryContent(Genuine.bytes());
  }

  @Test
  void pythonWheel_thatNobodyHas_tellsWhatPipSaid() throws Exception {
    Path staging = Files.createDirectory(temporary.resolve("staging"));

    Process process =
        InstallingProcess.start(
            Map.of("PIP_NO_INDEX", "1", "PIP_FIND_LINKS", text(from)),
            errors,
            "wheels",
            Genuine.NAME,
            text(staging),
            text(temporary.resolve(FILE)));

    assertThat(output(process))
        .startsWith("PyPI: ")
        .contains("No matching distribution found for duckdb-extension-httpfs==");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void install_whatNobodyHas_isMissingAndNamesEverySource() {
    TarnException missing =
        catchThrowableOfType(
            TarnException.class,
            () -> new ExtensionStore(store).install(List.of("tarn_does_not_exist"), from));

    assertThat(missing.code()).isEqualTo(ErrorCode.EXTENSION_MISSING);
    assertThat(missing)
        .hasMessageContaining(from.toString())
        .hasMessageContaining("DuckDB's repository: ")
        .hasMessageContaining("PyPI: ");
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static String text(Path path) {
    return path.toString();
  }

  /** A wheel as pip wants it, with the metadata that it reads. */
  private static void wheel(Path file, String version) throws Exception {
    String information = "duckdb_extension_httpfs-" + version + ".dist-info/";
    try (ZipOutputStream wheel = new ZipOutputStream(Files.newOutputStream(file))) {
      wheel.putNextEntry(
          new ZipEntry("duckdb_extension_httpfs/extensions/v" + version + "/" + FILE));
      wheel.write(Genuine.bytes());
      wheel.putNextEntry(new ZipEntry(information + "METADATA"));
      wheel.write(
          ("Metadata-Version: 2.1\nName: duckdb-extension-httpfs\nVersion: " + version + "\n")
              .getBytes(StandardCharsets.UTF_8));
      wheel.putNextEntry(new ZipEntry(information + "WHEEL"));
      wheel.write(
          "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
              .getBytes(StandardCharsets.UTF_8));
      wheel.putNextEntry(new ZipEntry(information + "RECORD"));
    }
  }
}
