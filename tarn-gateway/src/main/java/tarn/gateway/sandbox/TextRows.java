package tarn.gateway.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Writes batches whose columns are all text. */
sealed interface TextRows {

  void head(OutputStream out) throws IOException;

  void row(VectorSchemaRoot root, int row, OutputStream out) throws IOException;

  void foot(OutputStream out) throws IOException;

  /** Each row is one text that holds a JSON object. */
  record JsonLines() implements TextRows {
    @Override
    public void head(OutputStream out) {}

    @Override
    public void row(VectorSchemaRoot root, int row, OutputStream out) throws IOException {
      out.write(text(root, 0, row));
      out.write('\n');
    }

    @Override
    public void foot(OutputStream out) {}
  }

  /** The same as one array. */
  final class JsonArray implements TextRows {
    private boolean first = true;

    @Override
    public void head(OutputStream out) throws IOException {
      out.write('[');
    }

    @Override
    public void row(VectorSchemaRoot root, int row, OutputStream out) throws IOException {
      if (!first) {
        out.write(',');
      }
      first = false;
      out.write('\n');
      out.write(text(root, 0, row));
    }

    @Override
    public void foot(OutputStream out) throws IOException {
      out.write("\n]\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** RFC 4180 with line feeds; a null is nothing, and an empty text two quotes. */
  record Csv(List<String> names) implements TextRows {
    @Override
    public void head(OutputStream out) throws IOException {
      for (int at = 0; at < names.size(); at++) {
        if (at > 0) {
          out.write(',');
        }
        value(names.get(at).getBytes(StandardCharsets.UTF_8), out);
      }
      out.write('\n');
    }

    @Override
    public void row(VectorSchemaRoot root, int row, OutputStream out) throws IOException {
      for (int at = 0; at < names.size(); at++) {
        if (at > 0) {
          out.write(',');
        }
        if (!root.getVector(at).isNull(row)) {
          value(text(root, at, row), out);
        }
      }
      out.write('\n');
    }

    @Override
    public void foot(OutputStream out) {}

    private static void value(byte[] text, OutputStream out) throws IOException {
      if (!needsQuotes(text)) {
        out.write(text);
        return;
      }
      out.write('"');
      for (byte each : text) {
        if (each == '"') {
          out.write('"');
        }
        out.write(each);
      }
      out.write('"');
    }

    private static boolean needsQuotes(byte[] text) {
      if (text.length == 0 || text[0] == ' ' || text[text.length - 1] == ' ') {
        return true;
      }
      for (byte each : text) {
        if (each == ',' || each == '"' || each == '\n' || each == '\r') {
          return true;
        }
      }
      return false;
    }
  }

  private static byte[] text(VectorSchemaRoot root, int column, int row) {
    FieldVector vector = root.getVector(column);
    if (vector instanceof VarCharVector texts) {
      return texts.get(row);
    }
    throw new IllegalStateException("a text column came as " + vector.getField());
  }
}
