package tarn.assets.io;

import java.util.ArrayList;
import java.util.List;
import tarn.lake.Sql;

/**
 * The number that stands for one row in a data version; {@code spec/lake-tables.md} defines it.
 *
 * <p>The engine's {@code hash()} alone would take some different values for the same: 0 and -1 of a
 * wide DECIMAL, a NULL and an empty list, a NULL and a STRUCT of NULLs. Those types are hashed
 * together with something that tells them apart. And the hash of several columns is hashed once
 * more, because the first one combines them by XOR: without it, two rows that exchange a value
 * would have the same sum once in some hundred million times.
 *
 * <p>0.0 and -0.0 stay the same: the engine's data files do not keep them apart either.
 */
final class RowNumber {
  /** Up to this many digits a DECIMAL is kept in one machine word. */
  private static final int NARROW_DIGITS = 18;

  private RowNumber() {}

  /** SQL of a BIGINT that is never negative. */
  static String of(List<SchemaPlan.Target> columns) {
    List<String> hashed = new ArrayList<>();
    for (SchemaPlan.Target column : columns) {
      hashed.addAll(hashed(Sql.identifier(column.name()), column.type()));
    }
    return "(hash(hash(" + String.join(", ", hashed) + ")) >> 1)::BIGINT";
  }

  /** SQL expressions which are all alike for two values when the values are the same. */
  static List<String> hashed(String value, SqlType type) {
    return switch (type) {
      case SqlType.Decimal(int width, int _) ->
          width > NARROW_DIGITS ? List.of(value, value + "::DOUBLE") : List.of(value);
      case SqlType.Simple simple ->
          switch (kind(simple)) {
            case PLAIN -> List.of(value);
            case VARIANT -> withText(value);
          };
      case SqlType.ListOf(SqlType.Simple element) ->
          switch (kind(element)) {
            case PLAIN -> List.of(value, "len(" + value + ")");
            case VARIANT -> withText(value);
          };
      case SqlType.ListOf _, SqlType.ArrayOf _, SqlType.MapOf _, SqlType.StructOf _ ->
          withText(value);
      case SqlType.Other _ -> List.of(value);
    };
  }

  private static List<String> withText(String value) {
    return List.of(value, value + "::VARCHAR");
  }

  private enum Kind {
    PLAIN,
    VARIANT
  }

  private static Kind kind(SqlType.Simple type) {
    return type.name().equalsIgnoreCase("VARIANT") ? Kind.VARIANT : Kind.PLAIN;
  }
}
