package tarn.integrity.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Footer} of a file's metadata, the Thrift struct FileMetaData. */
final class FooterParser {
  private final CompactReader in;
  private final int length;
  private final long footerStart;

  private List<SchemaTree.LeafColumn> columns = List.of();
  private List<Sum> sums = List.of();
  private long rows = -1;
  private long rowsOfGroups;
  private long dataEnd = 4;

  /**
   * @param length of the footer
   * @param footerStart its offset in the file: columns end before it
   */
  FooterParser(byte[] bytes, int from, int end, int length, long footerStart) {
    this.in = new CompactReader(bytes, from, end);
    this.length = length;
    this.footerStart = footerStart;
  }

  /** What the row groups read so far say of one column. */
  private static final class Sum {
    private final LeafType type;
    private long values;
    private long nulls;
    private boolean nullsKnown = true;
    private long bytes;
    private boolean boundsKnown = true;
    private @Nullable Bound lowest;
    private @Nullable Bound highest;

    Sum(LeafType type) {
      this.type = type;
    }
  }

  /** One column of one row group. */
  private static final class Chunk {
    private long values = -1;
    private long bytes = -1;
    private long dataPage = -1;
    private long dictionaryPage = -1;
    private long nulls = -1;
    private byte @Nullable [] lowest;
    private byte @Nullable [] highest;
    private boolean described;

    long start() {
      return dictionaryPage > 0 ? Math.min(dictionaryPage, dataPage) : dataPage;
    }
  }

  Footer parse() throws DamagedFileException {
    List<SchemaTree.Element> elements = new ArrayList<>();
    in.struct(
        (id, type) -> {
          switch (id) {
            case 2 -> {
              in.list(CompactReader.STRUCT, _ -> elements.add(SchemaTree.element(in)));
              columns = SchemaTree.leaves(elements);
              sums = columns.stream().map(each -> new Sum(each.type())).toList();
            }
            case 3 -> rows = in.number64();
            case 4 -> in.list(CompactReader.STRUCT, _ -> rowGroup());
            default -> {
              return false;
            }
          }
          return true;
        });
    if (elements.isEmpty() || rows < 0) {
      throw new DamagedFileException("it lacks a schema or a row count");
    }
    if (rows != rowsOfGroups) {
      throw new DamagedFileException(
          "it says %d rows, its row groups %d".formatted(rows, rowsOfGroups));
    }
    List<Leaf> leaves = new ArrayList<>();
    for (int index = 0; index < columns.size(); index++) {
      leaves.add(leaf(columns.get(index), sums.get(index)));
    }
    return new Footer(length, rows, leaves, dataEnd);
  }

  private static Leaf leaf(SchemaTree.LeafColumn column, Sum sum) {
    boolean bounded = sum.boundsKnown;
    return new Leaf(
        column.path(),
        column.fieldId(),
        column.type(),
        sum.values,
        sum.nullsKnown ? Optional.of(sum.nulls) : Optional.empty(),
        sum.bytes,
        bounded ? Optional.ofNullable(sum.lowest) : Optional.empty(),
        bounded ? Optional.ofNullable(sum.highest) : Optional.empty());
  }

  private void rowGroup() throws DamagedFileException {
    List<Chunk> chunks = new ArrayList<>();
    long[] groupRows = {-1};
    in.struct(
        (id, type) -> {
          switch (id) {
            case 1 -> in.list(CompactReader.STRUCT, _ -> chunks.add(chunk()));
            case 3 -> groupRows[0] = in.number64();
            default -> {
              return false;
            }
          }
          return true;
        });
    if (chunks.size() != columns.size() || groupRows[0] < 0) {
      throw new DamagedFileException(
          "a row group has %d columns and %d rows, the schema %d columns"
              .formatted(chunks.size(), groupRows[0], columns.size()));
    }
    rowsOfGroups += groupRows[0];
    for (int index = 0; index < chunks.size(); index++) {
      add(chunks.get(index), sums.get(index), columns.get(index));
    }
  }

  private void add(Chunk chunk, Sum sum, SchemaTree.LeafColumn column) throws DamagedFileException {
    long start = chunk.start();
    if (!chunk.described
        || chunk.values < 0
        || chunk.bytes < 0
        || start < 4
        || chunk.bytes > footerStart - start) {
      throw new DamagedFileException(
          "column %s takes %d bytes from %d, and the footer starts at %d"
              .formatted(String.join(".", column.path()), chunk.bytes, start, footerStart));
    }
    dataEnd = Math.max(dataEnd, start + chunk.bytes);
    sum.values += chunk.values;
    sum.bytes += chunk.bytes;
    sum.nullsKnown &= chunk.nulls >= 0;
    sum.nulls += Math.max(chunk.nulls, 0);
    if (chunk.nulls == chunk.values) {
      return;
    }
    Optional<Bound> lowest = bound(sum.type, chunk.lowest);
    Optional<Bound> highest = bound(sum.type, chunk.highest);
    if (lowest.isEmpty() || highest.isEmpty()) {
      sum.boundsKnown = false;
      return;
    }
    Bound low = sum.lowest;
    Bound high = sum.highest;
    sum.lowest = low == null || Bound.compare(lowest.get(), low) < 0 ? lowest.get() : low;
    sum.highest = high == null || Bound.compare(highest.get(), high) > 0 ? highest.get() : high;
  }

  private static Optional<Bound> bound(LeafType type, byte @Nullable [] bytes) {
    return bytes == null ? Optional.empty() : type.ofFooter(bytes);
  }

  private Chunk chunk() throws DamagedFileException {
    Chunk chunk = new Chunk();
    in.struct(
        (id, type) -> {
          if (id != 3) {
            return false;
          }
          chunk.described = true;
          in.struct((field, _) -> metadata(chunk, field));
          return true;
        });
    return chunk;
  }

  private boolean metadata(Chunk chunk, int field) throws DamagedFileException {
    switch (field) {
      case 5 -> chunk.values = in.number64();
      case 7 -> chunk.bytes = in.number64();
      case 9 -> chunk.dataPage = in.number64();
      case 11 -> chunk.dictionaryPage = in.number64();
      case 12 -> in.struct((id, _) -> statistics(chunk, id));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The older pair of bounds (1 and 2) has no defined order and is left alone. */
  private boolean statistics(Chunk chunk, int field) throws DamagedFileException {
    switch (field) {
      case 3 -> chunk.nulls = in.number64();
      case 5 -> chunk.highest = in.binary();
      case 6 -> chunk.lowest = in.binary();
      default -> {
        return false;
      }
    }
    return true;
  }
}
