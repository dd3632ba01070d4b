package tarn.integrity.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A footer's schema: a tree written as a list, each element before its children. */
final class SchemaTree {
  /** One element as it is read. */
  static final class Element {
    private int physical = -1;
    private String name = "";
    private int children;
    private int converted = -1;
    private int scale;
    private Optional<Integer> fieldId = Optional.empty();
    private Optional<LeafType> logical = Optional.empty();
  }

  private static final int BOOLEAN = 0;
  private static final int INT32 = 1;
  private static final int INT64 = 2;
  private static final int INT96 = 3;
  private static final int FLOAT = 4;
  private static final int DOUBLE = 5;
  private static final int BYTE_ARRAY = 6;
  private static final int FIXED = 7;

  private final List<Element> elements;
  private final List<LeafColumn> leaves = new ArrayList<>();
  private int at;

  /** A column that holds values. */
  record LeafColumn(List<String> path, Optional<Integer> fieldId, LeafType type) {}

  private SchemaTree(List<Element> elements) {
    this.elements = elements;
  }

  static List<LeafColumn> leaves(List<Element> elements) throws DamagedFileException {
    SchemaTree tree = new SchemaTree(elements);
    if (elements.isEmpty()) {
      throw new DamagedFileException("it has no schema");
    }
    tree.visit(List.of(), 0);
    if (tree.at != elements.size()) {
      throw new DamagedFileException("its schema is no tree");
    }
    return tree.leaves;
  }

  private void visit(List<String> parents, int depth) throws DamagedFileException {
    if (at >= elements.size() || depth > 64) {
      throw new DamagedFileException("its schema is no tree");
    }
    Element element = elements.get(at++);
    List<String> path = new ArrayList<>(parents);
    if (depth > 0) {
      path.add(element.name);
    }
    if (element.children < 0 || element.children > elements.size()) {
      throw new DamagedFileException("its schema is no tree");
    }
    if (element.children == 0 && depth > 0) {
      leaves.add(new LeafColumn(path, element.fieldId, type(element)));
    }
    for (int child = 0; child < element.children; child++) {
      visit(path, depth + 1);
    }
  }

  static Element element(CompactReader in) throws DamagedFileException {
    Element element = new Element();
    in.struct(
        (id, type) -> {
          switch (id) {
            case 1 -> element.physical = in.number32();
            case 4 -> element.name = in.text();
            case 5 -> element.children = in.number32();
            case 6 -> element.converted = in.number32();
            case 7 -> element.scale = in.number32();
            case 9 -> element.fieldId = Optional.of(in.number32());
            case 10 -> element.logical = logical(in);
            default -> {
              return false;
            }
          }
          return true;
        });
    return element;
  }

  /** A union: one field of a struct. */
  private static Optional<LeafType> logical(CompactReader in) throws DamagedFileException {
    List<LeafType> found = new ArrayList<>(1);
    in.struct(
        (id, type) -> {
          switch (id) {
            case 1, 4, 12 -> found.add(new LeafType.Text());
            case 5 -> found.add(new LeafType.Decimal(scale(in)));
            case 6 -> found.add(new LeafType.Date());
            case 7 -> found.add(new LeafType.Time(unit(in)));
            case 8 -> found.add(new LeafType.Timestamp(unit(in)));
            case 10 -> found.add(new LeafType.Whole(signed(in)));
            case 14 -> found.add(new LeafType.Identifier());
            default -> found.add(new LeafType.Other());
          }
          return id == 5 || id == 7 || id == 8 || id == 10;
        });
    return found.stream().findFirst();
  }

  private static int scale(CompactReader in) throws DamagedFileException {
    int[] scale = {0};
    in.struct(
        (id, _) -> {
          if (id != 1) {
            return false;
          }
          scale[0] = in.number32();
          return true;
        });
    return scale[0];
  }

  private static boolean signed(CompactReader in) throws DamagedFileException {
    boolean[] signed = {true};
    in.struct(
        (id, type) -> {
          if (id == 2) {
            signed[0] = type == CompactReader.TRUE;
          }
          return false;
        });
    return signed[0];
  }

  private static long unit(CompactReader in) throws DamagedFileException {
    long[] perSecond = {1_000_000};
    in.struct(
        (id, type) -> {
          if (id != 2 || type != CompactReader.STRUCT) {
            return false;
          }
          in.struct(
              (unit, _) -> {
                perSecond[0] = unit == 1 ? 1_000 : unit == 2 ? 1_000_000 : 1_000_000_000;
                return false;
              });
          return true;
        });
    return perSecond[0];
  }

  /** By the older annotation where the newer one says nothing about the values' order. */
  private static LeafType type(Element element) throws DamagedFileException {
    if (element.logical.isPresent()) {
      return element.logical.get();
    }
    return switch (element.converted) {
      case 0, 4, 19 -> new LeafType.Text();
      case 5 -> new LeafType.Decimal(element.scale);
      case 6 -> new LeafType.Date();
      case 7 -> new LeafType.Time(1_000);
      case 8 -> new LeafType.Time(1_000_000);
      case 9 -> new LeafType.Timestamp(1_000);
      case 10 -> new LeafType.Timestamp(1_000_000);
      case 11, 12, 13, 14 -> new LeafType.Whole(false);
      case 15, 16, 17, 18 -> new LeafType.Whole(true);
      case -1 -> plain(element.physical);
      default -> new LeafType.Other();
    };
  }

  private static LeafType plain(int physical) throws DamagedFileException {
    return switch (physical) {
      case BOOLEAN -> new LeafType.Truth();
      case INT32, INT64 -> new LeafType.Whole(true);
      case FLOAT -> new LeafType.Real(4);
      case DOUBLE -> new LeafType.Real(8);
      case BYTE_ARRAY -> new LeafType.Bytes();
      case INT96, FIXED -> new LeafType.Other();
      default -> throw new DamagedFileException("a column has the type " + physical);
    };
  }
}
