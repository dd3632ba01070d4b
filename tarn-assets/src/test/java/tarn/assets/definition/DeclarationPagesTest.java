package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tarn.assets.WriteMode;

/** The reference pages of declarations, beside what the reader accepts. */
class DeclarationPagesTest {
  private static final DocumentedPage SQL = DocumentedPage.read("docs/reference/sql-assets.md");

  @TempDir private Path folder;

  @Test
  void sqlPage_saysOfEachKeyWhatTheCodeSays() {
    assertThat(SQL.part("keys")).isEqualTo(table(DeclarationKey.SHARED));
    assertThat(SQL.part("write")).isEqualTo(table(DeclarationKey.WRITE));
    assertThat(SQL.part("checks")).isEqualTo(table(DeclarationKey.CHECK));
  }

  private static String table(List<DeclarationKey> keys) {
    return keys.stream()
        .map(
            key ->
                "| `%s` | %s | %s | `%s` |"
                    .formatted(key.name(), key.type(), key.description(), key.example()))
        .collect(
            Collectors.joining(
                "\n", "| Key | Type | What it means | Example |\n|---|---|---|---|\n", ""));
  }

  @Test
  void sourcePage_namesEachKeyOfLanding() {
    DocumentedPage page = DocumentedPage.read("docs/reference/source-assets.md");

    assertThat(
            page.text()
                .lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> DocumentedPage.codes(line.split("\\|", -1)[1]).stream()))
        .containsAll(DeclarationKey.names(DeclarationKey.LANDING));
  }

  static Stream<String> examples() {
    return Stream.of(
            DeclarationKey.SHARED.stream().map(DeclarationKey::example),
            DeclarationKey.WRITE.stream()
                .map(key -> "write = { " + mode(key) + key.example() + " }"),
            DeclarationKey.CHECK.stream().map(key -> "checks = [ " + key.example() + " ]"))
        .flatMap(examples -> examples);
  }

  private static String mode(DeclarationKey key) {
    return switch (key.name()) {
      case "write.mode" -> "keys = [\"a\"], ";
      case "write.keys" -> "mode = \"merge\", ";
      case "write.unmatched" -> "mode = \"merge\", keys = [\"a\"], ";
      case "write.columns" -> "mode = \"overwrite_partitions\", ";
      default -> throw new AssertionError("no mode for " + key.name());
    };
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExample_isAccepted(String example) {
    StationFolder station =
        StationFolder.in(folder)
            .write("assets/omop/location.sql", "SELECT 1 AS location_id")
            .write("assets/omop/person.sql", "/* tarn\n" + example + "\n*/\nSELECT 1 AS person_id");

    assertThat(station.load()).hasSize(2);
  }

  @Test
  void theWholeExample_isAnAsset() {
    List<String> blocks = SQL.blocks("sql");
    StationFolder station =
        StationFolder.in(folder)
            .write("assets/raw/patients.sql", "SELECT 1 AS id")
            .write("assets/reference/city.sql", "SELECT 'Oslo' AS name")
            .write("assets/small.sql", blocks.get(0))
            .write("assets/omop/person.sql", blocks.get(1));
    AssetDefinition person = station.load().getFirst();

    assertThat(person.key()).hasToString("omop/person");
    assertThat(person.checks()).hasSize(6);
    assertThat(person.mode())
        .isEqualTo(new WriteMode.Merge(List.of("person_id"), WriteMode.Unmatched.DELETE));
    assertThat(person.dependencies())
        .extracting(Object::toString)
        .containsExactly("raw/patients", "reference/city");
  }

  @Test
  void sourceExample_isAnAsset() {
    StationFolder station =
        StationFolder.in(folder)
            .write(
                "assets/raw/stays.toml",
                DocumentedPage.read("docs/reference/source-assets.md").blocks("toml").getFirst());

    assertThat(station.load().getFirst().mode()).isEqualTo(new WriteMode.Append());
  }
}
