package tarn.files;

import java.util.Locale;

/** What a reference says of the bytes it points to. */
public enum FileState {
  /** They lie in the blob store, under their own digest. */
  STORED,
  /** As {@link #STORED}, but the reader of the file's format refused them. */
  UNREADABLE,
  /** They lie elsewhere, and whoever keeps them there may change or remove them. */
  EXTERNAL;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static FileState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
