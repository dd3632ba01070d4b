package tarn.integrity.parquet;

import java.io.IOException;

/** The bytes are not what their format demands. */
public sealed class DamagedFileException extends IOException permits WrongKeyException {
  DamagedFileException(String message) {
    super(message);
  }
}
