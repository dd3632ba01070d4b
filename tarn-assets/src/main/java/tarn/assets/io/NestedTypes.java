package tarn.assets.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Types made of other types. */
final class NestedTypes {
  private NestedTypes() {}

  /** {@code LIST}. */
  record ListOf(ColumnType element) implements ColumnType {
    @Override
    public Field field(String name) {
      return new Field(
          name, FieldType.nullable(new ArrowType.List()), List.of(element.field("element")));
    }

    @Override
    public Setter setter(FieldVector vector) {
      ListVector lists = (ListVector) vector;
      Setter elements = element.setter(lists.getDataVector());
      return (index, value) -> {
        if (value == null) {
          lists.setNull(index);
          return 1;
        }
        long bytes = 4;
        List<?> list = (List<?>) value;
        int at = lists.startNewValue(index);
        for (Object item : list) {
          bytes += elements.set(at++, item);
        }
        lists.endValue(index, list.size());
        return bytes;
      };
    }
  }

  /** {@code MAP}; the engine refuses a null key. */
  record MapOf(ColumnType key, ColumnType value) implements ColumnType {
    @Override
    public Field field(String name) {
      Field keys = key.field(MapVector.KEY_NAME);
      Field required =
          new Field(
              keys.getName(),
              new FieldType(false, keys.getType(), null, keys.getMetadata()),
              keys.getChildren());
      Field entries =
          new Field(
              MapVector.DATA_VECTOR_NAME,
              FieldType.notNullable(new ArrowType.Struct()),
              List.of(required, value.field(MapVector.VALUE_NAME)));
      return new Field(name, FieldType.nullable(new ArrowType.Map(false)), List.of(entries));
    }

    @Override
    public Setter setter(FieldVector vector) {
      MapVector maps = (MapVector) vector;
      StructVector entries = (StructVector) maps.getDataVector();
      Setter keys = key.setter((FieldVector) entries.getChildByOrdinal(0));
      Setter values = value.setter((FieldVector) entries.getChildByOrdinal(1));
      return (index, value) -> {
        if (value == null) {
          maps.setNull(index);
          return 1;
        }
        long bytes = 4;
        Map<?, ?> map = (Map<?, ?>) value;
        int at = maps.startNewValue(index);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          if (entry.getKey() == null) {
            throw new IllegalArgumentException("a map has a null key");
          }
          entries.setIndexDefined(at);
          bytes += keys.set(at, entry.getKey());
          bytes += values.set(at, entry.getValue());
          at++;
        }
        maps.endValue(index, map.size());
        return bytes;
      };
    }
  }

  /** {@code STRUCT}. */
  record StructOf(List<RecordColumn> columns) implements ColumnType {
    @Override
    public Field field(String name) {
      return new Field(
          name,
          FieldType.nullable(new ArrowType.Struct()),
          columns.stream().map(RecordColumn::field).toList());
    }

    @Override
    public Setter setter(FieldVector vector) {
      StructVector structs = (StructVector) vector;
      List<Setter> setters = new ArrayList<>();
      for (int child = 0; child < columns.size(); child++) {
        setters.add(
            columns.get(child).type().setter((FieldVector) structs.getChildByOrdinal(child)));
      }
      return (index, value) -> {
        if (value == null) {
          structs.setNull(index);
          setters.forEach(setter -> setter.set(index, null));
          return 1;
        }
        long bytes = 1;
        structs.setIndexDefined(index);
        for (int child = 0; child < setters.size(); child++) {
          bytes += setters.get(child).set(index, columns.get(child).accessor().apply(value));
        }
        return bytes;
      };
    }
  }

  /** A type whose values are unwrapped first. */
  record Unwrapped(ColumnType type, Function<Object, @Nullable Object> unwrap)
      implements ColumnType {
    static ColumnType optional(ColumnType type) {
      return new Unwrapped(type, value -> ((Optional<?>) value).orElse(null));
    }

    static Optional<ColumnType> primitiveOptional(Class<?> type) {
      if (type == OptionalInt.class) {
        return of(int.class, value -> ((OptionalInt) value).stream().boxed().findFirst());
      }
      if (type == OptionalLong.class) {
        return of(long.class, value -> ((OptionalLong) value).stream().boxed().findFirst());
      }
      if (type == OptionalDouble.class) {
        return of(double.class, value -> ((OptionalDouble) value).stream().boxed().findFirst());
      }
      return Optional.empty();
    }

    private static Optional<ColumnType> of(
        Class<?> primitive, Function<Object, Optional<?>> optional) {
      return ScalarTypes.of(primitive)
          .map(type -> new Unwrapped(type, value -> optional.apply(value).orElse(null)));
    }

    @Override
    public Field field(String name) {
      return type.field(name);
    }

    @Override
    public Setter setter(FieldVector vector) {
      Setter inner = type.setter(vector);
      return (index, value) -> inner.set(index, value == null ? null : unwrap.apply(value));
    }
  }
}
