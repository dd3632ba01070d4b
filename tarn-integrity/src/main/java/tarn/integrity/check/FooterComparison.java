package tarn.integrity.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tarn.integrity.catalog.ColumnRecord;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.StatisticsRecord;
import tarn.integrity.parquet.Bound;
import tarn.integrity.parquet.DeletionVector;
import tarn.integrity.parquet.Footer;
import tarn.integrity.parquet.Leaf;

/** Compares what a file says about itself with what the catalog says about it. */
final class FooterComparison {
  /** Fields that DuckLake and Iceberg add for themselves have numbers from here on. */
  private static final int RESERVED = 2_000_000_000;

  private static final String INTERNAL = "_ducklake_internal";

  /** In what the two disagree, the plainest first. */
  enum Aspect {
    FOOTER_LENGTH,
    ROWS,
    SCHEMA,
    STATISTICS,
    /** A delete file that deletes rows of another data file, or rows that it does not have. */
    TARGET
  }

  record Disagreement(Aspect aspect, String detail) {}

  private final FileRecord file;
  private final Footer footer;

  private FooterComparison(FileRecord file, Footer footer) {
    this.file = file;
    this.footer = footer;
  }

  static Optional<Disagreement> ofDeletionVector(FileRecord file, DeletionVector vector) {
    if (vector.positions() != file.rows()) {
      return disagree(
          Aspect.ROWS,
          "It deletes %d rows, the catalog says %d.".formatted(vector.positions(), file.rows()));
    }
    return target(file, vector.highest());
  }

  static Optional<Disagreement> ofDeleteFile(FileRecord file, Footer footer) {
    return new FooterComparison(file, footer)
        .length()
        .or(
            () ->
                footer.rows() == file.rows()
                    ? Optional.empty()
                    : disagree(
                        Aspect.ROWS,
                        "It deletes %d rows, the catalog says %d."
                            .formatted(footer.rows(), file.rows())))
        .or(() -> deleteColumns(file, footer));
  }

  static Optional<Disagreement> ofDataFile(
      FileRecord file,
      Footer footer,
      List<ColumnRecord> columns,
      List<StatisticsRecord> statistics) {
    FooterComparison comparison = new FooterComparison(file, footer);
    return comparison
        .length()
        .or(comparison::rows)
        .or(() -> comparison.schema(columns, statistics))
        .or(() -> comparison.statistics(statistics));
  }

  private static Optional<Disagreement> disagree(Aspect aspect, String detail) {
    return Optional.of(new Disagreement(aspect, detail));
  }

  private Optional<Disagreement> length() {
    return file.footerLength()
        .filter(length -> length != footer.length())
        .flatMap(
            length ->
                disagree(
                    Aspect.FOOTER_LENGTH,
                    "Its footer has %d bytes, the catalog says %d."
                        .formatted(footer.length(), length)));
  }

  private Optional<Disagreement> rows() {
    return footer.rows() == file.rows()
        ? Optional.empty()
        : disagree(
            Aspect.ROWS,
            "It holds %d rows, the catalog says %d.".formatted(footer.rows(), file.rows()));
  }

  private Optional<Disagreement> schema(
      List<ColumnRecord> columns, List<StatisticsRecord> statistics) {
    // Others wrote it: its columns are found by name, which the mapping says.
    if (file.mapping().isPresent() || columns.isEmpty()) {
      return Optional.empty();
    }
    Map<Integer, Leaf> byField = leaves();
    Set<Integer> known = new HashSet<>();
    columns.forEach(column -> known.add((int) column.id()));
    for (ColumnRecord column : columns) {
      if (column.isNested() || !column.existsAt(file.beginSnapshot())) {
        continue;
      }
      Leaf leaf = byField.get((int) column.id());
      if (leaf == null && isPromised(column, statistics) && !hasPart(columns, column)) {
        return disagree(
            Aspect.SCHEMA,
            "It lacks column %s (field %d, %s)."
                .formatted(column.name(), column.id(), column.type()));
      }
      if (leaf != null && !fits(columns, column, leaf)) {
        return disagree(
            Aspect.SCHEMA,
            "Its column %s holds %s, the catalog says %s."
                .formatted(leaf.name(), CatalogTypes.display(leaf.type()), column.type()));
      }
    }
    return unknownField(byField, known);
  }

  /**
   * Whether the file must have a column. One that was added by the file's own snapshot may have
   * come after the file, within the same transaction.
   */
  private boolean isPromised(ColumnRecord column, List<StatisticsRecord> statistics) {
    boolean older = column.beginSnapshot() < file.beginSnapshot();
    boolean measured =
        statistics.stream()
            .anyMatch(
                each ->
                    each.column() == column.id() && each.bytes().filter(n -> n > 0).isPresent());
    return (older || measured) && !column.type().equals("variant");
  }

  /** The type may have been widened by the file's own snapshot, after the file was written. */
  private boolean fits(List<ColumnRecord> columns, ColumnRecord column, Leaf leaf) {
    return columns.stream()
        .filter(each -> each.id() == column.id() && each.beginSnapshot() <= file.beginSnapshot())
        .anyMatch(each -> CatalogTypes.fits(each.type(), leaf.type()));
  }

