package tarn.assets.io;

import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** One component of a record as a column: its name, its type and how it is read. */
record RecordColumn(String name, ColumnType type, Function<Object, @Nullable Object> accessor) {
  Field field() {
    return type.field(name);
  }
}
