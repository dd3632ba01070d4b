package tarn.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.extension.ExtensionStore;

class CatalogFileTest {
  @TempDir Path folder;

  private void refuses(ErrorCode code) {
    Path catalog = folder.resolve("catalog.ducklake");
    LakeSettings settings =
        new LakeSettings(
            new CatalogLocation.DuckDbFile(catalog),
            folder.resolve("data") + "/",
            new EngineSettings("512MB", 2, folder.resolve("temp"), Optional.empty()));
    assertThatThrownBy(
            () ->
                Lake.open(
                    settings,
                    Access.WRITE,
                    new ExtensionStore(
                        Path.of(System.getProperty("tarn.checkout")).resolve(".tarn/extensions"))))
        .isInstanceOfSatisfying(TarnException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(catalog.toString());
  }

  @Test
  void fileThatIsNotThere_isNoLake() {
    refuses(ErrorCode.CATALOG_NOT_FOUND);
    assertThat(folder.resolve("catalog.ducklake")).doesNotExist();
  }

  @Test
  void fileOfAnotherKind_isNoCatalog() throws Exception {
    Files.writeString(folder.resolve("catalog.ducklake"), "a letter\n".repeat(5000));
    refuses(ErrorCode.CATALOG_INVALID);
  }

  @Test
  void databaseWithoutALake_isNoCatalog() throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("catalog.ducklake"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t AS SELECT 1 AS i");
    }
    refuses(ErrorCode.CATALOG_INVALID);
  }
}
