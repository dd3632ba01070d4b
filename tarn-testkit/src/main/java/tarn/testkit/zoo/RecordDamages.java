package tarn.testkit.zoo;

import java.util.List;

/** What goes wrong in the catalog's rows about a file that is itself as it was. */
final class RecordDamages {
  private RecordDamages() {}

  static List<Damage> all() {
    return List.of(
        Damage.found(
            "wrong size in the catalog",
            "record.size",
            "exists",
            update("ducklake_data_file", "file_size_bytes = file_size_bytes + 1")),
        Damage.found(
            "wrong footer length in the catalog",
            "record.size",
            "footer",
            update("ducklake_data_file", "footer_size = footer_size + 1")),
        Damage.found(
            "wrong row count in the catalog",
            "record.rows",
            "footer",
            update("ducklake_data_file", "record_count = record_count - 1")),
        Damage.found(
            "wrong smallest value in the catalog",
            "record.statistics",
            "footer",
            statistics("min_value = '1050'")),
        Damage.found(
            "wrong largest value in the catalog",
            "record.statistics",
            "footer",
            statistics("max_value = '1040'")),
        Damage.found(
            "wrong statistics of a whole table",
            "record.statistics",
            "catalog",
            lake -> {
              lake.changeCatalog(
                  "UPDATE ducklake_table_column_stats SET max_value = '1020' WHERE column_id = 1 AND "
                      + OF_VISIT);
              return true;
            }),
        Damage.found(
            "wrong type of a column in the catalog",
            "record.schema",
            "footer",
            lake -> {
              lake.changeCatalog(
                  "UPDATE ducklake_column SET column_type = 'varchar' WHERE column_id = 4 AND "
                      + OF_VISIT.replace("visit", "note"));
              return true;
            }));
  }

  static final String OF_VISIT =
      "table_id = (SELECT table_id FROM ducklake_table WHERE table_name = 'visit' AND end_snapshot"
          + " IS NULL)";

  private static Damage.Act update(String table, String change) {
    return onFirst("UPDATE " + table + " SET " + change + " WHERE data_file_id = %d");
  }

  private static Damage.Act statistics(String change) {
    return onFirst(
        "UPDATE ducklake_file_column_stats SET "
            + change
            + " WHERE column_id = 1 AND data_file_id = %d");
  }

  private static Damage.Act onFirst(String statement) {
    return lake -> {
      Target.dataFile(lake).ifPresent(file -> lake.changeCatalog(statement.formatted(file.id())));
      return true;
    };
  }
}
