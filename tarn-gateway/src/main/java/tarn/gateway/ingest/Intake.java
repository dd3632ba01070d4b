package tarn.gateway.ingest;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.TarnException;
import tarn.gateway.http.ClientGone;

/** Takes a body in, piece by piece: unpacked, measured, and compared with its checksum. */
final class Intake {
  private static final Pattern DIGEST = Pattern.compile("sha-256=:([A-Za-z0-9+/=]+):");
  private static final int PIECE = 1 << 17;

  private Intake() {}

  /**
   * What came.
   *
   * @param digest SHA-256 of the body as it was sent
   */
  record Taken(long bytes, String digest) {}

  static Taken take(
      InputStream body,
      Optional<String> encoding,
      Optional<String> promised,
      long most,
      Path target)
      throws IOException {
    DigestInputStream sent =
        new DigestInputStream(new Bounded(new BufferedInputStream(body, PIECE), most), sha256());
    long bytes = 0;
    try (InputStream unpacked = unpacked(sent, encoding);
        OutputStream out = Files.newOutputStream(target)) {
      byte[] piece = new byte[PIECE];
      for (int read = next(unpacked, piece); read >= 0; read = next(unpacked, piece)) {
        bytes += read;
        if (bytes > most) {
          throw tooLarge(most);
        }
        out.write(piece, 0, read);
      }
      // What stands behind the end of a packed body belongs to its checksum too.
      while (sent.read(piece) >= 0) {}
    }
    byte[] digest = sent.getMessageDigest().digest();
    promised.ifPresent(header -> compare(header, digest));
    return new Taken(bytes, HexFormat.of().formatHex(digest));
  }

  private static int next(InputStream unpacked, byte[] piece) throws IOException {
    try {
      return unpacked.read(piece);
    } catch (ClientGone e) {
      throw e;
    } catch (IOException | MalformedInputException e) {
      throw cannotBeUnpacked(e);
    }
  }

  private static TarnException cannotBeUnpacked(Exception cause) {
    return new TarnException(
        ErrorCode.INGEST_INVALID,
        "The packed body cannot be unpacked: " + cause.getMessage(),
        "Send it again.",
        cause);
  }

  private static InputStream unpacked(InputStream sent, Optional<String> encoding)
      throws IOException {
    return switch (encoding.map(text -> text.toLowerCase(Locale.ROOT)).orElse("identity")) {
      case "identity" -> sent;
      case "gzip", "x-gzip" -> gzip(sent);
      case "zstd" -> new ZstdInputStream(sent);
      default ->
          throw new TarnException(
              ErrorCode.REQUEST_MEDIA_TYPE,
              "`Content-Encoding` is `" + encoding.orElseThrow() + "`.",
              "Pack it with gzip or zstd, or not at all.");
    };
  }

  private static InputStream gzip(InputStream sent) throws IOException {
    try {
      return new GZIPInputStream(sent, PIECE);
    } catch (ZipException | EOFException e) {
      throw cannotBeUnpacked(e);
    }
  }

  private static void compare(String header, byte[] digest) {
    Matcher digests = DIGEST.matcher(header);
    byte[] promised;
    try {
      promised =
          digests.find()
              ? Base64.getDecoder().decode(digests.group(1))
              : HexFormat.of().parseHex(header.strip().toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw invalid("The checksum is neither `sha-256=:BASE64:` nor 64 hex digits.");
    }
    if (!MessageDigest.isEqual(promised, digest)) {
      throw invalid("What came is not what the checksum promises: it was changed on the way.");
    }
  }

  private static TarnException invalid(String what) {
    return new TarnException(ErrorCode.INGEST_INVALID, what, "Send it again.");
  }

  private static TarnException tooLarge(long most) {
    return new TarnException(
        ErrorCode.REQUEST_TOO_LARGE,
        "The delivery is larger than " + Human.bytes(most) + ".",
        "Send it in parts, or raise `serve.max_upload`.");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static final class Bounded extends FilterInputStream {
    private final long most;
    private long count;

    Bounded(InputStream in, long most) {
      super(in);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] content, int offset, int length) throws IOException {
      int read = in.read(content, offset, length);
      count += Math.max(0, read);
      if (count > most) {
        throw tooLarge(most);
      }
      return read;
    }
  }
}
