package tarn.integrity.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the values of a column are, as far as their bounds can be compared: read from the bytes of a
 * footer's statistics, and from the text that the catalog keeps.
 */
public sealed interface LeafType {

  record Truth() implements LeafType {}

  record Whole(boolean signed) implements LeafType {}

  /**
   * @param bytes four or eight: the catalog's text is read to the same precision
   */
  record Real(int bytes) implements LeafType {}

  record Decimal(int scale) implements LeafType {}

  record Text() implements LeafType {}

  record Bytes() implements LeafType {}

  record Identifier() implements LeafType {}

  record Date() implements LeafType {}

  /**
   * @param perSecond how many units a second has
   */
  record Time(long perSecond) implements LeafType {}

  /**
   * @param perSecond how many units a second has
   */
  record Timestamp(long perSecond) implements LeafType {}

  /** Anything whose bounds are not compared. */
  record Other() implements LeafType {}

  /** From a footer; empty when the bytes do not fit the type. */
  default Optional<Bound> ofFooter(byte[] bytes) {
    return switch (this) {
      case Truth() -> bytes.length == 1 ? exact(bytes[0]) : Optional.empty();
      case Whole(boolean signed) -> number(bytes, signed).map(Bound.Exact::new);
      case Real _ -> real(bytes);
      case Decimal(int scale) -> decimal(bytes, scale);
      case Text() -> Optional.of(new Bound.Text(new String(bytes, StandardCharsets.UTF_8)));
      case Bytes() -> Optional.of(new Bound.Text(HexFormat.of().withUpperCase().formatHex(bytes)));
      case Identifier() -> identifier(bytes);
      case Date() -> number(bytes, true).map(Bound.Exact::new);
      case Time(long perSecond) -> number(bytes, true).map(each -> nanoseconds(each, perSecond));
      case Timestamp(long perSecond) ->
          number(bytes, true).map(each -> nanoseconds(each, perSecond));
      case Other() -> Optional.empty();
    };
  }

  /** From the catalog; empty when the text is of a form that is not known. */
  default Optional<Bound> ofCatalog(String text) {
    try {
      return switch (this) {
        case Truth() ->
            switch (text) {
              case "0", "false" -> exact(0);
              case "1", "true" -> exact(1);
              default -> Optional.empty();
            };
        case Whole _, Decimal _ -> Optional.of(new Bound.Exact(new BigDecimal(text)));
        case Real(int size) -> realText(text, size);
        case Text() -> Optional.of(new Bound.Text(text));
        case Bytes() -> Optional.of(new Bound.Text(text));
        case Identifier() -> Optional.of(new Bound.Text(UUID.fromString(text).toString()));
        case Date() -> Optional.of(day(text));
        case Time _ -> Optional.of(nanoseconds(LocalTime.parse(text)));
        case Timestamp _ -> timestamp(text);
        case Other() -> Optional.empty();
      };
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      // No UUID.
      return Optional.empty();
    }
  }

  private static Optional<Bound> exact(long number) {
    return Optional.of(new Bound.Exact(BigDecimal.valueOf(number)));
  }

  private static Optional<BigDecimal> number(byte[] bytes, boolean signed) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return switch (bytes.length) {
      case 4 ->
          Optional.of(
              BigDecimal.valueOf(
                  signed ? buffer.getInt() : Integer.toUnsignedLong(buffer.getInt())));
      case 8 ->
          Optional.of(
              signed
                  ? BigDecimal.valueOf(buffer.getLong())
                  : new BigDecimal(Long.toUnsignedString(buffer.getLong())));
      default -> Optional.empty();
    };
  }

  private static Optional<Bound> real(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return switch (bytes.length) {
      case 4 -> Optional.of(new Bound.Real(buffer.getFloat()));
      case 8 -> Optional.of(new Bound.Real(buffer.getDouble()));
      default -> Optional.empty();
    };
  }

  private static Optional<Bound> realText(String text, int bytes) {
    return switch (text) {
      case "inf" -> Optional.of(new Bound.Real(Double.POSITIVE_INFINITY));
      case "-inf" -> Optional.of(new Bound.Real(Double.NEGATIVE_INFINITY));
      case "nan", "-nan" -> Optional.empty();
      default ->
          Optional.of(
              new Bound.Real(bytes == 4 ? Float.parseFloat(text) : Double.parseDouble(text)));
    };
  }

  /** Four and eight bytes are little-endian numbers; other lengths are big-endian. */
  private static Optional<Bound> decimal(byte[] bytes, int scale) {
    if (bytes.length == 0) {
      return Optional.empty();
    }
    if (bytes.length == 4 || bytes.length == 8) {
      return number(bytes, true)
          .map(each -> new Bound.Exact(new BigDecimal(each.unscaledValue(), scale)));
    }
    return Optional.of(new Bound.Exact(new BigDecimal(new BigInteger(bytes), scale)));
  }

  private static Optional<Bound> identifier(byte[] bytes) {
    if (bytes.length != 16) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return Optional.of(new Bound.Text(new UUID(buffer.getLong(), buffer.getLong()).toString()));
  }

  private static Bound nanoseconds(BigDecimal units, long perSecond) {
    return new Bound.Exact(units.multiply(BigDecimal.valueOf(1_000_000_000 / perSecond)));
  }

  private static Bound nanoseconds(LocalTime time) {
    return new Bound.Exact(BigDecimal.valueOf(time.toNanoOfDay()));
  }

  private static Bound day(String text) {
    return new Bound.Exact(BigDecimal.valueOf(LocalDate.parse(text).toEpochDay()));
  }

  /** The engine writes {@code 2026-11-23 12:33:43.095541+00}, always in UTC. */
  Pattern TIMESTAMP =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?)(\\+00)?");

  private static Optional<Bound> timestamp(String text) {
    Matcher parts = TIMESTAMP.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    LocalDateTime moment = LocalDateTime.parse(parts.group(1) + "T" + parts.group(2));
    BigDecimal seconds = BigDecimal.valueOf(moment.toEpochSecond(ZoneOffset.UTC));
    return Optional.of(
        new Bound.Exact(
            seconds
                .multiply(BigDecimal.valueOf(1_000_000_000))
                .add(BigDecimal.valueOf(moment.get(ChronoField.NANO_OF_SECOND)))));
  }
}
