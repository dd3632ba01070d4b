package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.WriteMode.Unmatched;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;

/** What is written is recorded with its checksum, so that trust goes back to the write itself. */
class DurableWriteTest {
  private static final String ROWS = "SELECT range AS id, 'row ' || range AS note FROM range(5000)";

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void openLake() {
    bench = Bench.in(folder);
  }

  @AfterEach
  void closeLake() {
    bench.close();
  }

  /** Files that the catalog has and the ledger has not, then what the ledger says of the rest. */
  private String recorded() {
    return bench.value(
        """
        SELECT count(*) FILTER (l.path IS NULL), count(DISTINCT f.file_id), any_value(recorded_by)
        FROM (SELECT data_file_id AS file_id, path FROM %1$s.ducklake_data_file
          UNION ALL SELECT delete_file_id, path FROM %1$s.ducklake_delete_file) f
        LEFT JOIN %1$s._tarn.ledger l ON l.file_id = f.file_id AND ends_with(l.path, f.path)"""
            .formatted(Lake.METADATA));
  }

  private FsckReport check() {
    return Fsck.run(bench.lake.lake(), FsckRequest.of(Level.CONTENT));
  }

  @Test
  void everyFileOfEveryMode_isRecordedWhenItIsWritten() {
    bench.write("ward-x/ü1", ROWS, Plans.of(Plans.REPLACE));
    bench.write("t", ROWS, Plans.of(Plans.REPLACE));
    bench.write("t", ROWS + " WHERE range < 10", Plans.of(Plans.APPEND));
    bench.write("m", ROWS, Plans.merge(Unmatched.DELETE, "id"));
    bench.write("m", ROWS + " WHERE range % 2 = 0", Plans.merge(Unmatched.DELETE, "id"));
    bench.write("p", ROWS, Plans.partitioned(Plans.REPLACE, "bucket(4, id)"));

    assertThat(recorded()).startsWith("0|").endsWith("|write");
    FsckReport report = check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.coverage().firstSight()).isZero();
    assertThat(report.coverage().never()).isZero();
  }

  @Test
  void fileThatRotsBeforeTheFirstCheck_isFound() throws IOException {
    bench.write("t", ROWS, Plans.of(Plans.REPLACE));
    Path file =
        Path.of(bench.lake.settings().dataPath())
            .resolve(
                bench.lake.dataFiles().stream()
                    .filter(each -> each.toString().contains("/t/"))
                    .findFirst()
                    .orElseThrow());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    assertThat(check().findings())
        .extracting(finding -> finding.type().code())
        .isEqualTo(List.of("file.modified"));
  }

  @Test
  void outputThatIsRefused_leavesNoRecord() {
    bench.write("t", ROWS, Plans.of(Plans.REPLACE));
    String before = recorded();
    try {
      bench.write("t", "SELECT error('no') AS id FROM range(9)", Plans.of(Plans.REPLACE));
    } catch (RuntimeException e) {
      // Meant.
    }
    assertThat(recorded()).isEqualTo(before);
    assertThat(bench.value("SELECT count(*) FROM %s._tarn.ledger".formatted(Lake.METADATA)))
        .isEqualTo("1");
  }
}
