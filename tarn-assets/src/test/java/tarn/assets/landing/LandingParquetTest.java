package tarn.assets.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.FileFormat;
import tarn.assets.WriteMode;
import tarn.assets.io.Materialization;
import tarn.assets.landing.LandingSource.QuarantineThreshold;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.testkit.BareEngine;

/** Parquet and XML: formats in which a whole file can be at fault. */
class LandingParquetTest {
  @TempDir Path folder;
  private LandingStation station;

  @BeforeEach
  void open() throws IOException {
    station = new LandingStation(folder);
    Files.createDirectories(folder.resolve("landing"));
  }

  @AfterEach
  void close() {
    station.close();
  }

  private void write(String name, String query) {
    try (BareEngine engine = BareEngine.start()) {
      engine.execute(
          "COPY ("
              + query
              + ") TO '"
              + folder.resolve("landing").resolve(name)
              + "' (FORMAT parquet)");
    }
  }

  private static LandingSource parquet(String... columns) {
    return LandingStation.source(
        FileFormat.PARQUET, "landing/*.parquet", Map.of(), QuarantineThreshold.NONE, columns);
  }

  @Test
  void files_areRead_withTheNumberOfEachRow() {
    write("a.parquet", "SELECT i AS id, 'n' || i AS name FROM range(3) r(i)");
    station.land(parquet());
    assertThat(station.rows("id, name, _source_file, _source_row"))
        .containsExactly(
            "0|n0|landing/a.parquet|1", "1|n1|landing/a.parquet|2", "2|n2|landing/a.parquet|3");
  }

  @Test
  void otherTypes_becomeTheDeclaredOnes_whereNothingIsLost() {
    write("a.parquet", "SELECT 1::BIGINT AS id, '2024-01-01' AS day, 1.0::DOUBLE AS amount");
    write(
        "b.parquet", "SELECT 3000000000::BIGINT AS id, '2024-01-01' AS day, 1.0::DOUBLE AS amount");
    write("c.parquet", "SELECT 2::BIGINT AS id, 'soon' AS day, 1.0::DOUBLE AS amount");
    write("d.parquet", "SELECT 3::BIGINT AS id, NULL AS day, 1.005::DOUBLE AS amount");
    LandingResult result = station.land(parquet("id INTEGER", "day DATE", "amount DECIMAL(10,2)"));
    assertThat(station.rows("id, day, amount")).containsExactly("1|2024-01-01|1.00");
    assertThat(station.quarantined())
        .containsExactly(
            "landing/b.parquet|1|id|`3000000000` is no INTEGER|{\"id\":3000000000,\"day\":\"2024-01-01\",\"amount\":1.0}",
            "landing/c.parquet|1|day|`soon` is no DATE|{\"id\":2,\"day\":\"soon\",\"amount\":1.0}",
            "landing/d.parquet|1|amount|`1.005` is no DECIMAL(10,2)|{\"id\":3,\"day\":null,\"amount\":1.005}");
    assertThat(result.landedRows()).isEqualTo(1);
    assertThat(result.malformedRows()).isEqualTo(3);
  }

  @Test
  void unreadableFiles_areQuarantinedAsAWhole() throws IOException {
    write("ok.parquet", "SELECT 1 AS id");
    write("whole.parquet", "SELECT i AS id, hash(i)::VARCHAR AS h FROM range(100000) r(i)");
    byte[] whole = Files.readAllBytes(folder.resolve("landing/whole.parquet"));
    Files.delete(folder.resolve("landing/whole.parquet"));
    station.file("cut.parquet", Arrays.copyOf(whole, whole.length / 2));
    station.file("zero.parquet", "");
    station.file("text.parquet", "id\n1\n");
    LandingResult result = station.land(parquet());
    assertThat(station.rows("id")).containsExactly("1");
    assertThat(result.malformedRows()).isEqualTo(3);
    assertThat(station.quarantined()).allMatch(row -> row.contains("|0|NULL|"));
    assertThat(station.quarantined().getFirst()).startsWith("landing/cut.parquet|0|NULL|");
  }

  @Test
  void fileDamagedWithin_isQuarantinedAsAWhole() throws IOException {
    write("ok.parquet", "SELECT 1::BIGINT AS id, 'x' AS h");
    Path file = folder.resolve("landing/damaged.parquet");
    write("damaged.parquet", "SELECT i AS id, hash(i)::VARCHAR AS h FROM range(100000) r(i)");
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 100, bytes.length / 2, (byte) 0xFF);
    station.file("damaged.parquet", bytes);
    LandingResult result = station.land(parquet());
    assertThat(station.rows("id")).containsExactly("1");
    assertThat(result.malformedRows()).isEqualTo(1);
    assertThat(station.quarantined().getFirst()).startsWith("landing/damaged.parquet|0|NULL|");
  }

  @Test
  void missingColumn_isAnError_whenDeclared_andNoValue_whenNot() {
    write("a.parquet", "SELECT 1 AS id, 'x' AS name");
    write("b.parquet", "SELECT 2 AS id");
    TarnException refused =
        catchThrowableOfType(
            TarnException.class, () -> station.land(parquet("id INTEGER", "name VARCHAR")));
    assertThat(refused.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(refused)
        .hasMessageContaining("landing/b.parquet")
        .hasMessageContaining("it lacks `name`");
    station.land(parquet());
    assertThat(station.rows("id, name")).containsExactly("1|x", "2|NULL");
  }

  @Test
  void nestedColumns_areRead() {
    write("a.parquet", "SELECT 1 AS id, {'a': 1, 'b': ['x']} AS s, MAP {'k': 2} AS m");
    station.land(parquet());
    assertThat(station.rows("id, s::VARCHAR, m::VARCHAR"))
        .containsExactly("1|{'a': 1, 'b': [x]}|{k=2}");
  }

  private static LandingSource xml() {
    return LandingStation.source(
        FileFormat.XML, "landing/*.xml", Map.of(), QuarantineThreshold.NONE);
  }

  @Test
  void xml_isOneRowAFile_andMalformedOnesAreQuarantined() {
    station.file("a.xml", "<a>\n<b/></a>");
    station.file("bad.xml", "<a>\n<b></a>");
    station.file("zero.xml", "");
    LandingResult result = station.land(xml());
    assertThat(station.rows("_source_file, content"))
        .containsExactly("landing/a.xml|<a>\n<b/></a>");
    assertThat(result.malformedRows()).isEqualTo(2);
    assertThat(station.quarantined().getFirst())
        .startsWith("landing/bad.xml|2|NULL|")
        .endsWith("|<a>\n<b></a>");
  }

  @Test
  void xmlUnchanged_leavesNoSnapshot() {
    station.file("a.xml", "<a/>");
    station.land(xml(), new WriteMode.Replace());
    String before = station.snapshots();
    assertThat(station.land(xml(), new WriteMode.Replace()).materialization())
        .isInstanceOf(Materialization.Unchanged.class);
    assertThat(station.snapshots()).isEqualTo(before);
  }
}
