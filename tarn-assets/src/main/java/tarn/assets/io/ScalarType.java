package tarn.assets.io;

import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * A type that holds one value.
 *
 * @param metadata tells the engine of a type that Arrow itself has none for
 * @param setters makes the setter of a vector
 */
record ScalarType(ArrowType type, Map<String, String> metadata, SetterMaker setters)
    implements ColumnType {

  /** Makes the setter of one vector. */
  @FunctionalInterface
  interface SetterMaker {
    Setter of(FieldVector vector);
  }

  /** Puts a value that is not null into a vector and says how many bytes it took. */
  @FunctionalInterface
  interface Put<V, T> {
    long put(V vector, int index, T value);
  }

  /** A type of values {@code T} in vectors {@code V}. */
  static <V extends FieldVector, T> ScalarType of(
      ArrowType type, Class<V> vectors, Class<T> values, Put<V, T> put) {
    return new ScalarType(
        type,
        Map.of(),
        vector -> {
          V typed = vectors.cast(vector);
          return (index, value) -> {
            if (value == null) {
              typed.setNull(index);
              return 1;
            }
            return put.put(typed, index, values.cast(value));
          };
        });
  }

  /** The same, known to the engine as an Arrow extension type. */
  ScalarType named(String extension) {
    return new ScalarType(
        type, Map.of("ARROW:extension:name", extension, "ARROW:extension:metadata", ""), setters);
  }

  @Override
  public Field field(String name) {
    return new Field(name, new FieldType(true, type, null, metadata), null);
  }

  @Override
  public Setter setter(FieldVector vector) {
    return setters.of(vector);
  }
}
