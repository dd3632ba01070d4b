package tarn.assets.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.FileFormat;
import tarn.assets.landing.LandingSource.QuarantineThreshold;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class LandingJsonTest {
  @TempDir Path folder;
  private LandingStation station;

  @BeforeEach
  void open() {
    station = new LandingStation(folder);
  }

  @AfterEach
  void close() {
    station.close();
  }

  private static LandingSource ndjson(String... columns) {
    return LandingStation.source(
        FileFormat.NDJSON, "landing/*.ndjson*", Map.of(), QuarantineThreshold.NONE, columns);
  }

  private static LandingSource json(String... columns) {
    return LandingStation.source(
        FileFormat.JSON, "landing/*.json*", Map.of(), QuarantineThreshold.NONE, columns);
  }

  @Test
  void cleanLines_areRows() {
    station.file(
        "a.ndjson", "{\"id\":1,\"name\":\"a\"}\r\n\n{\"name\":\"b\",\"id\":\"2\",\"more\":[1]}\n");
    LandingResult result = station.land(ndjson("id BIGINT", "name VARCHAR"));
    assertThat(result.malformedRows()).isZero();
    assertThat(station.rows("id, name, _source_file"))
        .containsExactly("1|a|landing/a.ndjson", "2|b|landing/a.ndjson");
  }

  @Test
  void malformedLines_goToTheQuarantine() {
    station.file(
        "a.ndjson",
        """
        {"id":1,"day":"2024-01-01"}
        {"id":2,"day":"2024-13-01"}
        {"id":3.5}
        {"id":"x"}
        {"id":4
        5
        null
        [{"id":6}]
        {"id":7,"id":8}
        {"id":9} {"id":10}
        {}
        {"id":11,"day":null}
        """);
    LandingResult result = station.land(ndjson("id BIGINT", "day DATE"));
    assertThat(station.rows("id, day")).containsExactly("1|2024-01-01", "11|NULL", "NULL|NULL");
    assertThat(station.quarantined())
        .containsExactly(
            "landing/a.ndjson|2|day|`2024-13-01` is no DATE|{\"id\":2,\"day\":\"2024-13-01\"}",
            "landing/a.ndjson|3|id|`3.5` is no BIGINT|{\"id\":3.5}",
            "landing/a.ndjson|4|id|`x` is no BIGINT|{\"id\":\"x\"}",
            "landing/a.ndjson|5|NULL|it is no valid JSON|{\"id\":4",
            "landing/a.ndjson|6|NULL|it is no JSON object but a number|5",
            "landing/a.ndjson|7|NULL|it is no JSON object but null|null",
            "landing/a.ndjson|8|NULL|it is no JSON object but an array|[{\"id\":6}]",
            "landing/a.ndjson|9|NULL|it names a key twice|{\"id\":7,\"id\":8}",
            "landing/a.ndjson|10|NULL|it is no valid JSON|{\"id\":9} {\"id\":10}");
    assertThat(result.landedRows() + result.malformedRows()).isEqualTo(12);
  }

  @Test
  void bareNull_inAnOtherwiseCleanFile_isNoRow() {
    station.file("a.ndjson", "{\"id\":1}\nnull\n");
    station.land(ndjson("id BIGINT"));
    assertThat(station.rows("id")).containsExactly("1");
    assertThat(station.quarantined()).hasSize(1);
  }

  @Test
  void byteOrderMark_isNoError() {
    station.file("a.ndjson", "\uFEFF{\"id\":1}\n{\"id\":2}\n");
    station.land(ndjson("id BIGINT"));
    assertThat(station.rows("id")).containsExactly("1", "2");
    assertThat(station.quarantined()).isEmpty();
  }

  @Test
  void nestedValues_keepTheirShape() {
    station.file(
        "a.ndjson",
        """
        {"id":1,"name":{"family":"Smith","given":["A","B"]},"codes":[1,2],"any":{"x":[true]}}
        {"id":2,"name":{"family":"Jones"},"codes":null}
        {"id":3,"name":"Smith","codes":[1]}
        {"id":4,"name":{"family":"X"},"codes":[1.5]}
        {"id":5,"name":{"family":"X"},"codes":["y"]}
        {"id":6,"name":{"given":"not a list"}}
        """);
    station.land(
        ndjson(
            "id BIGINT",
            "name STRUCT(family VARCHAR, given VARCHAR[])",
            "codes INTEGER[]",
            "any JSON"));
    assertThat(station.rows("id, name::VARCHAR, codes::VARCHAR, \"any\"::VARCHAR"))
        .containsExactly(
            "1|{'family': Smith, 'given': [A, B]}|[1, 2]|{\"x\":[true]}",
            "2|{'family': Jones, 'given': NULL}|NULL|NULL");
    assertThat(station.rows("typeof(name), typeof(codes)").getFirst())
        .isEqualTo("STRUCT(\"family\" VARCHAR, given VARCHAR[])|INTEGER[]");
    assertThat(station.quarantined())
        .containsExactly(
            "landing/a.ndjson|3|name|`\"Smith\"` is no STRUCT(\"family\" VARCHAR, given VARCHAR[])|{\"id\":3,\"name\":\"Smith\",\"codes\":[1]}",
            "landing/a.ndjson|4|codes|`[1.5]` is no INTEGER[]|{\"id\":4,\"name\":{\"family\":\"X\"},\"codes\":[1.5]}",
            "landing/a.ndjson|5|codes|`[\"y\"]` is no INTEGER[]|{\"id\":5,\"name\":{\"family\":\"X\"},\"codes\":[\"y\"]}",
            "landing/a.ndjson|6|name|`{\"given\":\"not a list\"}` is no STRUCT(\"family\" VARCHAR, given VARCHAR[])|{\"id\":6,\"name\":{\"given\":\"not a list\"}}");
  }

  @Test
  void nestedValuesOfACleanFile_areTheSameByTheFastWay() {
    station.file(
        "a.ndjson",
        "{\"id\":1,\"name\":{\"family\":\"Smith\"},\"codes\":[1,2]}\n{\"id\":2,\"codes\":[]}\n");
    station.land(
        ndjson("id BIGINT", "name STRUCT(family VARCHAR, given VARCHAR[])", "codes INTEGER[]"));
    assertThat(station.rows("id, name::VARCHAR, codes::VARCHAR"))
        .containsExactly("1|{'family': Smith, 'given': NULL}|[1, 2]", "2|NULL|[]");
  }

  @Test
  void arrayAndConcatenatedObjects_areRead() {
    station.file("array.json", "[\n {\"id\": 1},\n {\"id\": 2}\n]\n");
    station.file("pretty.json", "{\n \"id\": 3\n}\n{\"id\": 4}\n");
    station.file("empty.json", "[]");
    station.file("nothing.json", "");
    station.file("mark.json", "\uFEFF[{\"id\": 5}]");
    station.land(json("id BIGINT"));
    assertThat(station.rows("id, _source_file"))
        .containsExactly(
            "1|landing/array.json",
            "2|landing/array.json",
            "3|landing/pretty.json",
            "4|landing/pretty.json",
            "5|landing/mark.json");
    assertThat(station.quarantined()).isEmpty();
  }

  @Test
  void truncatedArray_givesItsWholeElements() {
    station.file("a.json", "[{\"id\": 1},\n{\"id\": 2},\n{\"id\": 3");
    LandingResult result = station.land(json("id BIGINT"));
    assertThat(station.rows("id")).containsExactly("1", "2");
    assertThat(result.malformedRows()).isEqualTo(2);
    assertThat(station.quarantined().getFirst())
        .isEqualTo("landing/a.json|3|NULL|the value is cut off|{\"id\": 3");
  }

  @Test
  void truncatedGzip_isNotTakenForAWholeFile() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int id = 0; id < 40_000; id++) {
      text.append("{\"id\":").append(id).append(",\"n\":").append(id * 31L % 977).append("}\n");
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    station.file("a.ndjson.gz", packed.toByteArray());
    station.file("b.ndjson.gz", Arrays.copyOf(packed.toByteArray(), packed.size() / 3));
    LandingResult result = station.land(ndjson("id BIGINT", "n BIGINT"));
    assertThat(station.rows("count(*) FILTER (_source_file = 'landing/a.ndjson.gz')"))
        .containsExactly("40000");
    assertThat(result.malformedRows()).isEqualTo(1);
    assertThat(result.landedRows()).isBetween(45_000L, 60_000L);
  }

  @Test
  void undeclaredColumns_areTheKeysOfAllFiles() {
    station.file("a.ndjson", "{\"id\":1,\"at\":\"2024-01-01T10:00:00\",\"name\":{\"x\":1}}\n");
    station.file("b.ndjson", "{\"id\":2,\"late\":true}\n");
    station.land(ndjson());
    assertThat(station.rows("id, \"at\", name, late"))
        .containsExactly("1|2024-01-01 10:00:00.0|{\"x\":1}|NULL", "2|NULL|NULL|true");
  }

  @Test
  void undeclaredColumns_getTypesThatLoseNothing() {
    station.file(
        "a.ndjson",
        """
        {"whole":1,"real":1,"large":123456789012345678901234567890,"mixed":9007199254740993,"text":"1","leading":"007","day":"2024-01-05","american":"05-01-2024","zone":"2024-01-05T10:00:00+02:00","at":"2024-01-05T10:00:00Z","flag":true,"any":1,"nested":{"a":"2024-01-05"},"list":[1],"empty":null}
        {"whole":-2,"real":1.5,"large":1,"mixed":1.5,"text":"2","leading":"8","day":"2024-01-06","american":"06-01-2024","zone":"2024-01-05T10:00:00Z","at":"2024-01-05T11:00:00","flag":false,"any":"x","nested":{"b":1},"list":[],"empty":null}
        """);
    station.land(ndjson());
    assertThat(station.quarantined()).isEmpty();
    assertThat(
            station
                .scratch()
                .rows(
                    "SELECT column_name || ' ' || data_type FROM duckdb_columns() WHERE table_name = 'visits' ORDER BY column_index"))
        .containsExactly(
            "whole BIGINT",
            "real DOUBLE",
            "large VARCHAR",
            "mixed VARCHAR",
            "text VARCHAR",
            "leading VARCHAR",
            "day DATE",
            "american VARCHAR",
            "zone VARCHAR",
            "at TIMESTAMP",
            "flag BOOLEAN",
            "any JSON",
            "nested JSON",
            "list JSON",
            "empty VARCHAR",
            "_source_file VARCHAR");
    assertThat(station.rows("large, mixed, \"any\", nested, list"))
        .containsExactly(
            "1|1.5|\"x\"|{\"b\":1}|[]",
            "123456789012345678901234567890|9007199254740993|1|{\"a\":\"2024-01-05\"}|[1]");
  }

  @Test
  void keysThatOnlyDifferByCase_areAnError() {
    station.file("a.ndjson", "{\"ID\":1}\n{\"id\":2}\n");
    TarnException twins = catchThrowableOfType(TarnException.class, () -> station.land(ndjson()));
    assertThat(twins.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(twins).hasMessageContaining("The files of raw/visits name both `ID` and `id`");
    station.file("a.ndjson", "{\"ID\":1}\n");
    TarnException declared =
        catchThrowableOfType(TarnException.class, () -> station.land(ndjson("id BIGINT")));
    assertThat(declared.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(declared)
        .hasMessageContaining("The records of landing/a.ndjson name `ID` what should be `id`");
    station.land(ndjson());
    station.file("b.ndjson", "{\"id\":2}\n");
    TarnException table = catchThrowableOfType(TarnException.class, () -> station.land(ndjson()));
    assertThat(table).hasMessageContaining("name `id` what should be `ID`");
    assertThat(station.rows("id")).containsExactly("1");
  }

  @Test
  void integersLargerThanTheLakeHolds_areMalformed() {
    station.file(
        "a.ndjson",
        "{\"n\":99999999999999999999999999999999999999}\n{\"n\":170141183460469231731687303715884105727}\n");
    station.land(ndjson("n HUGEINT"));
    assertThat(station.rows("n, typeof(n)"))
        .containsExactly("99999999999999999999999999999999999999|DECIMAL(38,0)");
    assertThat(station.quarantined()).hasSize(1);
  }

  @Test
  void undeclaredColumnsOfADirtyFile_areThoseOfItsObjects() {
    station.file("a.ndjson", "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"na\n{\"id\":3}\n");
    station.land(ndjson());
    assertThat(station.rows("id, name")).containsExactly("1|a", "3|NULL");
    assertThat(station.quarantined()).hasSize(1);
  }

  @Test
  void keysInOddSpelling_areOnlyNames() {
    station.file(
        "a.ndjson", "{\"filename\":\"n\",\"it's\":\"q\",\"a \\\"b\\\"\":\"d\",\"f\":\"e\"}\n");
    station.land(
        new LandingSource(
            List.of("landing/*.ndjson"),
            FileFormat.NDJSON,
            Map.of(),
            Stream.of("filename", "it's", "a \"b\"", "f")
                .map(name -> new LandingSource.Column(name, "VARCHAR"))
                .toList(),
            QuarantineThreshold.NONE));
    assertThat(station.rows("*")).containsExactly("n|q|d|e|landing/a.ndjson");
  }
}
