package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** One message tells every mistake in every file. */
class MistakesTest {
  @TempDir private Path folder;
  private StationFolder station = new StationFolder(Path.of(""));

  @BeforeEach
  void makeStation() {
    station = StationFolder.in(folder);
  }

  @Test
  void mistakesOfAllFiles_areToldAtOnce() {
    station
        .write(
            "assets/a/header.sql",
            """
            /* tarn
            onwers = ["team:x"]
            tgas = { a = "b" }
            freshness = "soon"
            write = "mrge"
            unchanged = "rewrite"
            columns = 3
            checks = [ { not_nul = ["id"] }, { unique = ["id"] }, { name = "s", sql = "FROM nowhere" } ]
            */
            SELECT 1 AS id
            """)
        .write("assets/b/syntax.sql", "SELECT 1 +")
        .write("assets/c/unknown.sql", "SELECT * FROM a.haeder, nothing.there")
        .write("assets/d/toml.toml", "description = unquoted\n")
        .write("assets/e/reads_broken.sql", "FROM d.toml")
        .write(
            "assets/f/landing.toml",
            "freshness = 3\n[landing]\nfils = 'x'\ncolumns = { a = 'VARCHR' }\n");
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_HEADER_INVALID);
    assertThat(error)
        .hasMessageStartingWith("There are 16 mistakes in the station's assets.")
        .hasMessageContaining("assets/a/header.sql:2: `onwers` is not known here; did you mean")
        .hasMessageContaining("assets/a/header.sql:3: `tgas` is not known here; did you mean")
        .hasMessageContaining("assets/a/header.sql:4: `freshness` is `soon`")
        .hasMessageContaining("assets/a/header.sql:5: `write` is `mrge`; did you mean `merge`?")
        .hasMessageContaining("assets/a/header.sql:6: `unchanged` is `rewrite`")
        .hasMessageContaining("assets/a/header.sql:7: `columns` must be a table")
        .hasMessageContaining("assets/a/header.sql:8: `checks[1].not_nul` is not known here")
        .hasMessageContaining("assets/a/header.sql:8:6: no asset makes the table `nowhere`")
        .hasMessageContaining("assets/b/syntax.sql:1:11: syntax error at end of input")
        .hasMessageContaining("table `a.haeder`, and the lake does not hold it; did you mean")
        .hasMessageContaining("no asset makes the table `nothing.there`")
        .hasMessageContaining("assets/d/toml.toml:1")
        .hasMessageContaining("assets/f/landing.toml:1: `freshness` must be a text")
        .hasMessageContaining("assets/f/landing.toml:3: `landing.fils` is not known here")
        .hasMessageContaining("`landing.files` is missing")
        .hasMessageContaining("  → Take it out or mend it. Known here are: description, ");
    assertThat(error.getMessage()).doesNotContain("reads_broken");
    assertThat(error.getSuppressed()).hasSize(16);
  }

  @Test
  void unknownTable_isNotToldWhenABrokenPluginMayMakeIt() {
    station
        .write("assets/a/b.sql", "FROM clinic.people")
        .write("plugins/a.jar", "no jar")
        .write("plugins/b.jar", "no jar either");

    assertThat(failure())
        .hasMessageStartingWith("There are 2 mistakes")
        .hasMessageContaining("plugins/a.jar cannot be used")
        .hasMessageContaining("plugins/b.jar cannot be used");
  }

  @Test
  void oneMistake_isToldAsItIs() {
    station.write("assets/a/b.sql", "FROM nowhere");

    assertThat(failure()).hasMessageStartingWith("assets/a/b.sql:1:6: no asset makes");
  }

  @Test
  void veryManyMistakes_areCounted() {
    for (int number = 10; number < 35; number++) {
      station.write("assets/a/b" + number + ".sql", "SELEC");
    }
    TarnException error = failure();

    assertThat(error).hasMessageStartingWith("There are 25 mistakes");
    assertThat(error.getMessage()).contains("assets/a/b29.sql").doesNotContain("assets/a/b30.sql");
    assertThat(error.getMessage()).endsWith("\n\nand 5 more.");
  }

  @Test
  void duplicatesAndReservedSchemas_areToldToo() {
    station
        .write("assets/a/b_c.sql", "SELECT 1 AS id")
        .write("assets/a/b/c.sql", "SELECT 1 AS id")
        .write("assets/_tarn/x.sql", "SELECT 1 AS id")
        .write("assets/a/bad name.sql", "SELECT 1 AS id");

    List<String> all =
        List.of(failure().getSuppressed()).stream().map(Throwable::getMessage).toList();
    assertThat(all)
        .hasSize(3)
        .anyMatch(text -> text.contains("both make the table a.b_c"))
        .anyMatch(text -> text.contains("the schema `_tarn` is not for assets"))
        .anyMatch(text -> text.contains("assets/a/bad name.sql"));
  }

  private TarnException failure() {
    return Objects.requireNonNull(
        catchThrowableOfType(TarnException.class, station::load), "loaded without an error");
  }
}
