package tarn.assets.definition;

import java.util.List;
import java.util.stream.Stream;

/**
 * One key of a declaration: what the reader accepts and what the reference page explains.
 *
 * @param name with the table it stands in: {@code write.mode}
 * @param example a line of TOML, or a part of one
 */
record DeclarationKey(String name, String type, String description, String example) {

  /** Of an asset of any kind. */
  static final List<DeclarationKey> SHARED =
      List.of(
          key(
              "description",
              "text",
              "What the asset holds; becomes the table's comment.",
              "description = \"One row per patient\""),
          key(
              "group",
              "text",
              "The group it belongs to. Default: the first part of its key.",
              "group = \"omop\""),
          key(
              "owners",
              "list of texts",
              "Who answers for it: `team:name` or a mail address.",
              "owners = [\"team:clinical-data\"]"),
          key("tags", "table of texts", "Labels to select by.", "tags = { layer = \"curated\" }"),
          key(
              "kinds",
              "list of texts",
              "What it is made with, besides what is known anyway.",
              "kinds = [\"fhir\"]"),
          key(
              "columns",
              "table of texts",
              "What each column means; becomes its comment.",
              "columns = { person_id = \"Stable number of the patient\" }"),
          key(
              "write",
              "table, or a mode",
              "How the output meets what the table holds.",
              "write = \"append\""),
          key(
              "partition_by",
              "list of texts",
              "Partition expressions: a column, or `year(…)`, `month(…)`, `day(…)`, `hour(…)`,"
                  + " `bucket(n, …)` of one.",
              "partition_by = [\"year(birth_datetime)\"]"),
          key(
              "allow",
              "list of `drop_column`, `narrow_type`",
              "Schema changes that lose something and are refused otherwise.",
              "allow = [\"drop_column\"]"),
          key(
              "checks",
              "list of tables",
              "What must hold for the rows; see below.",
              "checks = [ { not_null = [\"person_id\"] } ]"),
          key(
              "freshness",
              "span of time",
              "How old the last materialization may be.",
              "freshness = \"24h\""),
          key(
              "unchanged",
              "`skip` or `always_write`",
              "Whether equal content is noticed and not written. Default: `skip`.",
              "unchanged = \"always_write\""),
          key(
              "code_version",
              "text",
              "Names the version of the definition, in place of a hash of it.",
              "code_version = \"3\""));

  /** Of a source asset's landing table. */
  static final List<DeclarationKey> LANDING =
      List.of(
          key(
              "landing.files",
              "text, or list of texts",
              "Globs, relative to the station's folder. Required.",
              "files = [\"landing/patients/*.csv\"]"),
          key(
              "landing.format", "`csv`, `json`, `ndjson`, `parquet` or `xml`",
              "What the files are. Default: what the globs end in.", "format = \"csv\""),
          key(
              "landing.options",
              "table",
              "Options of the engine's reader.",
              "options = { delim = \";\" }"),
          key(
              "landing.columns",
              "table of types",
              "Expected columns in their order, with the engine's types.",
              "columns = { id = \"VARCHAR\", birth = \"DATE\" }"),
          key(
              "landing.max_malformed_rows",
              "whole number",
              "More malformed rows than this in one load are an error. Default: no limit.",
              "max_malformed_rows = 100"),
          key(
              "landing.max_malformed_fraction",
              "number from 0 to 1",
              "A larger part of malformed rows in one load is an error. Default: no limit.",
              "max_malformed_fraction = 0.01"));

  /** Of the table {@code write}. */
  static final List<DeclarationKey> WRITE =
      List.of(
          key(
              "write.mode", "`replace`, `append`, `merge` or `overwrite_partitions`",
              "Default: `replace`, of a source `append`.", "mode = \"merge\""),
          key(
              "write.keys",
              "list of texts",
              "With `merge`: the columns that together name a row. Required.",
              "keys = [\"person_id\"]"),
          key(
              "write.unmatched",
              "`keep` or `delete`",
              "With `merge`: what becomes of rows that the output does not hold. Default: `keep`.",
              "unmatched = \"delete\""),
          key(
              "write.columns",
              "list of texts",
              "With `overwrite_partitions`: the columns that tell partitions apart. Default: those"
                  + " of `partition_by`.",
              "columns = [\"visit_date\"]"));

  /** Of an element of {@code checks}. */
  static final List<DeclarationKey> CHECK =
      List.of(
          key(
              "checks.not_null",
              "list of texts",
              "No row has a null in these columns.",
              "{ not_null = [\"person_id\"] }"),
          key(
              "checks.unique", "list of texts",
              "No two rows are alike in these columns together.", "{ unique = [\"person_id\"] }"),
          key(
              "checks.accepted_values",
              "table of `column`, `values`",
              "Each value that is not null is one of these.",
              "{ accepted_values = { column = \"gender\", values = [\"M\", \"F\"] } }"),
          key(
              "checks.relationship",
              "table of `column`, `to`, `to_column`",
              "Each value that is not null stands in that column of another asset.",
              "{ relationship = { column = \"location_id\", to = \"omop/location\", to_column ="
                  + " \"location_id\" } }"),
          key(
              "checks.row_count",
              "table of `min`, `max`",
              "The table has so many rows.",
              "{ row_count = { min = 1 } }"),
          key(
              "checks.fresh",
              "table of `column`, `within`",
              "The newest value of that date or timestamp is at most so old.",
              "{ fresh = { column = \"visit_date\", within = \"30d\" } }"),
          key(
              "checks.sql",
              "text",
              "A query that returns the offending rows; needs a `name`.",
              "{ name = \"no_future_births\", sql = \"SELECT * FROM omop.person WHERE"
                  + " birth_datetime > now()\" }"),
          key(
              "checks.name",
              "text",
              "What the check is called. Default: made from its rule.",
              "{ name = \"known\", not_null = [\"person_id\"] }"),
          key(
              "checks.severity",
              "`blocking` or `warning`",
              "Whether a failure keeps the output from being written. Default: `blocking`.",
              "{ unique = [\"person_id\"], severity = \"warning\" }"));

  private static DeclarationKey key(String name, String type, String description, String example) {
    return new DeclarationKey(name, type, description, example);
  }

  /** The last part of each name, as the table itself has it. */
  static List<String> names(List<DeclarationKey> keys) {
    return keys.stream().map(key -> key.name().substring(key.name().lastIndexOf('.') + 1)).toList();
  }

  /** The names that a file of this kind may have at its top. */
  static List<String> topNames(List<DeclarationKey> keys, String... further) {
    return Stream.concat(names(keys).stream(), Stream.of(further)).toList();
  }
}
