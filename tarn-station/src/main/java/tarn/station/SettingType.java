package tarn.station;

import java.util.function.Function;
import tarn.station.Setting.Surroundings;

/**
 * What values a setting may have.
 *
 * @param name for the reference page
 * @param parser turns a text into a value
 * @param shown the value as `tarn config show` prints it: text, number; never a secret
 */
record SettingType<T>(
    String name, SettingShape shape, Parser<T> parser, Function<T, Object> shown) {

  /** Reads a value. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(String text, Surroundings surroundings) throws InvalidValue;
  }

  /** A text is no value of this type. The message goes on from "`key` is …": "not a …". */
  static final class InvalidValue extends Exception {
    private final String remedy;

    InvalidValue(String message, String remedy) {
      super(message);
      this.remedy = remedy;
    }

    String remedy() {
      return remedy;
    }
  }
}
