package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.assets.AssetContext;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.assets.Check.Severity;
import tarn.assets.Output;
import tarn.assets.SchemaChange;
import tarn.assets.WriteMode;
import tarn.assets.definition.Reads.Repeatability;
import tarn.assets.io.WritePlan.UnchangedPolicy;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class PluginFilesTest {
  @TempDir private Path temporary;
  private StationFolder station = new StationFolder(Path.of(""));
  private Path plugins = Path.of("");

  @BeforeEach
  void makeStation() throws IOException {
    station = StationFolder.in(Files.createDirectory(temporary.resolve("station")));
    plugins = station.folder().resolve("plugins");
    Files.createDirectories(plugins);
  }

  @Test
  void annotatedMethod_isAnAsset() {
    station.write("assets/raw/people.sql", "SELECT 1 AS id");
    plugin(
        """
        @Asset(key = "clinic/people", description = "People", group = "g", owners = "team:x",
            tags = {"layer=core", "pii"}, kinds = "fhir", write = Asset.Mode.MERGE, keys = "id",
            unmatched = WriteMode.Unmatched.DELETE, partitionBy = "year(born)",
            allow = SchemaChange.DROP_COLUMN, notNull = {"id", "name"}, unique = "id",
            freshness = "1d", unchanged = UnchangedContent.ALWAYS_WRITE, codeVersion = "9")
        public Output people(AssetContext context, @Input("raw/people") Output.Relation people) {
          return Output.relation("SELECT * FROM (" + people.query() + ") p -- " + context.runId());
        }
        """);
    AssetDefinition people = station.load().getFirst();

    assertThat(people.key()).isEqualTo(AssetKey.of("clinic", "people"));
    assertThat(people.description()).isEqualTo("People");
    assertThat(people.group()).isEqualTo("g");
    assertThat(people.owners()).containsExactly("team:x");
    assertThat(people.tags()).isEqualTo(Map.of("layer", "core", "pii", ""));
    assertThat(people.kinds()).containsExactly("java", "fhir");
    assertThat(people.mode())
        .isEqualTo(new WriteMode.Merge(List.of("id"), WriteMode.Unmatched.DELETE));
    assertThat(people.partitionedBy()).containsExactly("year(born)");
    assertThat(people.allowedChanges()).isEqualTo(Set.of(SchemaChange.DROP_COLUMN));
    assertThat(people.checks())
        .containsExactly(
            new Check(
                "not_null_id_name", new Rule.NotNull(List.of("id", "name")), Severity.BLOCKING),
            new Check("unique_id", new Rule.Unique(List.of("id")), Severity.BLOCKING));
    assertThat(people.freshness()).isEqualTo(Optional.of(Duration.ofDays(1)));
    assertThat(people.unchanged()).isEqualTo(UnchangedPolicy.ALWAYS_WRITE);
    assertThat(people.codeVersion()).isEqualTo("9");
    assertThat(people.dependencies()).containsExactly(AssetKey.of("raw", "people"));
    assertThat(people.reads().repeatability()).isEqualTo(Repeatability.VOLATILE);
    assertThat(people.definedIn()).isEqualTo(Path.of("plugins/clinic.jar"));
    assertThat(run(people))
        .isEqualTo(Output.relation("SELECT * FROM (FROM input raw/people) p -- run-1"));
  }

  @Test
  void staticMethodWithoutParameters_isCalled() {
    plugin(
        """
        @Asset(key = "clinic/rows")
        public static Output.Rows<Row> rows() {
          return new Output.Rows<>(Row.class, Stream.of(new Row(1, "a")));
        }
        """);

    assertThat(run(only())).isInstanceOf(Output.Rows.class);
    assertThat(only().group()).isEqualTo("clinic");
    assertThat(only().kinds()).containsExactly("java");
  }

  @Test
  void assetAsAnObject_isAnAsset() {
    station.write("assets/raw/people.sql", "SELECT 1 AS id");
    plugin(
        """
        public List<JavaAsset> assets() {
          return List.of(new JavaAsset() {
            public AssetSpec spec() {
              return AssetSpec.of("clinic/object").inputs("raw/people").tag("a", "b").tag("c", "d")
                  .column("id", "Number").kinds("fhir").owners("team:x").group("g")
                  .write(new WriteMode.Append()).partitionBy("id").description("text")
                  .allow(SchemaChange.NARROW_TYPE).freshness(java.time.Duration.ofHours(3))
                  .unchanged(UnchangedContent.SKIP).codeVersion("2")
                  .checks(new Check("none", new Check.Rule.Query("FROM clinic.object"), Check.Severity.WARNING));
            }
            public Output produce(AssetContext context) throws Exception {
              return context.input(AssetKey.parse("raw/people"));
            }
          });
        }
        """);
    AssetDefinition object = station.load().getFirst();

    assertThat(object.key()).hasToString("clinic/object");
    assertThat(object.dependencies()).containsExactly(AssetKey.of("raw", "people"));
    assertThat(object.tags()).isEqualTo(Map.of("a", "b", "c", "d"));
    assertThat(object.columnDescriptions()).isEqualTo(Map.of("id", "Number"));
    assertThat(object.mode()).isEqualTo(new WriteMode.Append());
    assertThat(object.freshness()).isEqualTo(Optional.of(Duration.ofHours(3)));
    assertThat(object.checks()).hasSize(1);
    assertThat(run(object)).isEqualTo(Output.relation("FROM input raw/people"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "@Asset(key = \"a//b\") public Output x() { return null; } | clinic.Clinic.x() names `a//b`, which is no asset key",
        "@Asset(key = \"a/b\") Output x() { return null; } | must be public",
        "@Asset(key = \"a/b\") public String x() { return null; } | must return an Output, not String",
        "@Asset(key = \"a/b\") public Output x(String people) { return null; } | has the parameter `String people`",
        "@Asset(key = \"a/b\") public Output x(Output.Relation people) { return null; } | has the parameter `Relation people`",
        "@Asset(key = \"a/b\") public Output x(@Input(\"c\") Output people) { return null; } | has the parameter `Output people`",
        "@Asset(key = \"a/b\") public Output x(@Input(\"c d\") Output.Relation people) { return null; } | names `c d`, which is no asset key",
        "@Asset(key = \"a/b\", owners = \"ada\") public Output x() { return null; } | has the owner `ada`",
        "@Asset(key = \"a/b\", tags = \"a b\") public Output x() { return null; } | has the tag `a b`",
        "@Asset(key = \"a/b\", group = \"a-b\") public Output x() { return null; } | has the group `a-b`",
        "@Asset(key = \"a/b\", partitionBy = \"f(x)\") public Output x() { return null; } | has the partition expression `f(x)`",
        "@Asset(key = \"a/b\", freshness = \"soon\") public Output x() { return null; } | has the freshness `soon`",
        "@Asset(key = \"a/b\", keys = \"id\") public Output x() { return null; } | has keys, which only the mode MERGE takes",
        "@Asset(key = \"a/b\", write = Asset.Mode.MERGE) public Output x() { return null; } | is merged, but by no keys",
        "@Asset(key = \"a/b\", write = Asset.Mode.OVERWRITE_PARTITIONS) public Output x() { return null; } | overwrites partitions, but not by columns",
        "@Asset(key = \"a/b\", write = Asset.Mode.OVERWRITE_PARTITIONS, partitionBy = \"year(d)\") public Output x() { return null; } | overwrites partitions, but not by columns",
        "public List<JavaAsset> assets() { throw new IllegalStateException(\"no luck\"); } | clinic.Clinic.assets() failed: java.lang.IllegalStateException: no luck",
        "public List<JavaAsset> assets() { return null; } | clinic.Clinic.assets() failed",
        "public List<JavaAsset> assets() { throw new AssertionError(\"odd\"); } | clinic.Clinic.assets() failed: java.lang.AssertionError: odd",
        "public List<JavaAsset> assets() { return assets(); } | clinic.Clinic.assets() failed: java.lang.StackOverflowError",
        "public List<JavaAsset> assets() { return Arrays.asList((JavaAsset) null); } | clinic.Clinic.assets() failed",
        "public Clinic() { throw new IllegalStateException(\"no luck\"); } | Provider clinic.Clinic could not be instantiated",
        "private Clinic() {} | Clinic Unable to get public no-arg constructor",
        "static { if (true) throw new IllegalStateException(\"no luck\"); } | cannot be used",
      })
  void wrongPlugin_isRefusedWithItsNameAndPlace(String body, String complaint) {
    plugin(body);
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_PLUGIN_INVALID);
    assertThat(error).hasMessageStartingWith("plugins/clinic.jar").hasMessageContaining(complaint);
    assertThat(error.remedy()).contains("java-assets.md");
  }

  @Test
  void inheritedMethod_isAnAssetToo() {
    TestPlugin.write(
        plugins,
        "clinic.jar",
        Map.of(
            "clinic/Base.java",
            "package clinic; import tarn.assets.*; public abstract class Base<O> {"
                + " @Asset(key = \"a/base\") public Output base() { return Output.relation(\"SELECT 1\"); }"
                + " public abstract O made(); }",
            "clinic/Clinic.java",
            "package clinic; import tarn.assets.*; public class Clinic extends Base<Output> implements AssetModule {"
                + " @Asset(key = \"a/made\") public Output made() { return Output.relation(\"SELECT 2\"); } }"),
        "clinic.Clinic\n");

    assertThat(station.load().stream().map(PluginFilesTest::run))
        .containsExactly(Output.relation("SELECT 1"), Output.relation("SELECT 2"));
  }

  @Test
  void classThatIsNone_isRefused() throws IOException {
    Path jar = plugin("");
    Files.write(jar, NewerClass.damaged(Files.readAllBytes(jar)));

    assertThat(failure())
        .hasMessageStartingWith("plugins/clinic.jar cannot be used: ")
        .hasMessageContaining("ClassFormatError");
  }

  @Test
  void jarThatIsCutOff_isRefused() throws IOException {
    Path jar = plugin("");
    byte[] bytes = Files.readAllBytes(jar);
    Files.write(jar, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(failure())
        .hasMessageStartingWith("plugins/clinic.jar cannot be used: it is no readable jar");
  }

  @Test
  void servicesFileOfNonsense_isRefused() {
    TestPlugin.write(plugins, "clinic.jar", "", "clinic Clinic !\n");

    assertThat(failure()).hasMessageContaining("plugins/clinic.jar cannot be used");
  }

  @Test
  void specThatIsNull_isRefused() {
    plugin(
        """
        public List<JavaAsset> assets() {
          return List.of(new JavaAsset() {
            public AssetSpec spec() { return null; }
            public Output produce(AssetContext context) { return null; }
          });
        }
        """);

    assertThat(failure()).hasMessageContaining(".spec() failed: it is null");
  }

  @Test
  void jarWithoutServiceFile_isRefused() {
    TestPlugin.write(plugins, "clinic.jar", "", "");

    assertThat(failure())
        .hasMessageContaining("META-INF/services/tarn.assets.AssetModule is missing in it");
  }

  @Test
  void serviceFileWithoutSuchAClass_isRefused() {
    TestPlugin.write(plugins, "clinic.jar", "", "clinic.Surgery\n");

    assertThat(failure()).hasMessageContaining("clinic.Surgery not found");
  }

  @Test
  void serviceFileWithAnotherClass_isRefused() {
    TestPlugin.write(plugins, "clinic.jar", "", "clinic.Clinic$Row\n");

    assertThat(failure()).hasMessageContaining("clinic.Clinic$Row not a subtype");
  }

  @Test
  void fileThatIsNoJar_isRefused() {
    station.write("plugins/clinic.jar", "not a zip");

    assertThat(failure())
        .hasMessageContaining("plugins/clinic.jar cannot be used: it is no readable jar");
  }

  @Test
  void jarOfANewerJava_isRefused() throws IOException {
    Path jar = plugin("");
    byte[] bytes = Files.readAllBytes(jar);
    Files.write(jar, NewerClass.in(bytes));

    assertThat(failure()).hasMessageContaining("compiled for a newer Java than this one");
  }

  @Test
  void otherFiles_areLeftAlone() {
    station.write("plugins/README.md", "about").write("plugins/old.jar.disabled", "x");

    assertThat(station.load()).isEmpty();
  }

  @Test
  void sameKeyInTwoPlugins_isADuplicate() {
    String body = "@Asset(key = \"a/b\") public Output x() { return null; }";
    TestPlugin.write(plugins, "one.jar", body);
    TestPlugin.write(plugins, "two.jar", body);
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_DUPLICATE);
    assertThat(error).hasMessageContaining("plugins/one.jar and plugins/two.jar");
  }

  @Test
  void pluginsOfTheSameClassNames_stayApart() {
    TestPlugin.write(plugins, "one.jar", text("one"));
    TestPlugin.write(plugins, "two.jar", text("two"));

    assertThat(station.load().stream().map(PluginFilesTest::run))
        .containsExactly(Output.relation("SELECT 'one'"), Output.relation("SELECT 'two'"));
  }

  private static String text(String name) {
    return "@Asset(key = \"a/%s\") public Output x() { return Output.relation(\"SELECT '%s'\"); }"
        .formatted(name, name);
  }

  @Test
  void libraryThatThePluginCarries_isTheOneItUses() {
    // The program has a class of that name; it is not this one.
    TestPlugin.write(
        plugins,
        "clinic.jar",
        Map.of(
            "clinic/Clinic.java",
            TestPlugin.module(
                "@Asset(key = \"a/b\") public Output x() {"
                    + " return Output.relation(new tools.jackson.databind.ObjectMapper().name()); }"),
            "tools/jackson/databind/ObjectMapper.java",
            "package tools.jackson.databind;"
                + " public class ObjectMapper { public String name() { return \"carried\"; } }"),
        "clinic.Clinic\n");

    assertThat(run(only())).isEqualTo(Output.relation("carried"));
  }

  @Test
  void libraryOfTheProgram_isNotThePlugins() {
    plugin(
        "@Asset(key = \"a/b\") public Output x() {"
            + " return Output.relation(new tools.jackson.databind.ObjectMapper().toString()); }");
    TarnException error =
        catchThrowableOfType(TarnException.class, () -> run(station.load().getFirst()));

    assertThat(error)
        .hasMessageContaining("NoClassDefFoundError: tools/jackson/databind/ObjectMapper");
    assertThat(error.remedy()).contains("carries its own libraries");
  }

  @Test
  void signatureWithAClassThatIsNotCarried_isRefused() {
    plugin(
        "public tools.jackson.databind.ObjectMapper mapper() { return null; }"
            + " @Asset(key = \"a/b\") public Output x() { return null; }");

    assertThat(failure())
        .hasMessageContaining(
            "plugins/clinic.jar cannot be used: a class that it needs is not there:"
                + " tools/jackson/databind/ObjectMapper");
  }

  @Test
  void classesThatTarnOffers_areThePrograms() {
    plugin(
        """
        @Asset(key = "a/b") public Output x() throws Exception {
          return Output.relation(String.join(" ",
              org.apache.arrow.vector.IntVector.class.getName(),
              org.slf4j.LoggerFactory.class.getName(),
              java.sql.Connection.class.getName(),
              String.valueOf(Thread.currentThread().getContextClassLoader() == getClass().getClassLoader())));
        }
        """);
    ClassLoader before = Thread.currentThread().getContextClassLoader();

    assertThat(run(only()))
        .isEqualTo(
            Output.relation(
                "org.apache.arrow.vector.IntVector org.slf4j.LoggerFactory java.sql.Connection true"));
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void unknownInput_isRefused() {
    plugin(
        "@Asset(key = \"a/b\") public Output x(@Input(\"a/c\") Output.Relation c) { return c; }");
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_DEPENDENCY_UNKNOWN);
    assertThat(error).hasMessageContaining("plugins/clinic.jar").hasMessageContaining("`a/c`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "throw new java.io.IOException(\"no file\"); | failed in plugins/clinic.jar#clinic.Clinic.x(): java.io.IOException: no file (at clinic.Clinic.x, Clinic.java:7)",
        "throw new AssertionError(\"odd\"); | java.lang.AssertionError: odd",
        "return null; | returned nothing",
      })
  void codeThatFails_failsItsAsset(String code, String complaint) {
    plugin("@Asset(key = \"a/b\") public Output x() throws Exception { " + code + " }");
    TarnException error =
        catchThrowableOfType(TarnException.class, () -> run(station.load().getFirst()));

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_FAILED);
    assertThat(error).hasMessageContaining("The asset a/b").hasMessageContaining(complaint);
  }

  @Test
  void codeVersion_isOfTheContent() {
    String body = "@Asset(key = \"a/b\") public Output x() { return null; } // ";
    plugin(body);
    String first = only().codeVersion();
    plugin(body);
    String again = only().codeVersion();
    plugin(body.replace("null", "Output.relation(\"SELECT 1\")"));

    assertThat(again).isEqualTo(first).matches("[0-9a-f]{64}");
    assertThat(only().codeVersion()).isNotEqualTo(first);
  }

  private Path plugin(String body) {
    return TestPlugin.write(plugins, "clinic.jar", body);
  }

  private AssetDefinition only() {
    List<AssetDefinition> assets = station.load();
    assertThat(assets).hasSize(1);
    return assets.getFirst();
  }

  private TarnException failure() {
    return Objects.requireNonNull(
        catchThrowableOfType(TarnException.class, station::load), "loaded without an error");
  }

  private static Output run(AssetDefinition asset) {
    return ((AssetBody.JavaCode) asset.body()).code().apply(new TestContext(asset.key()));
  }

  /** Answers an input with a text that names it. */
  private record TestContext(AssetKey key) implements AssetContext {
    @Override
    public String runId() {
      return "run-1";
    }

    @Override
    public Path station() {
      return Path.of("/station");
    }

    @Override
    public Output.Relation input(AssetKey input) {
      return new Output.Relation("FROM input " + input);
    }

    @Override
    public void log(String message) {}
  }
}