  /** Whether other columns are nested in it, whatever it calls itself. */
  private static boolean hasPart(List<ColumnRecord> columns, ColumnRecord column) {
    return columns.stream()
        .anyMatch(other -> other.parent().filter(parent -> parent == column.id()).isPresent());
  }

  private static Optional<Disagreement> unknownField(
      Map<Integer, Leaf> fields, Set<Integer> known) {
    return fields.entrySet().stream()
        .filter(entry -> !known.contains(entry.getKey()))
        .findFirst()
        .flatMap(
            entry ->
                disagree(
                    Aspect.SCHEMA,
                    "Its column %s (field %d) is none of the table's."
                        .formatted(entry.getValue().name(), entry.getKey())));
  }

  private Map<Integer, Leaf> leaves() {
    Map<Integer, Leaf> byField = new HashMap<>();
    for (Leaf leaf : footer.leaves()) {
      leaf.fieldId()
          .filter(id -> id < RESERVED && !leaf.name().startsWith(INTERNAL))
          .ifPresent(id -> byField.put(id, leaf));
    }
    return byField;
  }

  private Optional<Disagreement> statistics(List<StatisticsRecord> statistics) {
    if (file.mapping().isPresent()) {
      return Optional.empty();
    }
    Map<Integer, Leaf> byField = leaves();
    for (StatisticsRecord record : statistics) {
      Leaf leaf = byField.get((int) record.column());
      if (leaf != null) {
        Optional<Disagreement> found = compare(leaf, record);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Disagreement> compare(Leaf leaf, StatisticsRecord record) {
    return counts(leaf, record)
        .or(() -> bound(leaf, "smallest", leaf.lowest(), record.lowest()))
        .or(() -> bound(leaf, "largest", leaf.highest(), record.highest()));
  }

  /** Where the footer does not count nulls, the catalog says nothing of them either. */
  private static Optional<Disagreement> counts(Leaf leaf, StatisticsRecord record) {
    if (leaf.nulls().isEmpty() || record.nulls().isEmpty()) {
      return Optional.empty();
    }
    long nulls = leaf.nulls().get();
    if (nulls != record.nulls().get()) {
      return differ(leaf, "null values", nulls, record.nulls().get());
    }
    if (record.bytes().filter(bytes -> bytes > 0 && bytes != leaf.bytes()).isPresent()) {
      return differ(leaf, "bytes", leaf.bytes(), record.bytes().get());
    }
    long values = leaf.values() - nulls;
    return record
        .values()
        .filter(count -> count != values && count != leaf.values())
        .flatMap(count -> differ(leaf, "values", values, count));
  }

  private static Optional<Disagreement> differ(Leaf leaf, String what, long is, long said) {
    return disagree(
        Aspect.STATISTICS,
        "Its column %s has %d %s, the catalog says %d.".formatted(leaf.name(), is, what, said));
  }

  private static Optional<Disagreement> bound(
      Leaf leaf, String which, Optional<Bound> is, Optional<String> said) {
    if (is.isEmpty() || said.isEmpty()) {
      return Optional.empty();
    }
    return leaf.type()
        .ofCatalog(said.get())
        .filter(bound -> Bound.compare(bound, is.get()) != 0)
        .flatMap(
            bound ->
                disagree(
                    Aspect.STATISTICS,
                    "The %s value of its column %s is %s, the catalog says %s."
                        .formatted(which, leaf.name(), is.get().display(), bound.display())));
  }

  private static Optional<Disagreement> deleteColumns(FileRecord file, Footer footer) {
    if (footer.leaves().size() < 2
        || !footer.leaves().get(0).name().equals("file_path")
        || !footer.leaves().get(1).name().equals("pos")) {
      return disagree(Aspect.SCHEMA, "Its columns are not those of a delete file.");
    }
    Leaf path = footer.leaves().get(0);
    if (file.dataFile().isPresent()
        && path.lowest().orElse(null) instanceof Bound.Text(String low)
        && path.highest().orElse(null) instanceof Bound.Text(String high)
        && !(ends(low, file) && ends(high, file))) {
      return disagree(
          Aspect.TARGET,
          "It deletes rows of %s, the catalog says of %s."
              .formatted(low, file.dataFile().get().name()));
    }
    return footer.leaves().get(1).highest().orElse(null) instanceof Bound.Exact highest
        ? target(file, highest.number().longValue())
        : Optional.empty();
  }

  private static boolean ends(String path, FileRecord file) {
    String plain = path.replace('\\', '/');
    return plain.substring(plain.lastIndexOf('/') + 1).equals(file.dataFile().orElseThrow().name());
  }

  private static Optional<Disagreement> target(FileRecord file, long highestPosition) {
    return file.dataFile()
        .filter(data -> highestPosition >= data.rows())
        .flatMap(
            data ->
                disagree(
                    Aspect.TARGET,
                    "It deletes row %d of a data file that has %d."
                        .formatted(highestPosition + 1, data.rows())));
  }
}
