package tarn.lake;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.extension.ExtensionStore;

/** Starts an engine within its limits, with the signature check of extensions on. */
final class Engine {
  private Engine() {}

  static DuckDBConnection start(EngineSettings settings, ExtensionStore extensions) {
    try {
      Files.createDirectories(settings.temporaryFolder());
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_DENIED,
          "Cannot make the temp folder " + settings.temporaryFolder() + ": " + e.getMessage(),
          "Check the folder's rights, or set `engine.temp_folder` to another place.",
          e);
    }
    Properties properties = new Properties();
    properties.setProperty("memory_limit", settings.memoryLimit());
    properties.setProperty("threads", Integer.toString(settings.threads()));
    properties.setProperty("temp_directory", settings.temporaryFolder().toString());
    settings
        .maximumTemporarySize()
        .ifPresent(size -> properties.setProperty("max_temp_directory_size", size));
    properties.setProperty("extension_directory", extensions.folder().toString());
    properties.setProperty("allow_unsigned_extensions", "false");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "true");
    // Not the folder where the user's own DuckDB keeps secrets; nothing is ever put there.
    properties.setProperty(
        "secret_directory", settings.temporaryFolder().resolve("secrets").toString());
    properties.setProperty("allow_unredacted_secrets", "false");
    try {
      return Lake.connect(properties);
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    } catch (UnsatisfiedLinkError | ExceptionInInitializerError e) {
      throw new TarnException(
          ErrorCode.ENGINE_LIBRARY_MISSING,
          "The engine's native library cannot be loaded: " + e.getMessage(),
          "Start the program with `tarn`, which unpacks it, or run `./dev build`.",
          e);
    }
  }
}
