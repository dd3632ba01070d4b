package tarn.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** What an engine says that lacks an extension becomes an error that tells how to bring it. */
class MissingExtensionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM 's3://bucket/file.parquet' | httpfs",
        "FROM 'az://container/file.parquet' | azure",
        "LOAD ducklake | ducklake",
        "ATTACH 'postgres:dbname=x' AS p | postgres_scanner",
        "ATTACH 'x.db' AS s (TYPE sqlite) | sqlite_scanner"
      })
  void statement_thatNeedsAnExtension_namesIt(
      String statement, String extension, @TempDir Path empty) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("extension_directory", empty.toString());
    properties.setProperty("autoinstall_known_extensions", "false");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
        Statement engine = connection.createStatement()) {
      SQLException said = catchThrowableOfType(SQLException.class, () -> engine.execute(statement));

      TarnException error = EngineErrors.translate(said);

      assertThat(error.code()).isEqualTo(ErrorCode.EXTENSION_MISSING);
      assertThat(error)
          .hasMessage("The engine needs its extension " + extension + ", which is not installed.");
      assertThat(error.remedy()).contains("tarn extensions install");
    }
  }
}
