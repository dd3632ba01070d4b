package tarn.testkit.zoo;

import java.util.List;
import java.util.stream.Stream;

/**
 * Small lakes, each with something that makes a lake harder to check. All have the tables {@code
 * ward.visit}, which is damaged, and {@code ward.note}, which is not.
 */
public enum LakeShape {
  PLAIN(),
  PARTITIONED(
      "ALTER TABLE ward.visit SET PARTITIONED BY (patient)",
      "INSERT INTO ward.visit SELECT 4000 + i, ['ü/x', 'p=1&q', 'a b', '%41', '..', NULL][i],"
          + " i * 1.5, TIMESTAMP '2026-01-01' + i * INTERVAL 1 HOUR, i, i % 2 = 0"
          + " FROM range(1, 7) t(i)"),
  WITH_DELETES(
      "DELETE FROM ward.visit WHERE id % 10 = 3", "DELETE FROM ward.visit WHERE id = 1001"),
  WITH_DELETION_VECTORS(
      "CALL lake.set_option('write_deletion_vectors', true)",
      "DELETE FROM ward.visit WHERE id % 10 = 3",
      "DELETE FROM ward.visit WHERE id = 1001"),
  INLINED(
      "CALL lake.set_option('data_inlining_row_limit', 50)",
      rows(5000, 20),
      "INSERT INTO ward.note VALUES (1, 'x', 1, now()::TIMESTAMP, 1, true)",
      "DELETE FROM ward.visit WHERE id IN (1004, 5003)",
      "UPDATE ward.note SET weight = 2 WHERE id = 1"),
  RENAMED(
      "ALTER TABLE ward.visit RENAME TO stay",
      "ALTER TABLE ward.stay RENAME COLUMN weight TO kilograms",
      "ALTER TABLE ward.stay RENAME TO visit"),
  REPLACED(
      "CREATE OR REPLACE TABLE ward.visit AS SELECT * FROM ward.visit WHERE id < 2000",
      rows(6000, 100),
      "CREATE TABLE ward.gone AS SELECT 1 AS a",
      "DROP TABLE ward.gone"),
  EVOLVED(
      "ALTER TABLE ward.visit ADD COLUMN ward_number INTEGER",
      rows(7000, 100).replace(" FROM", ", 7 FROM"),
      "ALTER TABLE ward.visit ALTER ward_number SET DATA TYPE BIGINT",
      "ALTER TABLE ward.visit DROP COLUMN urgent",
      "ALTER TABLE ward.visit ADD COLUMN vitals STRUCT(pulse INTEGER, tags VARCHAR[], more"
          + " MAP(VARCHAR, INTEGER))",
      "INSERT INTO ward.visit SELECT 8000 + i, 'p', 1, now()::TIMESTAMP, 1, 9000000000,"
          + " {'pulse': i, 'tags': ['a', NULL], 'more': MAP {'k': i}} FROM range(10) t(i)",
      "BEGIN",
      "INSERT INTO ward.visit SELECT 8500 + i, 'p', 1, now()::TIMESTAMP, 1, 1, NULL"
          + " FROM range(5) t(i)",
      "ALTER TABLE ward.visit ADD COLUMN late INTEGER",
      "COMMIT"),
  IMPORTED(
      "COPY (FROM ward.visit WHERE id < 1010) TO '{data}/ward/visit/imported.parquet'",
      "CALL ducklake_add_data_files('lake', 'visit', '{data}/ward/visit/imported.parquet',"
          + " schema => 'ward')"),
  ENCRYPTED("DELETE FROM ward.visit WHERE id % 10 = 3"),
  COMPACTED(
      "DELETE FROM ward.visit WHERE id < 1040",
      "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0.1)",
      "CALL ducklake_merge_adjacent_files('lake')",
      "UPDATE ward.visit SET weight = 0 WHERE id = 2001"),
  EXPIRED(
      "DELETE FROM ward.visit WHERE id = 1001",
      "CREATE OR REPLACE TABLE ward.visit AS SELECT * FROM ward.visit",
      rows(6000, 100),
      "CALL ducklake_expire_snapshots('lake', older_than => now())"),
  ALL_TYPES(
      """
      CREATE TABLE ward.types AS SELECT i::TINYINT a, i::SMALLINT b, -i::INTEGER c, i::UTINYINT d,
        i::USMALLINT e, i::UINTEGER f, (18446744073709551600 + i)::UBIGINT g, i::HUGEINT h,
        i::FLOAT * 1.1 k, CASE WHEN i = 3 THEN 'NaN'::DOUBLE ELSE -i / 3 END l,
        (i * 1.25)::DECIMAL(4, 2) m, (i * 1.25)::DECIMAL(9, 3) n, -(i * 1.25)::DECIMAL(30, 5) o,
        DATE '1969-12-25' + i::INTEGER p, TIME '12:00:00' + i * INTERVAL 1 MICROSECOND q,
        (TIMESTAMP '1969-12-31 23:59:55.5' + i * INTERVAL 1 SECOND)::TIMESTAMP_S r,
        (TIMESTAMP '1969-12-31 23:59:55.5' + i * INTERVAL 1 SECOND)::TIMESTAMP_MS s,
        '1969-12-31 23:59:55.123456789'::TIMESTAMP_NS t, now() - i * INTERVAL 1 DAY u,
        uuid() v, repeat('ü', (i * 3000)::INTEGER) w, ('\\xFF' || i)::BLOB x, i % 2 = 0 y,
        INTERVAL 1 DAY * i z, '{"a": 1}'::JSON aa, [[i], NULL, []] bb, MAP {i: [i]} cc,
        {'a': {'b': i, 'c': NULL::VARCHAR}} dd, NULL::DOUBLE ee, 'infinity'::TIMESTAMP ff,
        'Infinity'::DOUBLE gg, -0.0::DOUBLE hh, '0044-03-15 (BC)'::DATE ii, '' kk
      FROM range(1, 9) t(i)""",
      "INSERT INTO ward.types FROM ward.types",
      "CREATE TABLE ward.nothing AS FROM ward.types LIMIT 0",
      "INSERT INTO ward.nothing FROM ward.types LIMIT 0",
      "INSERT INTO ward.nothing (a) SELECT NULL FROM range(3)");

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed; its type does not say so.
  private final List<String> steps;

