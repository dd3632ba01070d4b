package tarn.assets.io;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tarn.assets.SchemaChange;

/**
 * How a column's type changes when an output of another type is written to it.
 *
 * @param target the column's type afterwards
 * @param losses what the author must have allowed
 * @param reach how far the change goes
 */
record TypeEvolution(SqlType target, Set<SchemaChange> losses, Reach reach) {

  /** From the least to the most work. */
  enum Reach {
    NONE,
    /** The old data files are read right under the new type, with filters too. */
    ALTER,
    /**
     * The catalog allows the change, but rows that stay must be written anew: DuckLake 1.5.5 casts
     * a filter's constant to the type of an old file, so that {@code x = 0.5} finds 0 in a file
     * whose column was an INTEGER.
     */
    ALTER_AND_REWRITE,
    /**
     * The catalog refuses it: the column is dropped and added again, and rows that stay rewritten.
     */
    REPLACE_COLUMN;

    Reach or(Reach other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  private static TypeEvolution same(SqlType type) {
    return new TypeEvolution(type, Set.of(), Reach.NONE);
  }

  /**
   * @param kept whether rows of the table stay, so that a type which can already hold the output is
   *     left as it is
   */
  static TypeEvolution of(SqlType table, SqlType output, RowsThatStay kept) {
    if (table.equals(output)) {
      return same(table);
    }
    return switch (table) {
      case SqlType.StructOf(var fields) when output instanceof SqlType.StructOf(var others) ->
          struct(fields, others, kept);
      case SqlType.ListOf(SqlType element) when output instanceof SqlType.ListOf(SqlType other) -> {
        TypeEvolution inner = of(element, other, kept);
        yield new TypeEvolution(new SqlType.ListOf(inner.target), inner.losses, inner.reach);
      }
      case SqlType.MapOf(SqlType key, SqlType value)
          when output instanceof SqlType.MapOf(SqlType otherKey, SqlType otherValue) -> {
        TypeEvolution keys = of(key, otherKey, kept);
        TypeEvolution values = of(value, otherValue, kept);
        yield new TypeEvolution(
            new SqlType.MapOf(keys.target, values.target),
            union(keys.losses, values.losses),
            keys.reach.or(values.reach));
      }
      case SqlType _ -> leaf(table, output, kept);
    };
  }

  /** Whether a write leaves rows of the table as they are. */
  enum RowsThatStay {
    ALL,
    NONE
  }

  private static TypeEvolution leaf(SqlType table, SqlType output, RowsThatStay kept) {
    Optional<Reach> widening = Widening.reach(table, output);
    if (widening.isPresent()) {
      return new TypeEvolution(output, Set.of(), widening.get());
    }
    if (kept == RowsThatStay.ALL && Widening.reach(output, table).isPresent()) {
      return same(table);
    }
    return new TypeEvolution(output, Set.of(SchemaChange.NARROW_TYPE), Reach.REPLACE_COLUMN);
  }

  private static TypeEvolution struct(
      List<SqlType.Field> table, List<SqlType.Field> output, RowsThatStay kept) {
    Map<String, SqlType.Field> others =
        output.stream()
            .collect(Collectors.toMap(field -> Names.folded(field.name()), Function.identity()));
    List<SqlType.Field> target = new ArrayList<>();
    Set<SchemaChange> losses = EnumSet.noneOf(SchemaChange.class);
    Reach reach = Reach.NONE;
    for (SqlType.Field field : table) {
      SqlType.Field other = others.remove(Names.folded(field.name()));
      if (other == null) {
        losses.add(SchemaChange.DROP_COLUMN);
        reach = reach.or(Reach.ALTER);
      } else {
        TypeEvolution inner = of(field.type(), other.type(), kept);
        target.add(new SqlType.Field(field.name(), inner.target));
        losses.addAll(inner.losses);
        reach = reach.or(inner.reach);
      }
    }
    for (SqlType.Field field : output) {
      if (others.containsKey(Names.folded(field.name()))) {
        target.add(field);
        reach = reach.or(Reach.ALTER);
      }
    }
    return new TypeEvolution(new SqlType.StructOf(target), losses, reach);
  }

  private static Set<SchemaChange> union(Set<SchemaChange> one, Set<SchemaChange> other) {
    Set<SchemaChange> both = EnumSet.noneOf(SchemaChange.class);
    both.addAll(one);
    both.addAll(other);
    return both;
  }
}
