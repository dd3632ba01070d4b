package tarn.gateway.sandbox;

import java.nio.file.Path;
import java.util.Optional;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Role;
import tarn.lake.Sql;
import tarn.lake.TableName;

/**
 * The station's records that are no tables of the lake, and that an administrator without limits
 * asks for by SQL: {@code _tarn.audit} is the audit trail as it is now.
 */
final class OwnRecords {
  private static final TableName AUDIT = new TableName("_tarn", "audit");

  private final Optional<Path> audit;

  OwnRecords(Caller caller, Path audit) {
    boolean shown = caller.role() == Role.ADMIN && caller.grants().unlimited();
    this.audit = shown ? Optional.of(audit) : Optional.empty();
  }

  /** What the engine must reach for it. */
  Optional<Path> folder() {
    return audit;
  }

  /**
   * The query of a table of this kind. A line that is being written at this moment is no JSON yet,
   * and is left out.
   */
  Optional<String> query(TableName table) {
    return table.folded().equals(AUDIT)
        ? audit.map(folder -> trail(folder.resolve("audit-*.jsonl")))
        : Optional.empty();
  }

  private static String trail(Path files) {
    return """
        SELECT CAST(j->>'time' AS TIMESTAMPTZ) AS "time", j->>'request' AS request, \
        j->>'who' AS who, j->>'name' AS "name", j->>'client' AS client, j->>'action' AS "action", \
        CAST(j->'tables' AS VARCHAR[]) AS "tables", CAST(j->>'status' AS INTEGER) AS status, \
        j->>'outcome' AS outcome, CAST(j->>'rows' AS BIGINT) AS "rows", \
        CAST(j->>'bytes' AS BIGINT) AS bytes, CAST(j->>'seconds' AS DOUBLE) AS seconds, \
        j->>'hash' AS hash \
        FROM (SELECT CAST(line AS JSON) AS j FROM read_csv(%s, columns = {'line': 'VARCHAR'}, \
        auto_detect = false, header = false, delim = chr(31), quote = '', escape = '', \
        max_line_size = 10000000) WHERE json_valid(line))"""
        .formatted(Sql.literal(files.toString()));
  }
}
