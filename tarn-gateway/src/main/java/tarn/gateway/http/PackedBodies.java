package tarn.gateway.http;

import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncoding;
import java.util.Set;

/**
 * Lets packed bodies through as they are: who takes one in unpacks it, and measures it while it
 * does, so that a small body cannot become an endless one unnoticed.
 */
final class PackedBodies implements ContentEncoding {
  @Override
  public Set<String> ids() {
    // The last ones are known by name only, so that they are refused as what they are.
    return Set.of("gzip", "x-gzip", "zstd", "br", "deflate", "compress", "x-compress");
  }

  @Override
  public boolean supportsEncoding() {
    return false;
  }

  @Override
  public boolean supportsDecoding() {
    return true;
  }

  @Override
  public ContentDecoder decoder() {
    return ContentDecoder.NO_OP;
  }

  @Override
  public ContentEncoder encoder() {
    return ContentEncoder.NO_OP;
  }

  @Override
  public String name() {
    return "packed bodies";
  }

  @Override
  public String type() {
    return "packed bodies";
  }
}
