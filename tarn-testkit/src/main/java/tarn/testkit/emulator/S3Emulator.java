package tarn.testkit.emulator;

import java.net.URI;

/** A store that speaks S3, on this machine. */
public interface S3Emulator extends AutoCloseable {
  /** The one key that it knows. */
  String ACCESS_KEY = "tarn-test-key";

  String SECRET_KEY = "tarn-test-secret-0123456789";

  URI endpoint();

  int port();

  @Override
  void close();
}
