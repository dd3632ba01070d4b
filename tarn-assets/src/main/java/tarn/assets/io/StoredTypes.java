package tarn.assets.io;

import java.util.Locale;
import tarn.assets.AssetKey;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * The type under which a table holds what a query yields. Most types are their own; a few would not
 * come back from a data file as they went in (see {@code docs/decisions/stored-types.md}) and are
 * stored under a type that loses nothing, or are refused.
 */
final class StoredTypes {
  private final AssetKey key;
  private final String column;

  StoredTypes(AssetKey key, String column) {
    this.key = key;
    this.column = column;
  }

  SqlType of(SqlType type) {
    return switch (type) {
      case SqlType.Simple(String name) -> simple(name);
      case SqlType.Decimal decimal -> decimal;
      case SqlType.ListOf(SqlType element) -> new SqlType.ListOf(of(element));
      case SqlType.ArrayOf(SqlType element, int _) -> new SqlType.ListOf(of(element));
      case SqlType.MapOf(SqlType mapKey, SqlType value) -> new SqlType.MapOf(of(mapKey), of(value));
      case SqlType.StructOf(var fields) ->
          new SqlType.StructOf(
              fields.stream()
                  .map(field -> new SqlType.Field(field.name(), of(field.type())))
                  .toList());
      case SqlType.Other other ->
          switch (other.name().toUpperCase(Locale.ROOT)) {
            case "ENUM" -> new SqlType.Simple("VARCHAR");
            case "GEOMETRY" -> other;
            default -> throw refused(other.sql(), "Cast it to a STRUCT, JSON or VARCHAR.");
          };
    };
  }

  private SqlType simple(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      // Parquet has no integer that wide; the engine would write the nearest DOUBLE instead.
      case "HUGEINT", "UHUGEINT" -> new SqlType.Decimal(38, 0);
      case "BIT", "BIGNUM" -> new SqlType.Simple("VARCHAR");
      case "\"NULL\"" -> new SqlType.Simple("INTEGER");
      case "INTERVAL" ->
          throw refused(
              name,
              "Store a number, such as `epoch(x)` or `date_diff('second', a, b)`, or"
                  + " `x::VARCHAR`.");
      case "TIME WITH TIME ZONE" -> throw refused(name, "Cast it to TIME or VARCHAR.");
      case "TIME_NS" -> throw refused(name, "Cast it to TIME or VARCHAR.");
      default -> new SqlType.Simple(name);
    };
  }

  private TarnException refused(String type, String remedy) {
    return new TarnException(
        ErrorCode.ASSET_QUERY_INVALID,
        "Column `%s` of %s is of type %s, which a lake's data files cannot hold without loss."
            .formatted(column, key, type),
        remedy);
  }
}
