package tarn.integrity.check;

import java.util.Locale;
import tarn.integrity.parquet.LeafType;

/** Which values of a file a column of the catalog may have. */
final class CatalogTypes {
  private CatalogTypes() {}

  /** Types that are not known here fit everything. */
  static boolean fits(String catalogType, LeafType leaf) {
    String type = catalogType.toLowerCase(Locale.ROOT);
    int bracket = type.indexOf('(');
    String name = bracket < 0 ? type : type.substring(0, bracket);
    return switch (name) {
      case "boolean" -> leaf instanceof LeafType.Truth;
      case "int8", "int16", "int32", "int64" -> leaf instanceof LeafType.Whole;
      case "uint8", "uint16", "uint32", "uint64" -> leaf instanceof LeafType.Whole;
      case "float32", "float64", "int128", "uint128" -> leaf instanceof LeafType.Real;
      case "decimal" -> leaf instanceof LeafType.Decimal;
      case "date" -> leaf instanceof LeafType.Date;
      case "time" -> leaf instanceof LeafType.Time;
      case "timestamp", "timestamptz", "timestamp_s", "timestamp_ms", "timestamp_ns" ->
          leaf instanceof LeafType.Timestamp;
      case "varchar", "json" -> leaf instanceof LeafType.Text;
      case "blob" -> leaf instanceof LeafType.Bytes;
      case "uuid" -> leaf instanceof LeafType.Identifier;
      default -> true;
    };
  }

  static String display(LeafType leaf) {
    return switch (leaf) {
      case LeafType.Truth() -> "truth values";
      case LeafType.Whole _ -> "whole numbers";
      case LeafType.Real _ -> "floating-point numbers";
      case LeafType.Decimal _ -> "decimal numbers";
      case LeafType.Text() -> "text";
      case LeafType.Bytes() -> "bytes";
      case LeafType.Identifier() -> "UUIDs";
      case LeafType.Date() -> "dates";
      case LeafType.Time _ -> "times of day";
      case LeafType.Timestamp _ -> "timestamps";
      case LeafType.Other() -> "values of another type";
    };
  }
}
