package tarn.integrity.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Finding.Affected;
import tarn.integrity.finding.FindingClass;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Rows and deletes that the catalog keeps in tables of its own instead of in files. */
final class InlinedData {
  private final Session session;
  private final long newestSnapshot;

  InlinedData(Session session, long newestSnapshot) {
    this.session = session;
    this.newestSnapshot = newestSnapshot;
  }

  private record Inlined(String name, Optional<Affected> table) {}

  List<Finding> check() {
    List<Finding> findings = new ArrayList<>();
    for (Inlined inlined : tables()) {
      problem(inlined.name)
          .ifPresent(
              detail ->
                  findings.add(
                      Finding.ofCatalog(
                          FindingClass.INLINED_DATA, inlined.name, inlined.table, detail)));
    }
    return findings;
  }

  private List<Inlined> tables() {
    return session.query(
        """
        SELECT i.table_name, any_value(s.schema_name), any_value(t.table_name)
        FROM %1$s.ducklake_inlined_data_tables i
        LEFT JOIN %1$s.ducklake_table t ON t.table_id = i.table_id AND t.end_snapshot IS NULL
        LEFT JOIN %1$s.ducklake_schema s ON s.schema_id = t.schema_id
        GROUP BY ALL ORDER BY 1"""
            .formatted(Lake.METADATA),
        row -> {
          String schema = row.getString(2);
          String table = row.getString(3);
          return new Inlined(
              Objects.requireNonNull(row.getString(1)),
              schema == null || table == null
                  ? Optional.empty()
                  : Optional.of(Affected.table(schema, table)));
        });
  }

  /** What is wrong with one of them, if anything is. */
  private Optional<String> problem(String name) {
    try {
      return session.queryFirst(
          """
          SELECT impossible || ' rows have an impossible lifetime, and ' || twice || ' of ' || all_rows
            || ' are there twice.'
          FROM (SELECT count(*) AS all_rows,
              count(*) FILTER (begin_snapshot > coalesce(end_snapshot, %1$d)
                OR end_snapshot > %1$d) AS impossible,
              count(*) - count(DISTINCT (row_id, begin_snapshot)) + count(*) FILTER
                (end_snapshot IS NULL) - count(DISTINCT row_id) FILTER (end_snapshot IS NULL)
                AS twice
            FROM %2$s.%3$s)
          WHERE impossible > 0 OR twice > 0"""
              .formatted(newestSnapshot, Lake.METADATA, Sql.identifier(name)),
          row -> Objects.requireNonNull(row.getString(1)));
    } catch (TarnException e) {
      if (e.code() != ErrorCode.QUERY_INVALID) {
        throw e;
      }
      return Optional.of("The table that holds these rows is not there: " + e.getMessage());
    }
  }
}
