package tarn.files.tensor;

import static tarn.files.format.IndexTable.column;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tarn.base.Json;
import tarn.files.bytes.ByteSource;
import tarn.files.format.FileFormat;
import tarn.files.format.IndexRow;
import tarn.files.format.IndexTable;
import tarn.files.format.Reading;

/** Reads files that are called {@code .safetensors}. */
public final class SafetensorsReader implements FileFormat {
  private static final IndexTable FILES =
      new IndexTable(
          "safetensors_files",
          List.of(
              column("tensors", "BIGINT"),
              column("parameters", "BIGINT"),
              column("header_length", "BIGINT"),
              column("metadata", "JSON")));

  private static final IndexTable TENSORS =
      new IndexTable(
          "safetensors_tensors",
          List.of(
              column("tensor", "VARCHAR"),
              column("dtype", "VARCHAR"),
              column("shape", "BIGINT[]"),
              column("parameters", "BIGINT"),
              column("data_offset", "BIGINT"),
              column("data_length", "BIGINT")));

  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public boolean claims(String path, byte[] head) {
    return path.toLowerCase(Locale.ROOT).endsWith(".safetensors");
  }

  @Override
  public Reading read(String path, ByteSource content) {
    SafetensorsFile file = SafetensorsParser.parse(content);
    List<IndexRow> rows = new ArrayList<>();
    rows.add(
        new IndexRow(
            FILES,
            List.of(
                Integer.toString(file.tensors().size()),
                Long.toString(file.tensors().stream().mapToLong(Tensor::parameters).sum()),
                Long.toString(file.headerLength()),
                Json.line(file.metadata()))));
    for (Tensor each : file.tensors()) {
      rows.add(
          new IndexRow(
              TENSORS,
              List.of(
                  each.name(),
                  each.dtype(),
                  each.shape().toString(),
                  Long.toString(each.parameters()),
                  Long.toString(each.offset()),
                  Long.toString(each.length()))));
    }
    return new Reading(name(), "application/vnd.safetensors", rows, List.of());
  }
}
