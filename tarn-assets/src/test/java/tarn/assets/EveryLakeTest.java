package tarn.assets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import tarn.testkit.LakePlace;

/**
 * The suites of what is done with a lake, run again on lakes whose data and catalog lie elsewhere.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class EveryLakeTest {
  /** Those that know their lake only by its session. */
  private static final List<String> SUITES =
      List.of(
          "io.WriteModesTest",
          "io.UnchangedDataTest",
          "io.ChecksTest",
          "io.OutputKindsTest",
          "io.SchemaEvolutionTest",
          "io.PartitionsTest",
          "io.ArrowRelationTest",
          "io.RowsRelationTest",
          "io.StoredTypesTest",
          "io.RandomHistoryTest",
          "landing.LandingLoaderTest",
          "landing.LandingCsvTest",
          "landing.LandingJsonTest",
          "landing.LandingRoundsTest");

  /** Every write mode; the suites that take longer are for {@code ./dev endure}. */
  @ParameterizedTest
  @Tag("slow")
  @ValueSource(strings = {"s3+postgresql", "azure+embedded"})
  void writeModes_areTheSameOnLakesElsewhere(String place) {
    run(place, SUITES.subList(0, 1));
  }

  static Stream<String> everyPlace() {
    return Stream.of("local", "s3", "azure")
        .flatMap(data -> Stream.of(data + "+embedded", data + "+postgresql"));
  }

  @ParameterizedTest
  @Tag("endurance")
  @MethodSource("everyPlace")
  void everySuite_passesOnEveryLake(String place) {
    run(place, SUITES);
  }

  private static void run(String place, List<String> suites) {
    System.setProperty(LakePlace.PROPERTY, place);
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(suites.stream().map(EveryLakeTest::suite).toList())
            .filters(TagFilter.excludeTags("endurance"))
            .configurationParameter("junit.jupiter.execution.timeout.default", "10m")
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    StringWriter failures = new StringWriter();
    summary.printFailuresTo(new PrintWriter(failures), 12);

    assertThat(failures.toString()).isBlank();
    assertThat(summary.getTestsSucceededCount()).isGreaterThan(5L * suites.size());
  }

  private static DiscoverySelector suite(String name) {
    return selectClass(EveryLakeTest.class.getPackageName() + "." + name);
  }

  @AfterEach
  void backToThisMachine() {
    System.clearProperty(LakePlace.PROPERTY);
  }
}
