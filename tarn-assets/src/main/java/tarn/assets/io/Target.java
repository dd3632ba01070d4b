package tarn.assets.io;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tarn.assets.AssetKey;
import tarn.assets.io.TypeEvolution.Reach;
import tarn.assets.io.WritePlan.UnchangedPolicy;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.lake.TableState;

/**
 * A table that is being written, in the transaction that writes it.
 *
 * @param name as the catalog has it, or as the asset's key asks for when it is new
 * @param before the table as it was committed, nothing when it is new or made anew
 * @param remade the table in whose place it is made anew
 * @param recorded the last materialization, when the table has not been touched by others since and
 *     the engine is the same, so that its data version still speaks for the content
 */
record Target(
    Session session,
    AssetKey key,
    TableName name,
    Optional<TableState> before,
    Optional<TableState> remade,
    SchemaPlan schema,
    IncomingRows incoming,
    WritePlan plan,
    String engine,
    Optional<History.Recorded> recorded,
    Foresight foresight) {

  /** What is known of the output before it is computed. */
  enum Foresight {
    /** Code or inputs have changed, or nobody knows: it is written while it is hashed. */
    LIKELY_CHANGED,
    /** Nothing it was made from has changed: reading it once more to hash it is cheaper. */
    LIKELY_SAME
  }

  String quoted() {
    return name.quoted();
  }

  /** Whether the content is hashed. */
  boolean watchesContent() {
    return switch (plan.unchanged()) {
      case SKIP, REWRITE, REMAKE -> true;
      case ALWAYS_WRITE -> false;
    };
  }

  /** Whether content that is the same is left alone. */
  boolean sparesSame() {
    return plan.unchanged() == UnchangedPolicy.SKIP;
  }

  /** Whether rows that are the same are not to be written, and nothing else is to be done. */
  boolean maySkip() {
    return sparesSame() && !changesTable();
  }

  /** Whether columns or partitioning differ from what they are to be. */
  boolean changesTable() {
    return before.isEmpty() || schema.changesTable() || changesPartitions();
  }

  private boolean changesPartitions() {
    List<String> now = before.map(TableState::partitionedBy).orElse(List.of());
    return !now.stream()
        .map(Partitions::normalized)
        .toList()
        .equals(plan.partitionedBy().stream().map(Partitions::normalized).toList());
  }

  /** Makes the table when it is new, and gives it the columns that it is to have. */
  void prepare() {
    if (before.isEmpty()) {
      List<String> columns =
          schema.columns().stream()
              .map(column -> Sql.identifier(column.name()) + " " + column.type().sql())
              .toList();
      String create = remade.isEmpty() ? "CREATE TABLE " : "CREATE OR REPLACE TABLE ";
      session.execute(create + quoted() + " (" + String.join(", ", columns) + ")");
      remade.ifPresent(this::carryComments);
    } else if (resetsPartitions()) {
      alter("RESET PARTITIONED BY");
    }
    schema.steps().forEach(this::alter);
    before.ifPresent(this::restoreComments);
    if (!plan.partitionedBy().isEmpty() && (changesPartitions() || resetsPartitions())) {
      alter("SET PARTITIONED BY (" + String.join(", ", plan.partitionedBy()) + ")");
    } else if (losesPartitions()) {
      // DuckLake 1.5.5 ends with a fatal error when rows are inserted after a RESET in the same
      // transaction, so they all go into one partition until the write is finished.
      alter("ADD COLUMN " + placeholder() + " BOOLEAN");
      alter("SET PARTITIONED BY (" + placeholder() + ")");
    }
  }

  private String placeholder() {
    Set<String> taken = new HashSet<>();
    before.orElseThrow().columns().forEach(column -> taken.add(Names.folded(column.name())));
    schema.names().forEach(name -> taken.add(Names.folded(name)));
    return Names.unused(taken);
  }

  /** What is left to be done when the rows are in their place. */
  void finish() {
    if (losesPartitions()) {
      alter("RESET PARTITIONED BY");
      alter("DROP COLUMN " + placeholder());
    }
  }

  private boolean losesPartitions() {
    return resetsPartitions() && plan.partitionedBy().isEmpty();
  }

  /** Also when a column is dropped: it may be one that the table is partitioned by. */
  private boolean resetsPartitions() {
    boolean partitioned = before.filter(table -> !table.partitionedBy().isEmpty()).isPresent();
    return partitioned && (changesPartitions() || schema.dropsColumns());
  }

  private void alter(String change) {
    session.execute("ALTER TABLE " + quoted() + " " + change);
  }

  /** What people have said of a table holds for the one in its place. */
  private void carryComments(TableState table) {
    Set<String> carried = new HashSet<>();
    schema.names().forEach(name -> carried.add(Names.folded(name)));
    table
        .comment()
        .ifPresent(
            comment ->
                session.execute(
                    "COMMENT ON TABLE %s IS %s".formatted(quoted(), Sql.literal(comment))));
    table.columns().stream()
        .filter(column -> carried.contains(Names.folded(column.name())))
        .forEach(this::carryComment);
  }

  private void carryComment(TableState.Column column) {
    column
        .comment()
        .ifPresent(
            comment ->
                session.execute(
                    "COMMENT ON COLUMN %s.%s IS %s"
                        .formatted(quoted(), Sql.identifier(column.name()), Sql.literal(comment))));
  }

  /** A column that was dropped and added again has lost its comment. */
  private void restoreComments(TableState table) {
    for (TableState.Column column : table.columns()) {
      if (schema.replaces(column.name())) {
        carryComment(column);
      }
    }
  }

  /** The same for a write that leaves rows where they are: they too must fit the new columns. */
  void prepareKeepingRows() {
    switch (missesRows() ? schema.reach().or(Reach.ALTER_AND_REWRITE) : schema.reach()) {
      case NONE, ALTER -> prepare();
      case ALTER_AND_REWRITE -> {
        prepare();
        String columns = Sql.identifiers(incoming.columns());
        long rows =
            session.update(
                "INSERT INTO %s (%s) SELECT %s FROM %s"
                    .formatted(quoted(), columns, columns, quoted()));
        deleteCommittedRows(rows);
      }
      case REPLACE_COLUMN -> {
        Staging.create(session, Staging.BEFORE, "SELECT * FROM " + quoted());
        session.execute("DELETE FROM " + quoted());
        prepare();
        List<String> names = carried().stream().map(SchemaPlan.Target::name).toList();
        List<String> casts =
            carried().stream()
                .map(
                    column ->
                        "CAST(%s AS %s)"
                            .formatted(Sql.identifier(column.name()), column.type().sql()))
                .toList();
        session.execute(
            "INSERT INTO %s (%s) SELECT %s FROM %s"
                .formatted(
                    quoted(), Sql.identifiers(names), String.join(", ", casts), Staging.BEFORE));
        Staging.drop(session, Staging.BEFORE);
      }
    }
  }

  /**
   * DuckLake 1.5.5 looks for a row only in the files of the bucket that a filter asks for, also
   * among files that were written before the table had buckets: it does not find those rows.
   */
  private boolean missesRows() {
    return changesPartitions() && Partitions.haveBuckets(plan.partitionedBy());
  }

  /** The columns that were there before and still are. */
  private List<SchemaPlan.Target> carried() {
    List<String> known =
        before.orElseThrow().columns().stream().map(column -> Names.folded(column.name())).toList();
    return schema.columns().stream()
        .filter(column -> known.contains(Names.folded(column.name())))
        .toList();
  }

  /**
   * Deletes the rows that were there when the transaction began, after new ones were inserted: in
   * this order a query that reads its own table sees what was committed, and time travel too (in
   * DuckLake 1.5.5, {@code AT (VERSION => …)} heeds the transaction's own deletes).
   *
   * @param remaining how many rows the table must have then
   */
  void deleteCommittedRows(long remaining) {
    session.execute("DELETE FROM " + quoted() + " WHERE " + committed());
    long rows = rows();
    if (rows != remaining) {
      throw new TarnException(
          ErrorCode.ENGINE_FAILED,
          "%s holds %d rows instead of %d after its old rows were deleted; nothing was committed."
              .formatted(name, rows, remaining),
          "Run it again; if it happens again, report it.");
    }
  }

  /** The condition for a row that was there when the transaction began. */
  String committed() {
    List<String> taken = incoming.columns().stream().map(Names::folded).toList();
    if (!taken.contains("snapshot_id")) {
      return "snapshot_id IS NOT NULL";
    }
    if (!taken.contains("rowid")) {
      // DuckLake numbers rows that are not committed yet from here on.
      return "rowid < 1000000000000000000";
    }
    throw new TarnException(
        ErrorCode.ASSET_QUERY_INVALID,
        "The output of "
            + key
            + " has columns named `snapshot_id` and `rowid`, both of which the"
            + " lake needs for itself.",
        "Give one of them another name with AS.");
  }

  long rows() {
    return session
        .queryFirst("SELECT count(*) FROM " + quoted(), row -> row.getLong(1))
        .orElseThrow();
  }

  /** What the rows are to be ordered by on their way into the files. */
  List<String> order() {
    return Partitions.order(plan.partitionedBy());
  }
}
