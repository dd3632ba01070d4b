package tarn.assets.io;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tarn.assets.AssetKey;
import tarn.assets.SchemaChange;
import tarn.assets.io.TypeEvolution.Reach;
import tarn.assets.io.TypeEvolution.RowsThatStay;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Sql;
import tarn.lake.TableState;

/**
 * What a table's columns will be, and the steps that lead there.
 *
 * @param columns the table's columns afterwards, in the table's order
 * @param drops names of the table's columns that are dropped; some may be added again
 * @param steps statements after {@code ALTER TABLE …}, in the order to run them
 */
record SchemaPlan(List<Target> columns, List<String> drops, List<String> steps, Reach reach) {

  /**
   * @param source the output's column that fills it
   */
  record Target(String name, SqlType type, int source) {}

  /** A new table: the output's columns in the output's order. */
  static SchemaPlan create(OutputShape shape) {
    List<Target> targets = new ArrayList<>();
    for (OutputShape.Column column : shape.columns()) {
      targets.add(new Target(column.name(), column.stored(), targets.size()));
    }
    return new SchemaPlan(targets, List.of(), List.of(), Reach.NONE);
  }

  /**
   * How an existing table takes the output's columns, which are matched by name without regard to
   * letter case.
   *
   * @throws TarnException {@code asset.schema-change-refused}
   */
  static SchemaPlan evolve(
      AssetKey key,
      TableState table,
      OutputShape shape,
      Set<SchemaChange> allowed,
      RowsThatStay kept) {
    Map<String, Integer> sources = new LinkedHashMap<>();
    for (OutputShape.Column column : shape.columns()) {
      sources.put(Names.folded(column.name()), sources.size());
    }
    List<Target> stays = new ArrayList<>();
    Map<String, Target> added = new LinkedHashMap<>();
    List<String> drops = new ArrayList<>();
    List<String> alters = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    Set<SchemaChange> missing = new HashSet<>();
    Reach reach = Reach.NONE;
    for (TableState.Column column : table.columns()) {
      String name = Sql.identifier(column.name());
      Integer source = sources.get(Names.folded(column.name()));
      SqlType old = SqlType.parse(column.type());
      if (source == null) {
        if (!allowed.contains(SchemaChange.DROP_COLUMN)) {
          refused.add("column `%s` (%s) is missing".formatted(column.name(), column.type()));
          missing.add(SchemaChange.DROP_COLUMN);
        }
        drops.add(column.name());
        reach = reach.or(Reach.ALTER);
        continue;
      }
      TypeEvolution evolution = TypeEvolution.of(old, shape.columns().get(source).stored(), kept);
      for (SchemaChange loss : evolution.losses()) {
        if (!allowed.contains(loss)) {
          refused.add(
              "column `%s` would go from %s to %s"
                  .formatted(column.name(), old.sql(), evolution.target().sql()));
          missing.add(loss);
        }
      }
      Target target = new Target(column.name(), evolution.target(), source);
      switch (evolution.reach()) {
        case NONE -> stays.add(target);
        case ALTER, ALTER_AND_REWRITE -> {
          alters.add("ALTER COLUMN " + name + " SET DATA TYPE " + target.type().sql());
          stays.add(target);
        }
        case REPLACE_COLUMN -> {
          drops.add(column.name());
          added.put(Names.folded(column.name()), target);
        }
      }
      reach = reach.or(evolution.reach());
    }
    refuse(key, refused, missing);
    return finish(table, shape, stays, added, drops, alters, reach);
  }

  private static SchemaPlan finish(
      TableState table,
      OutputShape shape,
      List<Target> stays,
      Map<String, Target> added,
      List<String> drops,
      List<String> alters,
      Reach reach) {
    Set<String> known = new HashSet<>();
    table.columns().forEach(column -> known.add(Names.folded(column.name())));
    List<Target> columns = new ArrayList<>(stays);
    List<String> adds = new ArrayList<>();
    Reach whole = reach;
    for (int source = 0; source < shape.columns().size(); source++) {
      OutputShape.Column column = shape.columns().get(source);
      Target replaced = added.get(Names.folded(column.name()));
      if (replaced == null && known.contains(Names.folded(column.name()))) {
        continue;
      }
      Target target =
          replaced == null ? new Target(column.name(), column.stored(), source) : replaced;
      adds.add("ADD COLUMN " + Sql.identifier(target.name()) + " " + target.type().sql());
      columns.add(target);
      whole = whole.or(Reach.ALTER);
    }
    List<String> dropping =
        drops.stream().map(name -> "DROP COLUMN " + Sql.identifier(name)).toList();
    List<String> steps = new ArrayList<>();
    // A table must never be without columns.
    boolean stepsAside = stays.isEmpty();
    Set<String> taken = new HashSet<>(known);
    shape.columns().forEach(column -> taken.add(Names.folded(column.name())));
    String placeholder = Names.unused(taken);
    if (stepsAside) {
      steps.add("ADD COLUMN " + placeholder + " BOOLEAN");
    }
    steps.addAll(dropping);
    steps.addAll(adds);
    if (stepsAside) {
      steps.add("DROP COLUMN " + placeholder);
    }
    steps.addAll(alters);
    return new SchemaPlan(columns, List.copyOf(drops), steps, whole);
  }

  private static void refuse(AssetKey key, List<String> refused, Set<SchemaChange> missing) {
    if (refused.isEmpty()) {
      return;
    }
    String permission =
        String.join(
            ", ",
            missing.stream()
                .sorted()
                .map(change -> "\"" + Names.folded(change.name()) + "\"")
                .toList());
    throw new TarnException(
        ErrorCode.SCHEMA_CHANGE_REFUSED,
        "The output of %s would lose something that its table holds: %s."
            .formatted(key, String.join("; ", refused)),
        "Bring it back in the asset's query, or allow the change in the asset: allow = ["
            + permission
            + "].");
  }

  /** The same columns, in a table that is made anew. */
  SchemaPlan anew() {
    return new SchemaPlan(columns, List.of(), List.of(), Reach.NONE);
  }

  boolean changesTable() {
    return !steps.isEmpty();
  }

  boolean dropsColumns() {
    return !drops.isEmpty();
  }

  /** Whether a column is dropped and added again under another type. */
  boolean replaces(String column) {
    return drops.contains(column)
        && columns.stream()
            .anyMatch(target -> Names.folded(target.name()).equals(Names.folded(column)));
  }

  List<String> names() {
    return columns.stream().map(Target::name).toList();
  }
}
