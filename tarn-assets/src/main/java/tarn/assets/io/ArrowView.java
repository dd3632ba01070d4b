package tarn.assets.io;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;

/**
 * A stream of Arrow batches as a temporary view of one session. It can be planned any number of
 * times and read once; the engine refuses a second reading.
 */
final class ArrowView {
  private static final AtomicLong NUMBER = new AtomicLong();

  private ArrowView() {}

  /**
   * Calls {@code work} with the view's quoted name and the reader that counts its rows. The reader
   * is closed in every outcome, and nothing stays in its allocator.
   */
  static <T> T with(Session session, ArrowReader reader, Function<StreamedRelation, T> work) {
    WatchedReader watched = new WatchedReader(reader);
    try (Closeable _ = watched::closeReader) {
      return registered(session, watched, allocator(watched), work);
    } catch (IOException e) {
      throw failed(watched, e);
    }
  }

  /** Batches can only be handed over within the allocator that they were made with. */
  private static BufferAllocator allocator(WatchedReader watched) throws IOException {
    List<FieldVector> vectors = watched.getVectorSchemaRoot().getFieldVectors();
    if (vectors.isEmpty()) {
      throw new IOException("the stream has no columns");
    }
    return vectors.getFirst().getAllocator();
  }

  private static <T> T registered(
      Session session,
      WatchedReader watched,
      BufferAllocator allocator,
      Function<StreamedRelation, T> work) {
    String name = "_tarn_stream_" + NUMBER.incrementAndGet();
    ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
    try {
      Data.exportArrayStream(allocator, watched, stream);
      session.connection().registerArrowStream(name, stream);
      T done =
          work.apply(StreamedRelation.stream("SELECT * FROM temp.main." + name, watched::rows));
      drop(session, name, stream);
      return done;
    } catch (RuntimeException | Error e) {
      try {
        drop(session, name, stream);
      } catch (RuntimeException secondary) {
        e.addSuppressed(secondary);
      }
      if (watched.failure().isPresent()) {
        throw failed(watched, e);
      }
      throw e;
    }
  }

  /**
   * The view holds the stream's address: while it cannot be dropped the stream's memory stays, and
   * the allocator says so.
   */
  private static void drop(Session session, String name, ArrowArrayStream stream) {
    stream.release();
    session.execute("DROP VIEW IF EXISTS temp.main." + name);
    stream.close();
  }

  private static TarnException failed(WatchedReader watched, Throwable engine) {
    Throwable cause = watched.failure().orElse(engine);
    if (cause instanceof TarnException known) {
      return known;
    }
    return new TarnException(
        ErrorCode.ASSET_FAILED,
        "The stream failed after row " + watched.rows() + ": " + cause,
        "Mend what makes the stream and run it again; nothing was written.",
        cause);
  }
}
