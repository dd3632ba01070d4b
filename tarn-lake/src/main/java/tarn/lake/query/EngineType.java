package tarn.lake.query;

import java.util.List;

/** A type of the engine, as far as writing its values as JSON depends on it. */
sealed interface EngineType {

  /**
   * @param name as the engine writes it, without arguments, such as {@code DECIMAL}
   */
  record Scalar(String name) implements EngineType {}

  /** A list, or an array of a fixed length. */
  record Listed(EngineType element) implements EngineType {}

  record MapOf(EngineType key, EngineType value) implements EngineType {}

  record Struct(List<Member> members) implements EngineType {}

  record Union(List<Member> members) implements EngineType {}

  /**
   * @param name empty in a struct made by {@code row(…)}
   */
  record Member(String name, EngineType type) {}

  static EngineType parse(String text) {
    return new EngineTypeParser(text).parse();
  }
}
