package tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchLakeTest {
  @Test
  void scratchLake_holdsWhatWasWritten(@TempDir Path folder) {
    try (ScratchLake scratch = ScratchLake.in(folder)) {
      scratch.execute("CREATE SCHEMA omop");
      scratch.execute("CREATE TABLE omop.person AS SELECT 1 AS id, 'Å' AS name");
      scratch.reopen();

      assertThat(scratch.rows("FROM omop.person")).containsExactly("1|Å");
      assertThat(scratch.dataFiles()).hasSize(1);
    }
  }

  @Test
  void bareEngine_readsTheClosedLake(@TempDir Path folder) {
    ScratchLake scratch = ScratchLake.in(folder);
    scratch.execute("CREATE TABLE visit AS SELECT range AS id, NULL AS note FROM range(3)");
    scratch.close();

    try (BareEngine engine = BareEngine.on(scratch)) {
      assertThat(engine.rows("FROM visit ORDER BY id"))
          .containsExactly("0|NULL", "1|NULL", "2|NULL");
    }
  }
}
