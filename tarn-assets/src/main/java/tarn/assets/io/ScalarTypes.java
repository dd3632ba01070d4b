package tarn.assets.io;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The types of single values. Times are kept to the microsecond, as the engine keeps them: digits
 * below are cut off. Nothing else is rounded: a value that does not fit is refused.
 */
final class ScalarTypes {
  private static final int ENGINE_DIGITS = 38;
  private static final Map<Class<?>, ScalarType> KNOWN = new HashMap<>();

  static {
    numbers();
    times();
    known(
        ScalarType.of(
            new ArrowType.Bool(),
            BitVector.class,
            Boolean.class,
            (vector, index, value) -> {
              vector.setSafe(index, value ? 1 : 0);
              return 1;
            }),
        boolean.class,
        Boolean.class);
    known(
        ScalarType.of(
            new ArrowType.Utf8(),
            VarCharVector.class,
            String.class,
            (vector, index, value) -> putText(vector, index, value)),
        String.class);
    known(
        ScalarType.of(
            new ArrowType.Binary(),
            VarBinaryVector.class,
            byte[].class,
            (vector, index, value) -> {
              vector.setSafe(index, value);
              return value.length + 4L;
            }),
        byte[].class);
    known(
        ScalarType.of(
                new ArrowType.FixedSizeBinary(16),
                FixedSizeBinaryVector.class,
                UUID.class,
                (vector, index, value) -> {
                  vector.setSafe(index, bytes(value));
                  return 16;
                })
            .named("arrow.uuid"),
        UUID.class);
  }

  private ScalarTypes() {}

  static Optional<ColumnType> of(Class<?> type) {
    return Optional.ofNullable(KNOWN.get(type));
  }

  static ColumnType decimal(int precision, int scale) {
    return ScalarType.of(
        new ArrowType.Decimal(precision, scale, 128),
        DecimalVector.class,
        BigDecimal.class,
        (vector, index, value) -> putDecimal(vector, index, value, precision, scale));
  }

  /** The names of an enum's constants. */
  static ColumnType names() {
    return ScalarType.of(
        new ArrowType.Utf8(),
        VarCharVector.class,
        Enum.class,
        (vector, index, value) -> putText(vector, index, value.name()));
  }

  private static void known(ScalarType scalar, Class<?>... types) {
    for (Class<?> type : types) {
      KNOWN.put(type, scalar);
    }
  }

  private static void numbers() {
    known(
        ScalarType.of(
            new ArrowType.Int(8, true),
            TinyIntVector.class,
            Byte.class,
            (vector, index, value) -> {
              vector.setSafe(index, value);
              return 1;
            }),
        byte.class,
        Byte.class);
    known(
        ScalarType.of(
            new ArrowType.Int(16, true),
            SmallIntVector.class,
            Short.class,
            (vector, index, value) -> {
              vector.setSafe(index, value);
              return 2;
            }),
        short.class,
        Short.class);
    known(
        ScalarType.of(
            new ArrowType.Int(32, true),
            IntVector.class,
            Integer.class,
            (vector, index, value) -> {
              vector.setSafe(index, value);
              return 4;
            }),
        int.class,
        Integer.class);
    known(
        ScalarType.of(
            new ArrowType.Int(64, true),
            BigIntVector.class,
            Long.class,
            (vector, index, value) -> {
              vector.setSafe(index, value);
              return 8;
            }),
        long.class,
        Long.class);
    known(
        ScalarType.of(
            new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
            Float4Vector.class,
            Float.class,
            (vector, index, value) -> {
              vector.setSafe(index, value);
              return 4;
            }),
        float.class,
        Float.class);
    known(
        ScalarType.of(
            new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
            Float8Vector.class,
            Double.class,
            (vector, index, value) -> {
              vector.setSafe(index, value);
              return 8;
            }),
        double.class,
        Double.class);
    // Not the engine's HUGEINT: it would be kept as a floating-point number in Parquet files.
    known(
        ScalarType.of(
            new ArrowType.Decimal(ENGINE_DIGITS, 0, 128),
            DecimalVector.class,
            BigInteger.class,
            (vector, index, value) ->
                putDecimal(vector, index, new BigDecimal(value), ENGINE_DIGITS, 0)),
        BigInteger.class);
  }

  private static void times() {
    known(
        ScalarType.of(
            new ArrowType.Date(DateUnit.DAY),
            DateDayVector.class,
            LocalDate.class,
            (vector, index, value) -> {
              vector.setSafe(index, Math.toIntExact(value.toEpochDay()));
              return 4;
            }),
        LocalDate.class);
    known(
        ScalarType.of(
            new ArrowType.Time(TimeUnit.MICROSECOND, 64),
            TimeMicroVector.class,
            LocalTime.class,
            (vector, index, value) -> {
              vector.setSafe(index, value.toNanoOfDay() / 1000);
              return 8;
            }),
        LocalTime.class);
    known(
        ScalarType.of(
            new ArrowType.Timestamp(TimeUnit.MICROSECOND, null),
            TimeStampMicroVector.class,
            LocalDateTime.class,
            (vector, index, value) -> {
              vector.setSafe(index, micros(value.toInstant(ZoneOffset.UTC)));
              return 8;
            }),
        LocalDateTime.class);
    known(moment(Instant.class, value -> value), Instant.class);
    known(moment(OffsetDateTime.class, OffsetDateTime::toInstant), OffsetDateTime.class);
  }

  private static <T> ScalarType moment(Class<T> type, Function<T, Instant> instant) {
    return ScalarType.of(
        new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
        TimeStampMicroTZVector.class,
        type,
        (vector, index, value) -> {
          vector.setSafe(index, micros(instant.apply(value)));
          return 8;
        });
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
  }

  private static long putDecimal(
      DecimalVector vector, int index, BigDecimal value, int precision, int scale) {
    BigDecimal scaled;
    try {
      scaled = value.setScale(scale);
    } catch (ArithmeticException e) {
      throw unfit(value, precision, scale);
    }
    if (scaled.precision() > precision) {
      throw unfit(value, precision, scale);
    }
    vector.setSafe(index, scaled);
    return 16;
  }

  private static ArithmeticException unfit(BigDecimal value, int precision, int scale) {
    return new ArithmeticException(
        value + " does not fit DECIMAL(" + precision + ", " + scale + ")");
  }

  private static long putText(VarCharVector vector, int index, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    refuseHalfCharacters(value);
    vector.setSafe(index, bytes);
    return bytes.length + 4L;
  }

  /** Half of a surrogate pair has no UTF-8 form; the JDK would write a question mark for it. */
  private static void refuseHalfCharacters(String value) {
    for (int at = 0; at < value.length(); at++) {
      char unit = value.charAt(at);
      if (Character.isSurrogate(unit)) {
        if (!Character.isHighSurrogate(unit)
            || at + 1 == value.length()
            || !Character.isLowSurrogate(value.charAt(at + 1))) {
          throw new IllegalArgumentException(
              "the text holds half of a surrogate pair at character " + at);
        }
        at++;
      }
    }
  }

  private static byte[] bytes(UUID value) {
    return ByteBuffer.allocate(16)
        .putLong(value.getMostSignificantBits())
        .putLong(value.getLeastSignificantBits())
        .array();
  }
}
