package tarn.files.format;

import tarn.files.bytes.ByteSource;

/** A reader of one file format, for many threads at once. */
public interface FileFormat {

  /** Its short name: {@code dicom}. */
  String name();

  /** Bytes of a file's beginning that {@link #claims} gets, if there are as many. */
  int HEAD = 1024;

  /**
   * Whether a file is of this format, by its name and its first bytes. One that claims a file
   * reports it as damaged when it cannot read it.
   */
  boolean claims(String path, byte[] head);

  /**
   * Reads what the tables need, in bounded memory and time.
   *
   * @throws tarn.files.bytes.DamagedContentException when the content breaks the format's rules
   */
  Reading read(String path, ByteSource content);
}
