package tarn.integrity.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import tarn.integrity.files.OpenFile;

/**
 * A deletion vector as DuckLake writes it: the blob {@code deletion-vector-v1} of Iceberg's Puffin
 * specification without the container around it. It carries a checksum of its own.
 *
 * @param positions how many rows it deletes
 * @param highest the last position it deletes, or -1 when there is none
 */
public record DeletionVector(long positions, long highest) {
  private static final int MAGIC = 0xD1D33964;
  private static final int LARGEST = 1 << 28;
  private static final int RUN_COOKIE = 12347;
  private static final int PLAIN_COOKIE = 12346;
  private static final int OFFSETS_FROM = 4;

  /**
   * @throws DamagedFileException when the bytes are no deletion vector or its checksum is wrong
   */
  public static DeletionVector read(OpenFile file) throws IOException {
    if (file.size() < 20 || file.size() > LARGEST) {
      throw new DamagedFileException("it has " + file.size() + " bytes, no deletion vector has");
    }
    byte[] bytes = new byte[(int) file.size()];
    if (file.read(0, bytes, bytes.length) < bytes.length) {
      throw new DamagedFileException("it became shorter while it was read");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int length = buffer.getInt(0);
    if (length != bytes.length - 8 || buffer.getInt(4) != MAGIC) {
      throw new DamagedFileException("it does not begin as a deletion vector does");
    }
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 4, length);
    if ((int) checksum.getValue() != buffer.getInt(4 + length)) {
      throw new DamagedFileException("its checksum does not match its bytes");
    }
    return bitmaps(buffer.slice(8, length - 4).order(ByteOrder.LITTLE_ENDIAN));
  }

  private static DeletionVector bitmaps(ByteBuffer in) throws DamagedFileException {
    try {
      long bitmaps = in.getLong();
      long positions = 0;
      long highest = -1;
      for (long bitmap = 0; bitmap < bitmaps; bitmap++) {
        long key = Integer.toUnsignedLong(in.getInt());
        DeletionVector part = bitmap(in);
        positions += part.positions;
        if (part.highest >= 0) {
          highest = Math.max(highest, (key << 32) | part.highest);
        }
      }
      return new DeletionVector(positions, highest);
    } catch (RuntimeException e) {
      // The checksum is right, so whoever wrote it wrote it wrong.
      throw new DamagedFileException("its bitmaps are not of the portable Roaring format");
    }
  }

  /** The portable format of Roaring bitmaps of 32 bits. */
  private static DeletionVector bitmap(ByteBuffer in) {
    int cookie = in.getInt();
    boolean withRuns = (cookie & 0xffff) == RUN_COOKIE;
    int containers = withRuns ? (cookie >>> 16) + 1 : in.getInt();
    if (!withRuns && cookie != PLAIN_COOKIE) {
      throw new IllegalArgumentException("cookie " + cookie);
    }
    byte[] runs = new byte[withRuns ? (containers + 7) / 8 : 0];
    in.get(runs);
    int[] keys = new int[containers];
    int[] cardinalities = new int[containers];
    for (int container = 0; container < containers; container++) {
      keys[container] = Short.toUnsignedInt(in.getShort());
      cardinalities[container] = Short.toUnsignedInt(in.getShort()) + 1;
    }
    if (!withRuns || containers >= OFFSETS_FROM) {
      in.position(in.position() + 4 * containers);
    }
    long positions = 0;
    long highest = -1;
    for (int container = 0; container < containers; container++) {
      boolean run = withRuns && (runs[container / 8] >>> (container % 8) & 1) == 1;
      int last = run ? lastOfRuns(in) : lastOf(in, cardinalities[container]);
      positions += cardinalities[container];
      highest = Math.max(highest, (long) keys[container] << 16 | last);
    }
    return new DeletionVector(positions, highest);
  }

  private static int lastOfRuns(ByteBuffer in) {
    int last = 0;
    int runs = Short.toUnsignedInt(in.getShort());
    for (int run = 0; run < runs; run++) {
      last = Short.toUnsignedInt(in.getShort()) + Short.toUnsignedInt(in.getShort());
    }
    return last;
  }

  private static int lastOf(ByteBuffer in, int cardinality) {
    int last = 0;
    if (cardinality <= 4096) {
      for (int value = 0; value < cardinality; value++) {
        last = Short.toUnsignedInt(in.getShort());
      }
      return last;
    }
    for (int word = 0; word < 1024; word++) {
      long bits = in.getLong();
      if (bits != 0) {
        last = word * 64 + 63 - Long.numberOfLeadingZeros(bits);
      }
    }
    return last;
  }
}
