package tarn.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;
import tarn.testkit.zoo.Damage;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

/** Every damage in every shape of lake: found at the cheapest level, by its name, and alone. */
@Tag("slow")
class ZooTest {
  @TempDir static Path zoo;

  private static final Map<LakeShape, Specimen> CLEAN = new EnumMap<>(LakeShape.class);

  private static Specimen clean(LakeShape shape) {
    return CLEAN.computeIfAbsent(shape, each -> Specimens.recorded(each, zoo.resolve(each.name())));
  }

  private static List<String> codes(FsckReport report) {
    return report.findings().stream().map(each -> each.type().code()).toList();
  }

  @ParameterizedTest
  @EnumSource(LakeShape.class)
  void cleanLake_hasNoFinding(LakeShape shape) {
    try (Lake lake = Specimens.open(clean(shape))) {
      FsckReport report = Fsck.run(lake, FsckRequest.of(Level.DECODE));

      assertThat(report.findings()).isEmpty();
      assertThat(report.status()).isEqualTo(FsckReport.Status.CLEAN);
      assertThat(report.coverage().never()).isZero();
    }
  }

  static Stream<Arguments> everyCell() {
    String only = System.getProperty("zoo.only", "");
    return Stream.of(LakeShape.values())
        .flatMap(
            shape ->
                Damage.all().stream()
                    .filter(damage -> (shape + " " + damage).contains(only))
                    .map(damage -> Arguments.of(shape, damage)));
  }

  /** Each damage once; the shapes take turns. */
  @ParameterizedTest
  @MethodSource("tarn.testkit.zoo.Damage#all")
  void damage_isFoundAtTheCheapestLevel(Damage damage, @TempDir Path folder) {
    List<LakeShape> shapes = List.of(LakeShape.values());
    int first = Damage.all().stream().map(Damage::name).toList().indexOf(damage.name());
    for (int turn = 0; turn < shapes.size(); turn++) {
      LakeShape shape = shapes.get((first + turn) % shapes.size());
      Specimen specimen = clean(shape).copyTo(folder.resolve(shape.name()));
      if (damage.act().on(specimen)) {
        isFoundAtTheCheapestLevel(shape, damage, specimen);
        return;
      }
    }
    throw new AssertionError("no shape of lake can be damaged so");
  }

  @ParameterizedTest
  @MethodSource("everyCell")
  @Tag("endurance")
  void damageOfEveryShape_isFoundAtTheCheapestLevel(
      LakeShape shape, Damage damage, @TempDir Path folder) {
    Specimen specimen = clean(shape).copyTo(folder.resolve("lake"));
    assumeThat(damage.act().on(specimen)).as("this shape can be damaged so").isTrue();
    isFoundAtTheCheapestLevel(shape, damage, specimen);
  }

  private static void isFoundAtTheCheapestLevel(LakeShape shape, Damage damage, Specimen specimen) {
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    try (Lake lake = Specimens.open(specimen)) {
      for (Level level : telling(damage)) {
        boolean visible =
            damage.code().isPresent() && level.includes(Level.of(damage.level()).orElseThrow());
        expected.add(level.text() + " " + (visible ? List.of(damage.code().get()) : List.of()));
        FsckReport report = Fsck.run(lake, FsckRequest.of(level));
        found.add(level.text() + " " + codes(report));
        if (!found.equals(expected)) {
          assertThat(found).as(shape + ": " + Specimens.lines(report)).isEqualTo(expected);
        }
      }
    }
  }

  /** The level that finds it, the one below, and the highest. */
  private static List<Level> telling(Damage damage) {
    if (damage.code().isEmpty()) {
      return List.of(Level.DECODE);
    }
    Level finds = Level.of(damage.level()).orElseThrow();
    List<Level> levels = List.of(Level.values());
    int at = levels.indexOf(finds);
    Set<Level> telling = new LinkedHashSet<>(levels.subList(Math.max(0, at - 1), at + 1));
    telling.add(Level.DECODE);
    return List.copyOf(telling);
  }
}
