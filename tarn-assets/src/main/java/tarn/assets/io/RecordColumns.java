package tarn.assets.io;

import java.lang.invoke.CallSite;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tarn.assets.DecimalSize;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Finds the columns of a record type. Components are read by code that is made once for the type,
 * not by reflection for every row.
 */
final class RecordColumns {
  private static final int DEFAULT_PRECISION = 38;
  private static final int DEFAULT_SCALE = 10;
  private static final String TYPES =
      "Use a primitive or its box, String, BigDecimal, BigInteger, LocalDate, LocalTime,"
          + " LocalDateTime, Instant, OffsetDateTime, UUID, byte[], an enum, a record, or an"
          + " Optional, a List or a Map of these.";

  private final Set<Class<?>> open = new HashSet<>();

  private RecordColumns() {}

  /**
   * @throws TarnException {@code asset.plugin-invalid} naming the component that has no column type
   */
  static List<RecordColumn> of(Class<? extends Record> type) {
    return new RecordColumns().columns(type, type.getSimpleName());
  }

  private List<RecordColumn> columns(Class<?> type, String path) {
    if (!open.add(type)) {
      throw invalid(path + " holds itself, so its columns never end.", "Land its key instead.");
    }
    RecordComponent[] components = type.getRecordComponents();
    if (components.length == 0) {
      throw invalid(path + " has no components, so it has no columns.", "Give it a component.");
    }
    List<RecordColumn> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (RecordComponent component : components) {
      String name = component.getName();
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw invalid(
            path + " has two components named `" + name + "` when case is ignored, as SQL does.",
            "Rename one of them.");
      }
      columns.add(
          new RecordColumn(name, type(component, path + "." + name), accessor(type, component)));
    }
    open.remove(type);
    return List.copyOf(columns);
  }

  private ColumnType type(RecordComponent component, String path) {
    DecimalSize size = component.getAnnotation(DecimalSize.class);
    if (size == null) {
      return type(component.getGenericType(), path);
    }
    if (component.getType() != BigDecimal.class) {
      throw invalid(path + " is no BigDecimal but has a @DecimalSize.", "Take it away.");
    }
    if (size.precision() < 1
        || size.precision() > DEFAULT_PRECISION
        || size.scale() < 0
        || size.scale() > size.precision()) {
      throw invalid(
          path + " has no possible @DecimalSize: " + size.precision() + ", " + size.scale() + ".",
          "Use a precision of 1 to 38 and a scale of 0 to the precision.");
    }
    return ScalarTypes.decimal(size.precision(), size.scale());
  }

  private ColumnType type(Type type, String path) {
    return switch (type) {
      case Class<?> plain -> plain(plain, path);
      case ParameterizedType generic -> generic(generic, path);
      default -> throw untyped(type, path);
    };
  }

  private ColumnType plain(Class<?> type, String path) {
    if (type == BigDecimal.class) {
      return ScalarTypes.decimal(DEFAULT_PRECISION, DEFAULT_SCALE);
    }
    if (type.isEnum()) {
      return ScalarTypes.names();
    }
    if (type.isRecord()) {
      return new NestedTypes.StructOf(columns(type, path));
    }
    return ScalarTypes.of(type)
        .or(() -> NestedTypes.Unwrapped.primitiveOptional(type))
        .orElseThrow(() -> untyped(type, path));
  }

  private ColumnType generic(ParameterizedType type, String path) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return NestedTypes.Unwrapped.optional(type(arguments[0], path));
    }
    if (type.getRawType() == List.class) {
      return new NestedTypes.ListOf(type(arguments[0], path));
    }
    if (type.getRawType() == Map.class) {
      return new NestedTypes.MapOf(type(arguments[0], path), type(arguments[1], path));
    }
    throw untyped(type, path);
  }

  /** Code that calls the component's accessor, as a lambda in the record's own place would. */
  @SuppressWarnings("unchecked") // the metafactory makes what it is asked for
  private static Function<Object, @Nullable Object> accessor(
      Class<?> type, RecordComponent component) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      MethodHandle handle = lookup.unreflect(component.getAccessor());
      if (!lookup.hasFullPrivilegeAccess()) {
        // The record belongs to a plugin, in whose place no lambda may be made from here.
        return called(handle.asType(MethodType.methodType(Object.class, Object.class)));
      }
      CallSite site =
          LambdaMetafactory.metafactory(
              lookup,
              "apply",
              MethodType.methodType(Function.class),
              MethodType.methodType(Object.class, Object.class),
              handle,
              handle.type().wrap());
      return (Function<Object, @Nullable Object>) site.getTarget().invoke();
    } catch (Throwable e) {
      throw new TarnException(
          ErrorCode.ASSET_PLUGIN_INVALID,
          "The components of " + type.getName() + " cannot be read: " + e,
          "Open the record's package to this program, or make the record public.",
          e);
    }
  }

  private static Function<Object, @Nullable Object> called(MethodHandle accessor) {
    return row -> {
      try {
        return accessor.invokeExact(row);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("an accessor throws nothing that is checked", e);
      }
    };
  }

  private static TarnException untyped(Type type, String path) {
    return invalid(
        path + " is of type " + type.getTypeName() + ", which has no column type.", TYPES);
  }

  private static TarnException invalid(String message, String remedy) {
    return new TarnException(ErrorCode.ASSET_PLUGIN_INVALID, message, remedy);
  }
}
