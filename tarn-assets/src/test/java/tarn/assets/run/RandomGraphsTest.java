package tarn.assets.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.AssetKey;
import tarn.assets.run.AssetState.NotRun;
import tarn.assets.run.AssetState.Reason;

/** Graphs of many assets whose numbers this class adds up on its own. */
class RandomGraphsTest {
  private static final int ASSETS = 60;

  @TempDir Path folder;

  /** What an asset adds to the numbers of those that it reads. */
  private final Map<String, Set<String>> dependencies = new TreeMap<>();

  private final Map<String, Long> numbers = new HashMap<>();

  private void draw(Random random) {
    List<String> keys = new ArrayList<>();
    for (int number = 0; number < ASSETS; number++) {
      String key = "layer%d/a%02d".formatted(random.nextInt(4), number);
      Set<String> reads = new TreeSet<>();
      int count = keys.isEmpty() ? 0 : random.nextInt(4);
      for (int each = 0; each < count; each++) {
        reads.add(keys.get(random.nextInt(keys.size())));
      }
      dependencies.put(key, reads);
      numbers.put(key, (long) random.nextInt(1000));
      keys.add(key);
    }
  }

  private Set<String> reads(String key) {
    return Objects.requireNonNull(dependencies.get(key));
  }

  private long number(String key) {
    return Objects.requireNonNull(numbers.get(key));
  }

  private String sql(String key) {
    String sum =
        reads(key).stream()
            .map(each -> " + (SELECT v FROM " + table(each) + ")")
            .collect(Collectors.joining());
    return "SELECT " + number(key) + "::BIGINT" + sum + " AS v";
  }

  private static String table(String key) {
    return key.replace('/', '.');
  }

  private long expected(String key) {
    return number(key) + reads(key).stream().mapToLong(this::expected).sum();
  }

  private Set<String> ancestors(String key) {
    Set<String> all = new HashSet<>();
    for (String each : reads(key)) {
      all.add(each);
      all.addAll(ancestors(each));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void everyAsset_runsOnceAndAfterWhatItReads(long seed) {
    draw(new Random(seed));
    Events events = new Events();
    try (RunningStation station = RunningStation.in(folder)) {
      dependencies.keySet().forEach(key -> station.asset(key, sql(key)));

      RunReport report = station.run("*", Rerun.WHAT_CHANGED, events);

      assertThat(report.outcome()).isEqualTo(RunReport.Outcome.DONE);
      assertThat(events.started).hasSize(ASSETS).doesNotHaveDuplicates();
      assertThat(report.results().stream().map(result -> result.key().toString()))
          .containsExactlyInAnyOrderElementsOf(dependencies.keySet());
      for (String key : dependencies.keySet()) {
        assertThat(events.endedBefore(key)).containsAll(reads(key));
        assertThat(station.value("FROM " + table(key))).isEqualTo(Long.toString(expected(key)));
      }
      assertThat(station.value("SELECT count(*) FROM _tarn.materializations"))
          .isEqualTo(Integer.toString(ASSETS));
      assertThat(events.most).isGreaterThan(1).isLessThanOrEqualTo(4);

      long snapshots = station.snapshots();
      RunReport second = station.run();
      assertThat(second.results())
          .allSatisfy(result -> assertThat(result.state()).isInstanceOf(AssetState.Skipped.class));
      assertThat(station.snapshots()).isEqualTo(snapshots);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4})
  void failures_keepBackWhatIsMadeFromThemAndNothingElse(long seed) {
    Random random = new Random(seed);
    draw(random);
    List<String> keys = List.copyOf(dependencies.keySet());
    Set<String> broken = new TreeSet<>();
    while (broken.size() < 5) {
      broken.add(keys.get(random.nextInt(keys.size())));
    }
    try (RunningStation station = RunningStation.in(folder)) {
      for (String key : keys) {
        station.asset(
            key, broken.contains(key) ? sql(key) + ", error('no " + key + "')" : sql(key));
      }

      RunReport report = station.run();

      assertThat(report.outcome()).isEqualTo(RunReport.Outcome.FAILED);
      for (String key : keys) {
        AssetState state = report.state(AssetKey.parse(key));
        Set<String> brokenBefore = ancestors(key);
        brokenBefore.retainAll(broken);
        // A broken one that never ran is to blame for nothing.
        brokenBefore.removeIf(each -> ancestors(each).stream().anyMatch(broken::contains));
        if (!brokenBefore.isEmpty()) {
          assertThat(state)
              .isEqualTo(
                  new NotRun(
                      new Reason.Upstream(
                          new TreeSet<>(brokenBefore.stream().map(AssetKey::parse).toList()))));
        } else if (broken.contains(key)) {
          assertThat(state)
              .isInstanceOfSatisfying(
                  AssetState.Failed.class,
                  failed -> assertThat(failed.message()).contains("no " + key));
        } else {
          assertThat(state).isInstanceOf(AssetState.Written.class);
          assertThat(station.value("FROM " + table(key))).isEqualTo(Long.toString(expected(key)));
        }
      }
    }
  }

  /** What a listener heard. */
  private static final class Events implements RunListener {
    private final List<String> started = new ArrayList<>();
    private final Map<String, Set<String>> endedBefore = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private int most;

    @Override
    public void started(AssetKey key) {
      started.add(key.toString());
      endedBefore.put(key.toString(), Set.copyOf(ended));
      most = Math.max(most, started.size() - ended.size());
    }

    @Override
    public void ended(AssetResult result) {
      ended.add(result.key().toString());
    }

    private Set<String> endedBefore(String key) {
      return Objects.requireNonNull(endedBefore.get(key));
    }
  }
}
