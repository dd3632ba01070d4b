package tarn.integrity.catalog;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Finding.Affected;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.lake.Lake;
import tarn.lake.Session;

/** Checks what must hold in the catalog itself, without a look at any file. */
public final class Invariants {
  /** Of one rule; whoever breaks it more often is not helped by a longer list. */
  private static final int MOST = 1000;

  private final Session session;
  private long omitted;

  public Invariants(Session session) {
    this.session = session;
  }

  /**
   * What is broken.
   *
   * @param omitted findings beyond those that are listed
   */
  public record Broken(List<Finding> findings, long omitted) {}

  /**
   * Checks the catalog in the transaction in which it was read.
   *
   * @param root of the data path, in canonical form
   * @param patience how long a file may wait to be removed
   */
  public Broken check(CatalogState state, String root, Duration patience) {
    List<Finding> findings = new ArrayList<>();
    Stream.concat(Rules.all().stream(), PathRules.all(root, patience).stream())
        .forEach(rule -> findings.addAll(check(rule)));
    findings.addAll(new InlinedData(session, state.snapshot()).check());
    return new Broken(findings, omitted);
  }

  private record Breach(
      String subject,
      String detail,
      Optional<String> schema,
      Optional<String> table,
      Optional<Long> file) {}

  private List<Finding> check(Rule rule) {
    String query = rule.query().replace("{c}", Lake.METADATA).replace("{f}", Workspace.FILES);
    List<Breach> breaches = session.query(query + " LIMIT " + MOST, Invariants::breach);
    if (breaches.size() == MOST) {
      omitted +=
          session
                  .queryFirst("SELECT count(*) FROM (" + query + ")", row -> row.getLong(1))
                  .orElse(0L)
              - MOST;
    }
    Map<Long, FileRecord> files = files(breaches);
    return breaches.stream().map(each -> finding(rule, each, files)).toList();
  }

  private static Finding finding(Rule rule, Breach breach, Map<Long, FileRecord> files) {
    Optional<FileRecord> file = breach.file.map(files::get);
    FindingClass type = rule.type();
    if (file.isPresent()) {
      return new Finding(
          type,
          type.severity(),
          Level.CATALOG,
          breach.subject,
          Optional.of(file.get().key()),
          Optional.of(file.get().affected()),
          breach.detail,
          type.remedy());
    }
    Optional<Affected> affected =
        breach.table.map(
            table ->
                breach
                    .schema
                    .map(schema -> Affected.table(schema, table))
                    .orElseGet(
                        () ->
                            new Affected(
                                Optional.empty(),
                                Optional.of(table),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())));
    return Finding.ofCatalog(type, breach.subject, affected, breach.detail);
  }

  private Map<Long, FileRecord> files(List<Breach> breaches) {
    List<Long> numbers = breaches.stream().flatMap(each -> each.file.stream()).distinct().toList();
    Map<Long, FileRecord> files = new HashMap<>();
    if (!numbers.isEmpty()) {
      String list = String.join(", ", numbers.stream().map(String::valueOf).toList());
      CatalogReader.select(session, "WHERE f.sequence IN (" + list + ")")
          .forEach(file -> files.put(file.sequence(), file));
    }
    return files;
  }

  private static Breach breach(ResultSet row) throws SQLException {
    Map<String, @Nullable Object> values = new HashMap<>();
    ResultSetMetaData columns = row.getMetaData();
    for (int column = 1; column <= columns.getColumnCount(); column++) {
      values.put(columns.getColumnLabel(column), row.getObject(column));
    }
    return new Breach(
        Objects.requireNonNull(values.get("subject")).toString(),
        Objects.requireNonNull(values.get("detail")).toString(),
        Optional.ofNullable(values.get("schema_name")).map(Object::toString),
        Optional.ofNullable(values.get("table_name")).map(Object::toString),
        values.get("file") instanceof Number number
            ? Optional.of(number.longValue())
            : Optional.empty());
  }
}
