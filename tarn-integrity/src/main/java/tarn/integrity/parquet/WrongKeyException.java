package tarn.integrity.parquet;

/**
 * The file has the form of an encrypted one, and does not answer to the catalog's key: it is
 * another file, or it is damaged.
 */
public final class WrongKeyException extends DamagedFileException {
  WrongKeyException() {
    super("its encrypted footer does not match its key");
  }
}
