package tarn.lake;

import java.util.Random;
import java.util.SortedMap;

/** One change of the table {@code h.t (id, v)}, as SQL and as what it does to a map. */
record Operation(Kind kind, long a, long b, long c) {
  static final TableName TABLE = new TableName("h", "t");

  /** What is done with the numbers. */
  enum Kind {
    /** Rows {@code a} to {@code b}, which are new, with the value {@code c}. */
    INSERT,
    /** Rows whose id leaves {@code b} when divided by {@code a}. */
    DELETE,
    /** {@code c} more for the same. */
    UPDATE,
    /** Rows {@code a} to {@code b} have the value {@code c}, whether they were there or not. */
    MERGE,
    /** Nothing that a reader sees. */
    REWRITE,
    COMPACT
  }

  /** A random one of the {@code number}th step of a writer. */
  static Operation random(Random random, long writer, long number) {
    Kind kind =
        switch (random.nextInt(12)) {
          case 0, 1 -> Kind.INSERT;
          case 2, 3, 4, 5, 6 -> Kind.DELETE;
          case 7, 8 -> Kind.UPDATE;
          case 9 -> Kind.MERGE;
          case 10 -> Kind.REWRITE;
          default -> Kind.COMPACT;
        };
    return switch (kind) {
      case INSERT -> {
        long first = 1_000_000 * (writer + 1) + 100L * number;
        yield new Operation(kind, first, first + 20 + random.nextInt(60), random.nextInt(1000));
      }
      case DELETE, UPDATE -> {
        long divisor = 40 + random.nextLong(60);
        yield new Operation(kind, divisor, random.nextLong(divisor), 1 + random.nextInt(9));
      }
      case MERGE -> {
        long first = random.nextLong(2000);
        yield new Operation(kind, first, first + random.nextInt(40), random.nextInt(1000));
      }
      case REWRITE, COMPACT -> new Operation(kind, 0, 0, 0);
    };
  }

  String sql() {
    return switch (kind) {
      case INSERT -> "INSERT INTO lake.h.t SELECT range, %d FROM range(%d, %d)".formatted(c, a, b);
      case DELETE -> "DELETE FROM lake.h.t WHERE id %% %d = %d".formatted(a, b);
      case UPDATE -> "UPDATE lake.h.t SET v = v + %d WHERE id %% %d = %d".formatted(c, a, b);
      case MERGE ->
          """
          MERGE INTO lake.h.t USING (SELECT range AS id, %d AS v FROM range(%d, %d)) n ON n.id = t.id
          WHEN MATCHED THEN UPDATE SET v = n.v WHEN NOT MATCHED THEN INSERT VALUES (n.id, n.v)"""
              .formatted(c, a, b);
      case REWRITE -> "CALL ducklake_rewrite_data_files('lake', 't', schema => 'h')";
      case COMPACT -> "CALL ducklake_merge_adjacent_files('lake', 't', schema => 'h')";
    };
  }

  void apply(SortedMap<Long, Long> rows) {
    switch (kind) {
      case INSERT -> {
        for (long id = a; id < b; id++) {
          rows.put(id, c);
        }
      }
      case DELETE -> rows.keySet().removeIf(id -> id % a == b);
      case UPDATE -> rows.replaceAll((id, v) -> id % a == b ? v + c : v);
      case MERGE -> {
        for (long id = a; id < b; id++) {
          rows.put(id, c);
        }
      }
      case REWRITE, COMPACT -> {}
    }
  }

  /** As one word. */
  String text() {
    return kind + "/" + a + "/" + b + "/" + c;
  }

  static Operation parse(String text) {
    String[] parts = text.split("/", -1);
    return new Operation(
        Kind.valueOf(parts[0]),
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]),
        Long.parseLong(parts[3]));
  }
}
