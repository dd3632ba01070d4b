package tarn.lake.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class ExtensionStoreTest {
  private static final String FILE = Genuine.NAME + ".duckdb_extension";

  @TempDir Path temporary;
  private ExtensionStore store;
  private Path from;
  private Path place;

  @BeforeEach
  void prepare() throws Exception {
    store = new ExtensionStore(temporary.resolve("a store"));
    from = Files.createDirectories(temporary.resolve("carried here"));
    Path genuine = Genuine.file();
    place = store.folder().resolve(Genuine.store().relativize(genuine));
  }

  @Test
  void installFrom_plainFile_isLoadedByABareEngine() throws Exception {
    Files.write(from.resolve(FILE), Genuine.bytes());

    assertThat(store.install(List.of(Genuine.NAME), from))
        .containsExactly(
            new Installation.Installed(
                Genuine.NAME, place, from.resolve(FILE).toString(), Genuine.bytes().length));
    assertThat(place).hasBinaryContent(Genuine.bytes());
    assertLoadsInABareEngine();
  }

  @Test
  void installFrom_gzipDeepInTheFolder_isUnpacked() throws Exception {
    Path file = Files.createDirectories(from.resolve("any/where")).resolve(FILE + ".gz");
    try (GZIPOutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write(Genuine.bytes());
    }

    store.install(List.of(Genuine.NAME), from);

    assertThat(place).hasBinaryContent(Genuine.bytes());
  }

  @Test
  void installFrom_wheel_isUnpacked() throws Exception {
    wheel(from.resolve("duckdb_extension_httpfs-1.5.5-py3-none-any.whl"), Genuine.bytes());

    store.install(List.of(Genuine.NAME), from);

    assertThat(place).hasBinaryContent(Genuine.bytes());
  }

  @Test
  void installFrom_folderLaidOutAsTheEngineDoes_isFound() throws Exception {
    Path file = from.resolve(store.folder().relativize(place));
    Files.createDirectories(file.getParent());
    Files.write(file, Genuine.bytes());

    store.install(List.of(Genuine.NAME), from);

    assertThat(place).hasBinaryContent(Genuine.bytes());
  }

  @Test
  void installFrom_otherPlatformBesideThisOne_takesTheOneThatFits() throws Exception {
    Path other = Files.createDirectories(from.resolve("a")).resolve(FILE);
    Files.write(other, Genuine.claiming("linux_", "minix_"));
    Path fitting = Files.createDirectories(from.resolve("b")).resolve(FILE);
    Files.write(fitting, Genuine.bytes());

    assertThat(store.install(List.of(Genuine.NAME), from))
        .singleElement()
        .isInstanceOfSatisfying(
            Installation.Installed.class,
            installed -> assertThat(installed.origin()).isEqualTo(fitting.toString()));
  }

  @Test
  void installFrom_sameFileAgain_keepsTheOneThatIsThere() throws Exception {
    Files.write(from.resolve(FILE), Genuine.bytes());
    store.install(List.of(Genuine.NAME), from);

    assertThat(store.install(List.of(Genuine.NAME), from))
        .containsExactly(new Installation.Kept(Genuine.NAME, place));
  }

  static Stream<Arguments> badBinaries() {
    return Stream.of(
        bad("its signature does not match its content", Genuine::withOneBitFlipped),
        bad("its signature does not match its content", Genuine::withOneBitOfTheSignatureFlipped),
        bad("it is not signed", Genuine::withoutSignature),
        bad("its end is cut off", Genuine::withoutItsEnd),
        bad("it is no extension", () -> new byte[0]),
        bad("it is no extension", () -> "<html>".repeat(1000).getBytes(StandardCharsets.UTF_8)),
        bad("built for engine v1.0.0", () -> Genuine.claiming("v1.5.5", "v1.0.0")),
        bad("built for platform minix_", () -> Genuine.claiming("linux_", "minix_")));
  }

  private static Arguments bad(String reason, Callable<byte[]> bytes) {
    return Arguments.of(reason, bytes);
  }

  @ParameterizedTest
  @MethodSource("badBinaries")
  void installFrom_badBinary_isRefusedWithItsReasonAndTheGoodOneStays(
      String reason, Callable<byte[]> bad) throws Exception {
    Files.createDirectories(place.getParent());
    Files.write(place, Genuine.bytes());
    Files.write(from.resolve(FILE), bad.call());

    TarnException refusal =
        catchThrowableOfType(TarnException.class, () -> store.install(List.of(Genuine.NAME), from));

    assertThat(refusal.code()).isEqualTo(ErrorCode.EXTENSION_REFUSED);
    assertThat(refusal).hasMessageContaining(reason).hasMessageContaining(from + "/" + FILE);
    assertThat(place).hasBinaryContent(Genuine.bytes());
    assertNothingElseIsIn(store.folder());
  }

  @Test
  void installFrom_badBinaryWithoutAGoodOne_leavesNothing() throws Exception {
    Files.write(from.resolve(FILE), Genuine.withoutSignature());

    assertThatThrownBy(() -> store.install(List.of(Genuine.NAME), from))
        .isInstanceOf(TarnException.class);

    assertThat(place).doesNotExist();
    assertNothingElseIsIn(store.folder());
  }

  @Test
  void installFrom_otherExtensionUnderThisName_isRefused() throws Exception {
    Files.write(from.resolve("azure.duckdb_extension"), Genuine.bytes());

    assertThatThrownBy(() -> store.install(List.of("azure"), from))
        .hasMessageContaining("it holds another extension than its name says");
  }

  @Test
  void installFrom_wheelThatIsNoZip_isRefused() throws Exception {
    Files.writeString(from.resolve("duckdb_extension_httpfs-1.5.5-py3-none-any.whl"), "nothing");

    assertThatThrownBy(() -> store.install(List.of(Genuine.NAME), from))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXTENSION_REFUSED))
        .hasMessageContaining("it cannot be unpacked");
  }

  @Test
  void installFrom_truncatedGzip_isRefused() throws Exception {
    Path file = from.resolve(FILE + ".gz");
    try (GZIPOutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write(Genuine.bytes());
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));

    assertThatThrownBy(() -> store.install(List.of(Genuine.NAME), from))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXTENSION_REFUSED));
  }

  @Test
  void installFrom_folderThatIsNotThere_isAUsageError() {
    assertThatThrownBy(() -> store.install(List.of(Genuine.NAME), from.resolve("nowhere")))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining(from + "/nowhere");
  }

  @Test
  void install_nameThatIsNoName_isAUsageError() {
    assertThatThrownBy(() -> store.install(List.of("x'; DROP"), from))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE));
  }

  @Test
  void install_whatAKillLeft_isRemovedAndDoesNotDisturb() throws Exception {
    Path left = Files.createDirectories(store.folder().resolve(".staging/trial"));
    Files.write(left.resolve(FILE), new byte[100]);
    Files.write(from.resolve(FILE), Genuine.bytes());

    store.install(List.of(Genuine.NAME), from);

    assertThat(place).hasBinaryContent(Genuine.bytes());
    assertNothingElseIsIn(store.folder());
  }

  @Test
  void list_tellsUsableRefusedAndMissingApart() throws Exception {
    Files.createDirectories(place.getParent());
    Files.write(place, Genuine.bytes());
    Files.write(place.resolveSibling("azure.duckdb_extension"), Genuine.withoutSignature());

    assertThat(store.list(List.of(Genuine.NAME, "azure", "ducklake")))
        .satisfiesExactly(
            usable ->
                assertThat(usable)
                    .isInstanceOfSatisfying(
                        Extension.Usable.class, it -> assertThat(place).hasSize(it.bytes())),
            refused ->
                assertThat(refused)
                    .isInstanceOfSatisfying(
                        Extension.Refused.class,
                        it -> assertThat(it.reason()).isEqualTo("it is not signed")),
            missing -> assertThat(missing).isInstanceOf(Extension.Missing.class));
  }

  @Test
  void load_damagedFileInTheStore_isRefusedAndNotReplaced() throws Exception {
    byte[] damaged = Genuine.withOneBitFlipped();
    Files.createDirectories(place.getParent());
    Files.write(place, damaged);

    try (Connection engine = bareEngine();
        Statement statement = engine.createStatement()) {
      assertThatThrownBy(
              () ->
                  store.load(
                      sql -> {
                        try {
                          statement.execute(sql);
                        } catch (java.sql.SQLException e) {
                          throw new TarnException(ErrorCode.ENGINE_FAILED, "refused", "", e);
                        }
                      },
                      Genuine.NAME))
          .isInstanceOfSatisfying(
              TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXTENSION_REFUSED))
          .hasMessageContaining(place.toString());
    }
    assertThat(place).hasBinaryContent(damaged);
  }

  private void assertLoadsInABareEngine() throws Exception {
    try (Connection engine = bareEngine();
        Statement statement = engine.createStatement()) {
      statement.execute("LOAD " + Genuine.NAME);
    }
  }

  private Connection bareEngine() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("extension_directory", store.folder().toString());
    properties.setProperty("autoinstall_known_extensions", "false");
    return DriverManager.getConnection("jdbc:duckdb:", properties);
  }

  private void assertNothingElseIsIn(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile))
          .allMatch(file -> file.equals(place) || file.equals(folder.resolve(".lock")));
    }
  }

  static void wheel(Path file, byte[] binary) throws Exception {
    try (ZipOutputStream wheel = new ZipOutputStream(Files.newOutputStream(file))) {
      wheel.putNextEntry(new ZipEntry("duckdb_extension_httpfs/__init__.py"));
      wheel.putNextEntry(new ZipEntry("duckdb_extension_httpfs/extensions/v1.5.5/" + FILE));
      wheel.write(binary);
      wheel.closeEntry();
    }
  }
}
