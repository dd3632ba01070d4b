package tarn.station;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.CatalogLocation;
import tarn.storage.S3Credentials;
import tarn.storage.Secret;

class StationTest {
  @TempDir private Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.toRealPath().resolve("ward-7"));
  }

  @Test
  void find_fromBelow_opensTheNearestStation() throws IOException {
    write("");
    Path below = Files.createDirectories(folder.resolve("assets/omop"));

    assertThat(Station.find(below, Map.of()).folder()).isEqualTo(folder);
  }

  @Test
  void find_whereThereIsNone_saysInit() {
    TarnException error = failure(() -> Station.find(folder, Map.of()));

    assertThat(error.code()).isEqualTo(ErrorCode.STATION_NOT_FOUND);
    assertThat(error).hasMessageContaining(folder.toString());
    assertThat(error.remedy()).contains("tarn init");
  }

  @Test
  void open_inAFolderBelow_isNotTheStation() throws IOException {
    write("");
    Path below = Files.createDirectories(folder.resolve("assets"));

    assertThat(failure(() -> Station.open(below, Map.of())).code())
        .isEqualTo(ErrorCode.STATION_NOT_FOUND);
  }

  @Test
  void emptyFile_givesDefaults() throws IOException {
    write("");
    StationSettings settings = open().settings();

    assertThat(settings.name()).isEqualTo("ward-7");
    assertThat(settings.catalog())
        .isEqualTo(new CatalogLocation.DuckDbFile(folder.resolve("lake/catalog.ducklake")));
    assertThat(settings.dataPath()).isEqualTo(folder + "/lake/data/");
    assertThat(settings.engine().memoryLimit()).matches("[1-9]\\d*MiB");
    assertThat(settings.engine().threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(settings.engine().temporaryFolder()).isEqualTo(folder.resolve(".tarn/tmp"));
    assertThat(settings.engine().maximumTemporarySize()).isEmpty();
    assertThat(settings.parallelism()).isBetween(1, 4);
    assertThat(settings.lake().dataPath()).isEqualTo(settings.dataPath());
  }

  @Test
  void everyKey_isRead() throws IOException {
    write(
        """
        name = 'Ward 7'
        catalog = 'c.ducklake'
        data_path = '/srv/data'
        [engine]
        memory_limit = '3GiB'
        threads = 3
        temp_folder = '../spill'
        max_temp_size = '10 gb'
        [materialize]
        parallelism = 7
        """);
    StationSettings settings = open().settings();

    assertThat(settings.name()).isEqualTo("Ward 7");
    assertThat(settings.catalog())
        .isEqualTo(new CatalogLocation.DuckDbFile(folder.resolve("c.ducklake")));
    assertThat(settings.dataPath()).isEqualTo("/srv/data/");
    assertThat(settings.engine().memoryLimit()).isEqualTo("3GiB");
    assertThat(settings.engine().threads()).isEqualTo(3);
    assertThat(settings.engine().temporaryFolder()).isEqualTo(folder.resolveSibling("spill"));
    assertThat(settings.engine().maximumTemporarySize()).isEqualTo(Optional.of("10GB"));
    assertThat(settings.parallelism()).isEqualTo(7);
  }

  @Test
  void environment_overridesTheFile() throws IOException {
    write("name = 'a'\n[engine]\nthreads = 3\n");
    Station station =
        Station.open(folder, Map.of("TARN_ENGINE_THREADS", "5", "TARN_NAME", "", "PATH", "/bin"));

    assertThat(station.settings().engine().threads()).isEqualTo(5);
    assertThat(station.settings().name()).isEqualTo("a");
    assertThat(station.warnings()).isEmpty();
  }

  @Test
  void environment_overridesEachKey() throws IOException {
    write(
        """
        name = 'a'
        catalog = 'a.ducklake'
        data_path = 'a'
        [storage]
        endpoint = 'https://a'
        region = 'a'
        url_style = 'path'
        profile = 'a'
        ca_file = 'a'
        [engine]
        memory_limit = '1GiB'
        threads = 1
        temp_folder = 'a'
        max_temp_size = '1GB'
        [materialize]
        parallelism = 1
        [integrity]
        every = '1h'
        within = '1w'
        rate = '1MB'
        replica = 'a'
        """);
    Map<String, String> variables =
        Map.ofEntries(
            Map.entry("TARN_INTEGRITY_EVERY", "never"),
            Map.entry("TARN_INTEGRITY_WITHIN", "36h"),
            Map.entry("TARN_INTEGRITY_RATE", "2MB"),
            Map.entry("TARN_INTEGRITY_REPLICA", "s3://bbb/c"),
            Map.entry("TARN_NAME", "b"),
            Map.entry("TARN_CATALOG", "b.ducklake"),
            Map.entry("TARN_DATA_PATH", "b"),
            Map.entry("TARN_STORAGE_ENDPOINT", "https://b"),
            Map.entry("TARN_STORAGE_REGION", "b"),
            Map.entry("TARN_STORAGE_URL_STYLE", "host"),
            Map.entry("TARN_STORAGE_PROFILE", "b"),
            Map.entry("TARN_STORAGE_CA_FILE", "b"),
            Map.entry("TARN_ENGINE_MEMORY_LIMIT", "2GiB"),
            Map.entry("TARN_ENGINE_THREADS", "2"),
            Map.entry("TARN_ENGINE_TEMP_FOLDER", "b"),
            Map.entry("TARN_ENGINE_MAX_TEMP_SIZE", "2GB"),
            Map.entry("TARN_MATERIALIZE_PARALLELISM", "2"));
    Station station = Station.open(folder, variables);

    Map<String, Object> values = new HashMap<>(station.resolvedValues());
    values.keySet().removeIf(key -> key.startsWith("serve."));
    assertThat(values)
        .isEqualTo(
            Map.ofEntries(
                Map.entry("integrity.every", "never"),
                Map.entry("integrity.within", "36h"),
                Map.entry("integrity.rate", 2_000_000L),
                Map.entry("integrity.replica", "s3://bbb/c/"),
                Map.entry("station", folder.toString()),
                Map.entry("name", "b"),
                Map.entry("catalog", folder + "/b.ducklake"),
                Map.entry("data_path", folder + "/b/"),
                Map.entry("storage.endpoint", "https://b"),
                Map.entry("storage.region", "b"),
                Map.entry("storage.url_style", "host"),
                Map.entry("storage.profile", "b"),
                Map.entry("storage.ca_file", folder + "/b"),
                Map.entry("engine.memory_limit", "2GiB"),
                Map.entry("engine.threads", 2),
                Map.entry("engine.temp_folder", folder + "/b"),
                Map.entry("engine.max_temp_size", "2GB"),
                Map.entry("materialize.parallelism", 2)));
    assertThat(station.resolved())
        .filteredOn(setting -> !setting.key().startsWith("serve."))
        .hasSize(variables.size())
        .allSatisfy(setting -> assertThat(setting.origin()).isInstanceOf(Origin.Environment.class));
    assertThat(station.warnings()).isEmpty();
  }

  @Test
  void origin_isFileLineVariableOrDefault() throws IOException {
    write("# a comment\nname = 'a'\n\n[engine]\n# more\nthreads = 3\n");
    Station station = Station.open(folder, Map.of("TARN_CATALOG", "x.ducklake"));

    assertThat(station.resolved())
        .extracting(ResolvedSetting::key, setting -> setting.origin().display())
        .contains(
            org.assertj.core.groups.Tuple.tuple("name", "station.toml:2"),
            org.assertj.core.groups.Tuple.tuple("engine.threads", "station.toml:6"),
            org.assertj.core.groups.Tuple.tuple("catalog", "TARN_CATALOG"),
            org.assertj.core.groups.Tuple.tuple("data_path", "default"));
  }

  @Test
  void resolvedValues_areFlatAndAbsolute() throws IOException {
    write("data_path = 's3://bucket/prefix'\n[engine]\nthreads = 3\n");

    assertThat(open().resolvedValues())
        .containsEntry("station", folder.toString())
        .containsEntry("catalog", folder + "/lake/catalog.ducklake")
        .containsEntry("data_path", "s3://bucket/prefix/")
        .containsEntry("engine.threads", 3)
        .containsEntry("engine.max_temp_size", "");
  }

  @Test
  void unknownVariable_isAWarningWithTheNearestName() throws IOException {
    write("");
    Station station =
        Station.open(
            folder, Map.of("TARN_ENGINE_THREAD", "x", "TARN_HOME", "/h", "TARN_STATION", "/s"));

    assertThat(station.warnings()).hasSize(1);
    assertThat(station.warnings().getFirst())
        .contains("TARN_ENGINE_THREAD ", "did you mean `TARN_ENGINE_THREADS`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nam = 'x'                      | 1 | `nam`            | did you mean `name`?",
        "[engine]\\nthread = 2          | 2 | `engine.thread`  | did you mean `engine.threads`?",
        "memory_limit = '2GB'           | 1 | `memory_limit`   | did you mean `engine.memory_limit`?",
        "\\n[engines]\\nthreads = 2     | 2 | `engines`        | did you mean `engine`?",
        "[materialize]\\nthread = 2     | 2 | `materialize.thread` | did you mean `engine.threads`?",
        "paralelism = 2                 | 1 | `paralelism`     | did you mean `materialize.parallelism`?",
        "engine.x = 2                   | 1 | `engine.x`       | engine.threads",
        "zzzzzzzzzz = { a = 1 }         | 1 | `zzzzzzzzzz`     | The settings are",
      })
  void unknownKey_isRefusedWithItsLine(String toml, int line, String key, String hint)
      throws IOException {
    write(toml);
    TarnException error = failure(this::open);

    assertThat(error.code()).isEqualTo(ErrorCode.SETTING_UNKNOWN);
    assertThat(error.getMessage()).startsWith(folder.resolve("station.toml") + ":" + line + ": ");
    assertThat(error.getMessage() + error.remedy()).contains(key.replace("`", ""), hint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name = 3",
        "name = ''",
        "name = \"a\\u0001b\"",
        "name = ['a']",
        "catalog = 'sqlite:x.db'",
        "catalog = 'postgresql://db.example.org'",
        "catalog = 'postgresql://db.example.org/lake?sslmod=require'",
        "catalog = 'postgresql://db.example.org/lake?passfile=x'",
        "catalog = 'postgresql://db.example.org:99999/lake'",
        "catalog = 'postgres:dbname=x'",
        "catalog = ''",
        "catalog = '.'",
        "catalog = true",
        "data_path = 'http://x/y'",
        "data_path = 's3://'",
        "data_path = 's3://bucket/a/../b/'",
        "data_path = 'az://Not_A_Container/'",
        "[storage]\nendpoint = 'minio:9000'",
        "[storage]\nendpoint = 'https://user@minio'",
        "[storage]\nurl_style = 'vhost'",
        "[storage]\nregion = ' '",
        "data_path = 'station.toml'",
        "data_path = \"a\\u0000b\"",
        "engine = 3",
        "[engine]\nmemory_limit = '0GB'",
        "[engine]\nmemory_limit = 4",
        "[engine]\nmemory_limit = '4'",
        "[engine]\nmemory_limit = '4 XB'",
        "[engine]\nmemory_limit = '120%'",
        "[engine]\nthreads = 0",
        "[engine]\nthreads = -1",
        "[engine]\nthreads = 2.5",
        "[engine]\nthreads = '2'",
        "[engine]\nthreads = 99999999999",
        "[engine]\ntemp_folder = 's3://x/y'",
        "[engine]\nmax_temp_size = '10%'",
        "[materialize]\nparallelism = 0",
      })
  void wrongValue_isRefusedWithFileAndLine(String toml) throws IOException {
    write(toml);
    TarnException error = failure(this::open);

    assertThat(error.code()).isIn(ErrorCode.SETTING_INVALID, ErrorCode.SETTING_UNKNOWN);
    assertThat(error.getMessage())
        .startsWith(folder.resolve("station.toml") + ":" + toml.lines().count() + ": ");
    assertThat(error.remedy()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgresql://db.example.org/lake | postgresql://db.example.org:5432/lake?sslmode=verify-full
          postgres://tarn@localhost:6543/l | postgresql://tarn@localhost:6543/l
          postgresql://[::1]/l             | postgresql://[::1]:5432/l
          postgresql://h/l?sslmode=require | postgresql://h:5432/l?sslmode=require
          """)
  void catalogOfAServer_isShownWhole(String written, String shown) throws IOException {
    write("catalog = '" + written + "'");

    assertThat(open().resolvedValues()).containsEntry("catalog", shown);
  }

  @Test
  void credentials_comeFromTheEnvironment_andAreNeverShown() throws IOException {
    write(
        "data_path = 's3://bucket/prefix'\n[storage]\nendpoint = 'https://minio:9000'\nregion ="
            + " 'x'\n");
    Station station =
        Station.open(
            folder,
            Map.of(
                "AWS_ACCESS_KEY_ID",
                "id",
                "AWS_SECRET_ACCESS_KEY",
                "hunter2",
                "AZURE_STORAGE_CONNECTION_STRING",
                "hunter2"));

    assertThat(station.settings().store().s3().credentials())
        .isEqualTo(new S3Credentials.Keys("id", new Secret("hunter2"), Optional.empty()));
    assertThat(station.toString()).doesNotContain("hunter2");
    assertThat(station.settings().lake().toString()).doesNotContain("hunter2");
    assertThat(station.settings().lake().access().grant().toString()).doesNotContain("hunter2");
    assertThat(station.resolvedValues().toString()).doesNotContain("hunter2");
  }

  @Test
  void wrongVariable_isNamed() throws IOException {
    write("");
    TarnException error =
        failure(() -> Station.open(folder, Map.of("TARN_ENGINE_THREADS", "many")));

    assertThat(error.code()).isEqualTo(ErrorCode.SETTING_INVALID);
    assertThat(error)
        .hasMessageContaining("TARN_ENGINE_THREADS: `many` is not a whole number of at least 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password = 'hunter2'",
        "[engine]\nsecret_key = 'hunter2'",
        "[s3]\naccess_key = 'hunter2'",
        "x = { token = 'hunter2' }",
        "x = [{ y = 'password=hunter2' }]",
        "catalog = 'postgresql://tarn:hunter2@db/lake'",
        "catalog = 'postgres:host=db password=hunter2'",
        "catalog = 'postgresql://tarn:hunter2@home@db/lake'",
        "data_path = 's3://key:hunter2@bucket/'",
        "data_path = 'az://c/?sig=hunter2'",
        "name = 'AccountKey=hunter2;'",
        "client-secret = 'hunter2'",
      })
  void secret_isRefusedAndNeverRepeated(String toml) throws IOException {
    write(toml);
    TarnException error = failure(this::open);

    assertThat(error.code()).isEqualTo(ErrorCode.SETTING_SECRET);
    assertThat(error.getMessage() + error.remedy()).doesNotContain("hunter2");
    assertThat(error.getMessage()).contains("station.toml:" + toml.lines().count() + ":");
  }

  @Test
  void secretInTheEnvironment_isNeverRepeated() throws IOException {
    write("");
    TarnException error =
        failure(
            () -> Station.open(folder, Map.of("TARN_CATALOG", "postgresql://u:hunter2@db/lake")));

    assertThat(error.code()).isEqualTo(ErrorCode.SETTING_INVALID);
    assertThat(error.getMessage() + error.remedy()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name = |1:",
        "name = 'x'\\n[engine\\n|2:8:",
        "name = 'x'\\n\\nname = 'y'\\n|3:1: this is not TOML: the key `name` is there twice",
        "password = hunter2|1:",
        "[engine]\\nthreads = 2\\n[engine]\\n|3:",
      })
  void brokenToml_isRefusedWithLineAndColumn(String toml, String place) throws IOException {
    write(toml);
    TarnException error = failure(this::open);

    assertThat(error.code()).isEqualTo(ErrorCode.SETTINGS_UNREADABLE);
    assertThat(error.getMessage()).startsWith(folder.resolve("station.toml") + ":" + place);
    assertThat(error.getMessage()).doesNotContain("hunter2");
  }

  @Test
  void notUtf8_isSaid() throws IOException {
    Files.write(folder.resolve("station.toml"), "name = 'ä'".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(failure(this::open)).hasMessageContaining("UTF-8");
  }

  @Test
  void byteOrderMarkAndWindowsLines_areAccepted() throws IOException {
    write("\uFEFFname = 'a'\r\n[engine]\r\nthreads = 2\r\n");

    assertThat(open().settings().engine().threads()).isEqualTo(2);
  }

  @Test
  void memoryShare_isOfTheContainersMemory() throws IOException {
    write("[engine]\nmemory_limit = '25%'\n");
    Path root = Files.createDirectories(temporary.resolve("root"));
    write(root.resolve("proc/meminfo"), "MemFree: 7 kB\nMemTotal:   8388608 kB\n");

    // 25 % of 8 GiB
    assertThat(memoryLimit(root)).isEqualTo("2048MiB");

    write(root.resolve("proc/self/cgroup"), "0::/a/b\n");
    write(root.resolve("sys/fs/cgroup/a/b/memory.max"), "max\n");
    write(root.resolve("sys/fs/cgroup/a/memory.max"), "4294967296\n");
    // of the outer group's 4 GiB
    assertThat(memoryLimit(root)).isEqualTo("1024MiB");

    write(root.resolve("proc/self/cgroup"), "4:memory:/x\n3:cpuset:/\n");
    write(root.resolve("sys/fs/cgroup/memory/x/memory.limit_in_bytes"), "1073741824\n");
    write(root.resolve("sys/fs/cgroup/memory/memory.limit_in_bytes"), "9223372036854771712\n");
    // of version 1's 1 GiB
    assertThat(memoryLimit(root)).isEqualTo("256MiB");
  }

  @Test
  void machineMemory_isWhatTheJdkSays() {
    long jdk =
        ((com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean())
            .getTotalMemorySize();

    assertThat(Machine.CURRENT.memory()).isEqualTo(jdk);
  }

  private String memoryLimit(Path root) {
    return Station.open(folder, Map.of(), new Machine(root)).settings().engine().memoryLimit();
  }

  private Station open() {
    return Station.open(folder, Map.of());
  }

  private void write(String toml) throws IOException {
    write(folder.resolve("station.toml"), toml.replace("\\n", "\n"));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static TarnException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(TarnException.class, call);
  }
}
