package tarn.testkit.zoo;

import java.util.List;

/** What bugs, crashes and hands do to the catalog's own order. */
final class CatalogDamages {
  private CatalogDamages() {}

  static List<Damage> all() {
    return List.of(
        Damage.found(
            "table altered and renamed in one transaction",
            "catalog.invariant",
            "catalog",
            lake -> {
              lake.changeLake(
                  "BEGIN",
                  "ALTER TABLE ward.note ADD COLUMN extra INTEGER",
                  "ALTER TABLE ward.note RENAME TO remark",
                  "COMMIT");
              return true;
            }),
        Damage.found(
            "two live rows for one table",
            "catalog.invariant",
            "catalog",
            change(
                "INSERT INTO ducklake_table SELECT * REPLACE ('other' AS table_name) FROM ducklake_table WHERE end_snapshot IS NULL AND table_name = 'note'")),
        Damage.found(
            "two tables of one name",
            "catalog.invariant",
            "catalog",
            change(
                "UPDATE ducklake_table SET table_name = 'VISIT' WHERE end_snapshot IS NULL AND table_name = 'note'")),
        Damage.found(
            "file counter behind the files",
            "catalog.invariant",
            "catalog",
            change(
                "UPDATE ducklake_snapshot SET next_file_id = 1 WHERE snapshot_id = (SELECT max(snapshot_id) FROM ducklake_snapshot)")),
        Damage.found(
            "row counter behind the rows",
            "catalog.invariant",
            "catalog",
            change(
                "UPDATE ducklake_table_stats SET next_row_id = 5 WHERE " + RecordDamages.OF_VISIT)),
        Damage.found(
            "change of an unknown kind",
            "catalog.invariant",
            "catalog",
            change(
                "UPDATE ducklake_snapshot_changes SET changes_made = 'repaired_table:1' WHERE snapshot_id = (SELECT max(snapshot_id) FROM ducklake_snapshot)")),
        Damage.found(
            "snapshot without its changes",
            "catalog.invariant",
            "catalog",
            change(
                "DELETE FROM ducklake_snapshot_changes WHERE snapshot_id = (SELECT max(snapshot_id) FROM ducklake_snapshot)")),
        Damage.found(
            "lifetime that ends before it begins",
            "catalog.invariant",
            "catalog",
            change("INSERT INTO ducklake_tag VALUES (1, 5, 2, 'comment', 'x')")),
        Damage.found(
            "statistics of files that are gone",
            "catalog.stale-rows",
            "catalog",
            change(
                "INSERT INTO ducklake_file_column_stats SELECT * REPLACE (900000 + data_file_id AS data_file_id) FROM ducklake_file_column_stats")),
        Damage.found(
            "table of inlined rows dropped",
            "catalog.inlined-data",
            "catalog",
            lake -> {
              List<String> tables =
                  lake.askCatalog(
                      "SELECT table_name FROM ducklake_inlined_data_tables ORDER BY 1 LIMIT 1");
              tables.forEach(name -> lake.changeCatalog("DROP TABLE \"" + name + "\""));
              return !tables.isEmpty();
            }),
        Damage.found(
            "inlined row twice",
            "catalog.inlined-data",
            "catalog",
            lake -> {
              List<String> tables =
                  lake.askCatalog(
                      "SELECT table_name FROM ducklake_inlined_data_tables ORDER BY 1 LIMIT 1");
              tables.forEach(
                  name ->
                      lake.changeCatalog(
                          "INSERT INTO \"%1$s\" FROM \"%1$s\" LIMIT 1".formatted(name)));
              return !tables.isEmpty();
            }),
        Damage.found(
            "file registered twice in one table",
            "registration.duplicate",
            "catalog",
            lake -> register(lake, "", "path")),
        Damage.found(
            "file registered twice under another form of its path",
            "registration.duplicate",
            "catalog",
            lake -> register(lake, "", "'./' || path")),
        Damage.found(
            "file registered in two tables",
            "registration.shared",
            "catalog",
            lake ->
                register(
                    lake,
                    ", (SELECT table_id FROM ducklake_table WHERE table_name = 'note' AND end_snapshot IS NULL) AS table_id, NULL::BIGINT AS row_id_start",
                    "'../visit/' || path")),
        Damage.found(
            "needed file on the list of those to be removed",
            "deletion.of-needed",
            "catalog",
            lake -> {
              Target file = Target.dataFiles(lake).getFirst();
              lake.changeCatalog(
                  "INSERT INTO ducklake_files_scheduled_for_deletion VALUES (%d, '%s', true, now())"
                      .formatted(file.id(), lake.data().relativize(file.file()).toString()));
              return true;
            }),
        Damage.found(
            "catalog put back from an old backup",
            "catalog.older",
            "exists",
            lake -> {
              lake.putBackOlderCatalog();
              return true;
            }),
        Damage.found(
            "snapshots gone, their files still listed",
            "leftover",
            "catalog",
            CatalogDamages::forgetSnapshots));
  }

  private static Damage.Act change(String... statements) {
    return lake -> {
      lake.changeCatalog(statements);
      return true;
    };
  }

  /** Registers the oldest live data file once more. */
  private static boolean register(Specimen lake, String replacements, String path) {
    List<Target> files = Target.dataFiles(lake);
    if (files.isEmpty()) {
      return false;
    }
    lake.changeCatalog(
        "INSERT INTO ducklake_data_file SELECT * REPLACE ((SELECT max(next_file_id) FROM ducklake_snapshot) AS data_file_id, %s AS path%s) FROM ducklake_data_file WHERE data_file_id = %d"
            .formatted(path, replacements, files.getFirst().id()),
        "INSERT INTO ducklake_file_partition_value SELECT * REPLACE ((SELECT max(next_file_id) FROM ducklake_snapshot) AS data_file_id) FROM ducklake_file_partition_value WHERE data_file_id = "
            + files.getFirst().id(),
        "UPDATE ducklake_snapshot SET next_file_id = next_file_id + 1");
    return true;
  }

  /** Forgets the snapshots that need the youngest of the files that are no longer live. */
  private static boolean forgetSnapshots(Specimen lake) {
    List<Target> files = Target.historicalFiles(lake);
    if (files.isEmpty()) {
      return false;
    }
    String forgotten =
        """
        %s >= (SELECT begin_snapshot FROM ducklake_data_file WHERE data_file_id = %d)
        AND %s < (SELECT end_snapshot FROM ducklake_data_file WHERE data_file_id = %2$d)""";
    long id = files.getLast().id();
    String others =
        """
        SELECT 1 FROM (FROM ducklake_data_file UNION ALL BY NAME FROM ducklake_delete_file)
        WHERE data_file_id IS DISTINCT FROM %d AND %s AND %s"""
            .formatted(
                id,
                forgotten.formatted("begin_snapshot", id, "begin_snapshot"),
                forgotten.formatted("end_snapshot - 1", id, "end_snapshot - 1"));
    if (!lake.askCatalog(others).isEmpty()) {
      return false;
    }
    String snapshots = forgotten.formatted("snapshot_id", id, "snapshot_id");
    lake.changeCatalog(
        "DELETE FROM ducklake_snapshot_changes WHERE " + snapshots,
        "DELETE FROM ducklake_snapshot WHERE " + snapshots);
    return true;
  }
}
