package tarn.assets.io;

import java.util.List;
import java.util.stream.Collectors;
import tarn.lake.Sql;

/** A type of the engine, taken apart as far as tables and their evolution need it. */
public sealed interface SqlType {

  /** As the engine's SQL writes it. */
  String sql();

  /** One word or a few: {@code INTEGER}, {@code TIMESTAMP WITH TIME ZONE}. */
  record Simple(String name) implements SqlType {
    @Override
    public String sql() {
      return name;
    }
  }

  /** A number of {@code width} digits, {@code scale} of them after the point. */
  record Decimal(int width, int scale) implements SqlType {
    @Override
    public String sql() {
      return "DECIMAL(" + width + "," + scale + ")";
    }
  }

  record ListOf(SqlType element) implements SqlType {
    @Override
    public String sql() {
      return element.sql() + "[]";
    }
  }

  /** A list whose length is part of its type. */
  record ArrayOf(SqlType element, int length) implements SqlType {
    @Override
    public String sql() {
      return element.sql() + "[" + length + "]";
    }
  }

  record MapOf(SqlType key, SqlType value) implements SqlType {
    @Override
    public String sql() {
      return "MAP(" + key.sql() + ", " + value.sql() + ")";
    }
  }

  record StructOf(List<Field> fields) implements SqlType {
    public StructOf {
      fields = List.copyOf(fields);
    }

    @Override
    public String sql() {
      return fields.stream()
          .map(field -> Sql.identifier(field.name()) + " " + field.type().sql())
          .collect(Collectors.joining(", ", "STRUCT(", ")"));
    }
  }

  /** A type with arguments of its own: {@code ENUM('a', 'b')}. */
  record Other(String name, String arguments) implements SqlType {
    @Override
    public String sql() {
      return name + "(" + arguments + ")";
    }
  }

  record Field(String name, SqlType type) {}

  /** Reads a type as the engine writes it. */
  static SqlType parse(String text) {
    return new SqlTypeParser(text).parse();
  }
}
