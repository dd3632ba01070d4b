package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.FileFormat;
import tarn.assets.Output;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.testkit.BareEngine;
import tarn.testkit.ScratchLake;

class FilesRelationTest {
  @TempDir Path folder;
  private ScratchLake scratch;
  private Session session;

  @BeforeEach
  void open() {
    scratch = ScratchLake.in(folder.resolve("lake"));
    session = scratch.lake().session();
  }

  @AfterEach
  void close() {
    session.close();
    scratch.close();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private List<String> rows(FileFormat format, String columns, Path... files) {
    return RelationSource.standard()
        .withRelation(
            session,
            Output.files(format, Arrays.asList(files)),
            relation ->
                session.query(
                    "SELECT concat_ws('|', "
                        + columns
                        + ") FROM ("
                        + relation.select()
                        + ") ORDER BY 1",
                    row -> row.getString(1)));
  }

  @Test
  void csvFiles_meetByColumnName() throws IOException {
    Path one = file("one.csv", "id,name\n1,a\n");
    Path two = file("two.csv", "name;id\nb;2\n");
    assertThat(rows(FileFormat.CSV, "id, name", one, two)).containsExactly("1|a", "2|b");
  }

  @Test
  void jsonAndNdjson_areRead() throws IOException {
    Path array = file("a.json", "[{\"id\": 1},\n {\"id\": 2}]");
    Path lines = file("a.ndjson", "{\"id\": 3}\n{\"id\": 4}\n");
    assertThat(rows(FileFormat.JSON, "id", array)).containsExactly("1", "2");
    assertThat(rows(FileFormat.NDJSON, "id", lines)).containsExactly("3", "4");
  }

  @Test
  void parquet_isRead() {
    Path file = folder.resolve("a.parquet");
    try (BareEngine bare = BareEngine.start()) {
      bare.execute("COPY (SELECT 1 AS id, 'x' AS name) TO '" + file + "'");
    }
    assertThat(rows(FileFormat.PARQUET, "id, name", file)).containsExactly("1|x");
  }

  @Test
  void oddNames_areTakenLiterally() throws IOException {
    List<String> names =
        List.of(
            "a*.csv",
            "a?.csv",
            "a[b].csv",
            "[!x]*.csv",
            "o'neil.csv",
            "ü #%20.csv",
            "**.csv",
            "{a,b}*.csv",
            "k=1,*.csv");
    file("ab.csv", "who\nnobody\n");
    for (String name : names) {
      Path odd = file(name, "who\n\"" + name + "\"\n");
      assertThat(rows(FileFormat.CSV, "who", odd)).as(name).containsExactly(name);
    }
  }

  @Test
  void nameThatTheEngineCannotBeTold_isRefused() throws IOException {
    Path odd = file("back\\slash*.csv", "id\n1\n");
    TarnException refused =
        catchThrowableOfType(TarnException.class, () -> rows(FileFormat.CSV, "id", odd));
    assertThat(refused.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(refused).hasMessageContaining("back\\slash*.csv");
  }

  @Test
  void folderNames_areNoColumns() throws IOException {
    Files.createDirectories(folder.resolve("year=2024"));
    Path file = file("year=2024/a.csv", "id\n1\n");
    assertThat(rows(FileFormat.CSV, "COLUMNS(*)::VARCHAR", file)).containsExactly("1");
  }

  @Test
  void missingFile_isNamed() {
    TarnException refused =
        catchThrowableOfType(
            TarnException.class, () -> rows(FileFormat.CSV, "id", folder.resolve("none.csv")));
    assertThat(refused).hasMessageContaining("none.csv").hasMessageContaining("cannot be read");
  }

  @Test
  void noFiles_isAnError() {
    TarnException refused =
        catchThrowableOfType(TarnException.class, () -> rows(FileFormat.CSV, "id"));
    assertThat(refused.code()).isEqualTo(ErrorCode.ASSET_FAILED);
  }

  @Test
  void xml_isOneRowAFile_inItsOwnEncoding() throws IOException {
    Path utf8 = file("u.xml", "\uFEFF<a>ü</a>");
    String declared = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a>Größe</a>";
    Path latin = Files.writeString(folder.resolve("l.xml"), declared, StandardCharsets.ISO_8859_1);
    String windows = "<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>10 €</a>";
    Path ansi =
        Files.writeString(folder.resolve("w.xml"), windows, Charset.forName("windows-1252"));
    Path wide =
        Files.writeString(folder.resolve("x.xml"), "\uFEFF<a>ß</a>", StandardCharsets.UTF_16LE);
    assertThat(rows(FileFormat.XML, "parse_filename(file), content", utf8, latin, ansi, wide))
        .containsExactly(
            "l.xml|" + declared, "u.xml|<a>ü</a>", "w.xml|" + windows, "x.xml|<a>ß</a>");
  }

  @Test
  void malformedXml_isAnErrorWithItsLine() throws IOException {
    Path bad = file("bad.xml", "<a>\n  <b>\n</a>\n");
    TarnException refused =
        catchThrowableOfType(TarnException.class, () -> rows(FileFormat.XML, "content", bad));
    assertThat(refused.code()).isEqualTo(ErrorCode.ASSET_FAILED);
    assertThat(refused).hasMessageContaining("bad.xml").hasMessageContaining("line 3");
  }

  @Test
  void xmlEntities_areNeitherFollowedNorExpanded() throws IOException {
    file("secret.txt", "secret");
    Path outside =
        file(
            "xxe.xml",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \""
                + folder.resolve("secret.txt").toUri()
                + "\">]><a>&x;</a>");
    assertThat(rows(FileFormat.XML, "content", outside).getFirst()).doesNotContain(">secret<");
    StringBuilder laughs = new StringBuilder("<!DOCTYPE a [<!ENTITY l0 \"ha\">");
    for (int depth = 1; depth < 60; depth++) {
      laughs.append("<!ENTITY l%d \"&l%d;&l%d;\">".formatted(depth, depth - 1, depth - 1));
    }
    Path billion = file("laughs.xml", laughs + "]><a>&l59;</a>");
    assertThat(rows(FileFormat.XML, "content", billion)).hasSize(1);
    Path remote = file("dtd.xml", "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>");
    assertThat(rows(FileFormat.XML, "content", remote)).hasSize(1);
  }
}
