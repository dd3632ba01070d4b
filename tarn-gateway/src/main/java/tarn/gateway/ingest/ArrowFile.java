package tarn.gateway.ingest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Turns an Arrow stream into a Parquet file, batch by batch. */
final class ArrowFile {
  private ArrowFile() {}

  static void toParquet(Session session, Path stream, Path parquet) throws IOException {
    String name = "delivery_" + UUID.randomUUID().toString().replace("-", "");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(stream));
        BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader = new ArrowStreamReader(in, allocator);
        ArrowArrayStream exported = ArrowArrayStream.allocateNew(allocator)) {
      reader.getVectorSchemaRoot();
      Data.exportArrayStream(allocator, reader, exported);
      session.connection().registerArrowStream(name, exported);
      session.execute(
          "COPY (SELECT * FROM %s) TO %s (FORMAT parquet, USE_TMP_FILE false)"
              .formatted(Sql.identifier(name), Sql.literal(parquet.toString())));
    } catch (IOException | IllegalArgumentException e) {
      throw new TarnException(
          ErrorCode.INGEST_INVALID,
          "The body is no whole Arrow stream: " + e.getMessage(),
          "Send it again.",
          e);
    }
  }
}