  LakeShape(String... steps) {
    this.steps = List.of(steps);
  }

  /** The options with which the lake is made. */
  String options() {
    return "DATA_INLINING_ROW_LIMIT 0" + (this == ENCRYPTED ? ", ENCRYPTED" : "");
  }

  /** The statements with which every lake begins, each a transaction. */
  List<String> foundation() {
    return List.of("CREATE SCHEMA ward", table("visit"), table("note"), rows(1000, 100));
  }

  /** The statements that follow. */
  List<String> steps() {
    return Stream.concat(
            Stream.of(
                rows(2000, 100),
                // As large as the one before, and other rows.
                "INSERT INTO ward.visit SELECT id + 500, patient, weight, seen, fee, urgent"
                    + " FROM ward.visit WHERE id >= 2000 ORDER BY id",
                rows(3000, 150),
                "INSERT INTO ward.note SELECT * FROM ward.visit WHERE id < 1010"),
            steps.stream())
        .toList();
  }

  private static String table(String name) {
    return "CREATE TABLE ward.%s (id BIGINT, patient VARCHAR, weight DOUBLE, seen TIMESTAMP, fee DECIMAL(10, 2), urgent BOOLEAN)"
        .formatted(name);
  }

  /** Rows that differ between two calls, in files of the same size. */
  private static String rows(int first, int count) {
    return "INSERT INTO ward.visit SELECT %1$d + i, 'patient ' || (%1$d + i), %1$d + i + 0.5, TIMESTAMP '2026-01-01' + (%1$d + i) * INTERVAL 1 MINUTE, (%1$d + i) / 10, i %% 3 = 0 FROM range(%2$d) t(i)"
        .formatted(first, count);
  }
}
