package tarn.assets.io;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tarn.assets.AssetKey;
import tarn.assets.check.CheckResult;
import tarn.base.Json;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.TableState;
import tarn.lake.Tables;
import tools.jackson.core.type.TypeReference;

/**
 * What was materialized, and what checks found: tables of the lake itself that are only ever added
 * to. {@code spec/lake-tables.md} specifies them.
 */
final class History {
  static final TableName MATERIALIZATIONS = new TableName(HistoryTables.SCHEMA, "materializations");
  static final TableName CHECK_RESULTS = new TableName(HistoryTables.SCHEMA, "check_results");

  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private History() {}

  /**
   * One materialization as it was recorded.
   *
   * @param snapshot the snapshot it was committed in
   * @param readSnapshot the one that its transaction saw: what others committed between the two is
   *     no part of its data version
   */
  record Recorded(
      long snapshot,
      long readSnapshot,
      String codeVersion,
      Optional<DataVersion> dataVersion,
      Map<String, String> inputs,
      long rows) {

    /** Whether its data version is that of the table's content today. */
    boolean standsFor(Session session, TableState table, String engine) {
      return dataVersion.filter(version -> version.engine().equals(engine)).isPresent()
          && Tables.since(session, table.id(), readSnapshot, snapshot) == Tables.Since.UNTOUCHED;
    }

    /** Why running the asset again may change its table, each a line for a person. */
    Set<String> reasonsToRun(Session session, TableState table, WritePlan plan) {
      Set<String> reasons = new TreeSet<>();
      if (!codeVersion.equals(plan.codeVersion())) {
        reasons.add("its definition has changed");
      }
      if (!inputs.equals(plan.inputs())) {
        Set<String> names = new TreeSet<>(inputs.keySet());
        names.addAll(plan.inputs().keySet());
        names.removeIf(name -> Objects.equals(inputs.get(name), plan.inputs().get(name)));
        reasons.add("inputs have changed: " + String.join(", ", names));
      }
      if (!standsFor(session, table, engine(session))) {
        reasons.add("its table was changed by others, or the engine is another");
      }
      if (Descriptions.differ(table, plan)) {
        reasons.add("its description has changed");
      }
      return reasons;
    }
  }

  /** How a recorded materialization ended. */
  enum Outcome {
    WRITTEN,
    FAILED
  }

  /** What is to be recorded. */
  record Entry(
      String runId,
      AssetKey key,
      Outcome outcome,
      Instant started,
      String mode,
      String codeVersion,
      Optional<DataVersion> dataVersion,
      String engine,
      Map<String, String> inputs,
      long readSnapshot,
      long rows,
      long rowsWritten) {}

  /** The newest one that wrote the asset's table. */
  static Optional<Recorded> latest(Session session, AssetKey key) {
    if (!HistoryTables.exist(session)) {
      return Optional.empty();
    }
    return session.queryFirst(
        "SELECT snapshot_id, read_snapshot, code_version, data_version, inputs, row_count FROM "
            + MATERIALIZATIONS.quoted()
            + " WHERE asset_key = ? AND outcome = 'written' AND snapshot_id IS NOT NULL"
            + " ORDER BY snapshot_id DESC LIMIT 1",
        History::recorded,
        key.toString());
  }

  private static Recorded recorded(ResultSet row) throws SQLException {
    return new Recorded(
        row.getLong(1),
        row.getLong(2),
        Objects.requireNonNullElse(row.getString(3), ""),
        Optional.ofNullable(row.getString(4)).flatMap(DataVersion::parse),
        Json.mapper().readValue(Objects.requireNonNullElse(row.getString(5), "{}"), TEXTS),
        row.getLong(6));
  }

  /** Adds a materialization and its checks; part of the session's transaction. */
  static void add(Session session, Entry entry, List<CheckResult> checks) {
    OffsetDateTime finished = OffsetDateTime.now(ZoneOffset.UTC);
    session.update(
        "INSERT INTO "
            + MATERIALIZATIONS.quoted()
            + " (run_id, asset_key, outcome, started_at, finished_at, write_mode, code_version,"
            + " data_version, engine_version, inputs, read_snapshot, row_count, rows_written)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entry.runId,
        entry.key.toString(),
        Names.folded(entry.outcome.name()),
        entry.started.atOffset(ZoneOffset.UTC),
        finished,
        entry.mode,
        entry.codeVersion,
        entry.dataVersion.map(DataVersion::toString).orElse(null),
        entry.engine,
        Json.line(new TreeMap<>(entry.inputs)),
        entry.readSnapshot,
        entry.rows,
        entry.rowsWritten);
    for (CheckResult result : checks) {
      session.update(
          "INSERT INTO "
              + CHECK_RESULTS.quoted()
              + " (run_id, asset_key, check_name, severity, passed, offending, detail, checked_at)"
              + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          entry.runId,
          entry.key.toString(),
          result.check().name(),
          Names.folded(result.check().severity().name()),
          result.passed(),
          result.offending(),
          result.detail(),
          finished);
    }
  }

  static String engine(Session session) {
    return session
        .queryFirst(
            "SELECT ltrim(library_version, 'v') FROM pragma_version()",
            row -> Objects.requireNonNull(row.getString(1)))
        .orElseThrow();
  }
}
