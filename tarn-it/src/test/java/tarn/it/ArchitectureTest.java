package tarn.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  /** In the order of their dependencies: each may use the ones before it. */
  private static final List<String> MODULES =
      List.of(
          "tarn.base..",
          "tarn.lake..",
          "tarn.storage..",
          "tarn.integrity..",
          "tarn.files..",
          "tarn.station..",
          "tarn.assets..",
          "tarn.dagster..",
          "tarn.gateway..",
          "tarn.cli..");

  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("tarn");

  static List<String> modules() {
    return MODULES;
  }

  @ParameterizedTest
  @MethodSource("modules")
  void module_usesOnlyTheOnesBeforeIt(String module) {
    List<String> later = MODULES.subList(MODULES.indexOf(module) + 1, MODULES.size());
    DescribedPredicate<JavaClass> forbidden = resideInAPackage("tarn.testkit..");
    for (String each : later) {
      forbidden = forbidden.or(resideInAPackage(each));
    }
    noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat(forbidden)
        .check(PROGRAM);
  }

  @Test
  void modules_areAllNamedHere() {
    assertThat(PROGRAM)
        .allMatch(
            each ->
                MODULES.stream().anyMatch(module -> resideInAPackage(module).test(each))
                    || resideInAPackage("tarn.testkit..").test(each));
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("tarn.(**)").should().beFreeOfCycles().check(PROGRAM);
  }

  @Test
  void packages_areNullMarked() {
    List<String> unmarked =
        PROGRAM.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(each -> !each.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .sorted()
            .toList();
    assertThat(unmarked).isEmpty();
    assertThat(PROGRAM.stream().map(JavaClass::getPackage).distinct()).hasSizeGreaterThan(10);
  }
}
