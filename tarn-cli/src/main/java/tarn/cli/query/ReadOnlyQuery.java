package tarn.cli.query;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.cli.query.SqlTokens.Token;
import tarn.lake.EngineErrors;
import tarn.lake.Session;
import tools.jackson.databind.JsonNode;

/** One statement that reads and changes nothing. */
sealed interface ReadOnlyQuery {

  /** Something that can stand in parentheses behind FROM. */
  record Select(String sql) implements ReadOnlyQuery {}

  /** EXPLAIN, with or without ANALYZE, of a query that only reads. */
  record Explain(String sql) implements ReadOnlyQuery {}

  /**
   * What can be called in a SELECT though it changes a database, the engine or files, reads memory
   * by its address, or runs a text that nobody has looked at. The lake's own go by two names.
   */
  Set<String> CHANGING_FUNCTIONS =
      Set.of(
          "add_data_files",
          "arrow_scan",
          "arrow_scan_dumb",
          "checkpoint",
          "cleanup_old_files",
          "commit",
          "delete_orphaned_files",
          "disable_logging",
          "disable_profiling",
          "enable_logging",
          "enable_profiling",
          "expire_snapshots",
          "flush_inlined_data",
          "force_checkpoint",
          "json_execute_serialized_sql",
          "merge_adjacent_files",
          "mysql_execute",
          "nextval",
          "postgres_execute",
          "query",
          "rewrite_data_files",
          "seq_scan",
          "set_commit_message",
          "set_option",
          "truncate_duckdb_logs",
          "write_log");

  /**
   * Reads a text that holds one statement, with or without a semicolon.
   *
   * @throws TarnException {@code query.not-read-only} when it would change something, {@code
   *     query.invalid} when the engine cannot parse it, {@code usage} when there is not exactly one
   */
  static ReadOnlyQuery parse(Session session, String text) {
    List<Token> tokens = withoutTerminator(SqlTokens.of(text));
    if (tokens.isEmpty()) {
      throw new TarnException(
          ErrorCode.USAGE, "There is no query.", "Give it as an argument, or with --file.");
    }
    if (tokens.stream().anyMatch(token -> token.text().equals(";"))) {
      throw new TarnException(
          ErrorCode.USAGE,
          "There is more than one statement.",
          "Run `tarn query` once for each of them.");
    }
    refuseChangingFunctions(tokens);
    String sql = text.substring(tokens.getFirst().start(), tokens.getLast().end());
    if (tokens.getFirst().word().equals("explain")) {
      requireSelect(session, explained(text, tokens));
      return new Explain(sql);
    }
    requireSelect(session, sql);
    return new Select(sql);
  }

  private static void refuseChangingFunctions(List<Token> tokens) {
    for (int at = 0; at + 1 < tokens.size(); at++) {
      String name = tokens.get(at).word();
      if (tokens.get(at + 1).text().equals("(")
          && CHANGING_FUNCTIONS.contains(name.replaceFirst("^ducklake_", ""))) {
        throw changes(name);
      }
    }
  }

  private static List<Token> withoutTerminator(List<Token> tokens) {
    int end = tokens.size();
    while (end > 0 && tokens.get(end - 1).text().equals(";")) {
      end--;
    }
    return tokens.subList(0, end);
  }

  /** What follows EXPLAIN, ANALYZE and options in parentheses. */
  private static String explained(String text, List<Token> tokens) {
    int at = 1;
    if (at < tokens.size() && tokens.get(at).word().equals("analyze")) {
      at++;
    }
    boolean options =
        at + 1 < tokens.size()
            && tokens.get(at).text().equals("(")
            && Set.of("analyze", "format").contains(tokens.get(at + 1).word());
    while (options && at < tokens.size() && !tokens.get(at).text().equals(")")) {
      at++;
    }
    at += options ? 1 : 0;
    return at < tokens.size()
        ? text.substring(tokens.get(at).start(), tokens.getLast().end())
        : "explain";
  }

  private static void requireSelect(Session session, String sql) {
    JsonNode tree = serialized(session, sql);
    if (!tree.path("error").asBoolean()) {
      return;
    }
    if (isSyntaxError(tree)) {
      refuseAsTheEngineDoes(session, sql);
    }
    // A PIVOT whose columns come from the data is several statements to the parser, and so has no
    // tree; but nothing other than a query can stand in parentheses.
    String first = SqlTokens.of(sql).getFirst().word();
    boolean mayBePivot = Set.of("pivot", "with", "from", "select", "(").contains(first);
    if (!mayBePivot || isSyntaxError(serialized(session, "SELECT * FROM (" + sql + "\n)"))) {
      throw changes(first.toUpperCase(Locale.ROOT));
    }
  }

  private static JsonNode serialized(Session session, String sql) {
    return session
        .queryFirst(
            "SELECT json_serialize_sql(?::VARCHAR)",
            row -> Json.mapper().readTree(row.getString(1)),
            sql)
        .orElseThrow();
  }

  private static boolean isSyntaxError(JsonNode tree) {
    return tree.path("error_type").asString("").equals("parser");
  }

  /** The engine shows the place of a syntax error best; to prepare is not to run. */
  private static void refuseAsTheEngineDoes(Session session, String sql) {
    try (PreparedStatement _ = session.connection().prepareStatement(sql)) {
      throw changes(SqlTokens.of(sql).getFirst().word().toUpperCase(Locale.ROOT));
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  private static TarnException changes(String what) {
    return new TarnException(
        ErrorCode.QUERY_NOT_READ_ONLY,
        "`tarn query` only reads, and `" + what + "` may change something.",
        "Write a SELECT. Tables change through assets: `tarn materialize`.");
  }
}
