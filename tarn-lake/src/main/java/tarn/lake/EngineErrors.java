package tarn.lake;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Turns what the engine says into an error with a code and a way out. */
public final class EngineErrors {
  private static final Pattern MISSING_EXTENSION =
      Pattern.compile("Extension \"[^\"]*?(\\w+)\\.duckdb_extension\" not found");
  private static final Pattern LOCKED_FILE =
      Pattern.compile("[Cc]ould not set lock on file \"([^\"]*)\"");
  private static final Pattern OTHER_DATA_PATH =
      Pattern.compile(
          "parameter \"([^\"]*)\" does not match existing data path in the catalog \"([^\"]*)\"");
  private static final Pattern LOCK_OWNER = Pattern.compile("\\(PID (\\d+)\\)");

  private EngineErrors() {}

  public static TarnException translate(SQLException error) {
    String said = Optional.ofNullable(error.getMessage()).orElse(error.toString());
    String lower = said.toLowerCase(Locale.ROOT);
    if (lower.contains("could not set lock on file")) {
      return locked(said, error);
    }
    Matcher extension = MISSING_EXTENSION.matcher(said);
    if (extension.find()) {
      return error(
          ErrorCode.EXTENSION_MISSING,
          "The engine needs its extension " + extension.group(1) + ", which is not installed.",
          "Run `tarn extensions install`, with `--from DIR` on a machine without internet.",
          error);
    }
    Optional<TarnException> catalog = PostgreSqlErrors.translate(said, error);
    if (catalog.isPresent()) {
      return catalog.get();
    }
    if (lower.contains("no space left on device")
        || lower.contains("disk full")
        || lower.contains("disk quota exceeded")
        || lower.contains("file too large")) {
      return error(
          ErrorCode.STORAGE_FULL,
          said,
          "Free some space there, or point `data_path` or `engine.temp_folder` to a larger disk.",
          error);
    }
    if (lower.contains("max_temp_directory_size")) {
      return error(
          ErrorCode.ENGINE_OUT_OF_MEMORY,
          said,
          "Raise `engine.max_temp_size` or free space in the temp folder.",
          error);
    }
    if (lower.startsWith("out of memory error") || lower.contains("failed to allocate")) {
      return error(
          ErrorCode.ENGINE_OUT_OF_MEMORY,
          said,
          "Raise `engine.memory_limit`, lower `engine.threads`, or make the query smaller.",
          error);
    }
    if (lower.startsWith("interrupt error") || lower.contains("interrupted!")) {
      return error(ErrorCode.INTERRUPTED, "The query was stopped.", "Run it again.", error);
    }
    Matcher other = OTHER_DATA_PATH.matcher(said);
    if (other.find()) {
      return error(
          ErrorCode.SETTING_INVALID,
          "`data_path` is %s, but the files of this catalog lie in %s."
              .formatted(other.group(1), other.group(2)),
          "Set `data_path` (or TARN_DATA_PATH) to that place. When the station's folder was moved or"
              + " copied, put it back where it was.",
          error);
    }
    if (lower.contains("no snapshot found at")) {
      return error(
          ErrorCode.SNAPSHOT_UNKNOWN,
          "The lake has no such snapshot. " + said,
          "`tarn snapshots` lists those that it has.",
          error);
    }
    if (isConflict(lower)) {
      return error(
          ErrorCode.CATALOG_CONFLICT,
          said,
          "Another writer changed the same table first. Run it again.",
          error);
    }
    if (lower.contains("permission denied")) {
      return error(ErrorCode.STORAGE_DENIED, said, "Give this user the right named above.", error);
    }
    if (lower.contains("not a valid duckdb database file")
        || lower.contains("trying to read a database file with version")
        || lower.contains("creating a new ducklake is explicitly disabled")) {
      return error(
          ErrorCode.CATALOG_INVALID,
          said,
          "Point `catalog` to the lake's catalog, or restore that file from a backup.",
          error);
    }
    if (lower.contains("cannot open file")
        || lower.contains("no magic bytes")
        || lower.contains("too small to be a parquet file")
        || lower.contains("parquet footer length stored in file")) {
      return error(
          ErrorCode.DATA_FILE_UNREADABLE,
          said,
          "Check that the file is there and whole; `tarn doctor` checks the rest.",
          error);
    }
    if (isQueryError(lower)) {
      return error(ErrorCode.QUERY_INVALID, said, "Mend the query and run it again.", error);
    }
    if (lower.startsWith("io error") || lower.startsWith("http error")) {
      return error(
          ErrorCode.STORAGE_FAILED, said, "Check the path or the store, then run it again.", error);
    }
    return error(
        ErrorCode.ENGINE_FAILED, said, "Run `tarn doctor`; it checks the engine's parts.", error);
  }

  /** A statement that another transaction made impossible; the same work may be tried again. */
  public static boolean isConflict(TarnException error) {
    return error.code() == ErrorCode.CATALOG_CONFLICT;
  }

  /** Nothing was written, and the same work may well succeed in a moment. */
  public static boolean mayPass(TarnException error) {
    return error.effect() == Effect.NOTHING_WRITTEN
        && (error.code() == ErrorCode.CATALOG_CONFLICT
            || error.code() == ErrorCode.CATALOG_UNREACHABLE);
  }

  private static boolean isConflict(String lower) {
    return lower.contains("transaction conflict")
        || lower.contains("conflict on")
        || lower.contains("exceeded the maximum retry count")
        || lower.contains("write-write conflict");
  }

  private static boolean isQueryError(String lower) {
    return lower.startsWith("parser error")
        || lower.startsWith("binder error")
        || lower.startsWith("catalog error")
        || lower.startsWith("conversion error")
        || lower.startsWith("invalid input error")
        || lower.startsWith("syntax error")
        || lower.startsWith("out of range error")
        || lower.startsWith("constraint error")
        || lower.startsWith("not implemented error")
        || lower.startsWith("mismatch type error")
        || lower.startsWith("sequence error")
        || lower.startsWith("dependency error");
  }

  private static TarnException locked(String said, SQLException error) {
    Matcher owner = LOCK_OWNER.matcher(said);
    String who = owner.find() ? process(Long.parseLong(owner.group(1))) : "another process";
    Matcher file = LOCKED_FILE.matcher(said);
    return error(
        ErrorCode.CATALOG_LOCKED,
        file.find()
            ? "The catalog " + file.group(1) + " is in use by " + who + "."
            : "The catalog is in use by " + who + ". " + firstLine(said),
        "Wait until it ends, or use a PostgreSQL catalog for several writers.",
        error);
  }

  /** With the command that it runs, where the system tells. */
  private static String process(long id) {
    return ProcessHandle.of(id)
        .flatMap(process -> process.info().command())
        .map(command -> "process " + id + " (" + command + ")")
        .orElse("process " + id);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static TarnException error(
      ErrorCode code, String message, String remedy, SQLException cause) {
    return new TarnException(code, message, remedy, Effect.NOTHING_WRITTEN, cause);
  }
}
