package tarn.gateway.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body whose failures are told from all others, whatever the server throws. */
final class ClientBody extends FilterInputStream {
  ClientBody(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (IOException | RuntimeException e) {
      throw new ClientGone(e);
    }
  }

  @Override
  public int read(byte[] content, int offset, int length) throws IOException {
    try {
      return in.read(content, offset, length);
    } catch (IOException | RuntimeException e) {
      throw new ClientGone(e);
    }
  }
}
