package tarn.assets.io;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** How values of one Java type are kept in an Arrow vector. */
interface ColumnType {

  /** The vector's description under a column's name. */
  Field field(String name);

  /** Puts values into {@code vector}, which was made from this type's field. */
  Setter setter(FieldVector vector);

  /** Puts one value at an index; indexes only grow. */
  @FunctionalInterface
  interface Setter {
    /**
     * @return about how many bytes it took
     * @throws RuntimeException when the value does not fit the type
     */
    long set(int index, @Nullable Object value);
  }
}
