package tarn.files;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tarn.files.bytes.Beginning;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.DamagedContentException;
import tarn.files.dicom.DicomReader;
import tarn.files.format.FileFormat;
import tarn.files.format.Reading;
import tarn.files.nifti.NiftiReader;
import tarn.files.pickle.PickleReader;
import tarn.files.tensor.SafetensorsReader;

/** The readers, in the order in which they are asked whether a file is theirs. */
public final class Formats {
  private final List<FileFormat> readers;

  public Formats(List<FileFormat> readers) {
    this.readers = List.copyOf(readers);
  }

  /** Those that come with the program. */
  public static Formats all() {
    return new Formats(
        List.of(new DicomReader(), new NiftiReader(), new SafetensorsReader(), new PickleReader()));
  }

  /**
   * What became of reading a file's header.
   *
   * @param reading nothing when no reader claims the file, or the one that does cannot read it
   * @param finding what is wrong with it, and where
   */
  record Outcome(Optional<String> format, Optional<Reading> reading, Optional<String> finding) {}

  Outcome read(String path, ByteSource whole) {
    ByteSource content = new Beginning(whole);
    byte[] head = new byte[(int) Math.min(FileFormat.HEAD, content.size())];
    content.read(0, head);
    for (FileFormat reader : readers) {
      if (reader.claims(path, head)) {
        return read(reader, path, content);
      }
    }
    return new Outcome(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Outcome read(FileFormat reader, String path, ByteSource content) {
    Optional<String> format = Optional.of(reader.name());
    try {
      return new Outcome(format, Optional.of(reader.read(path, content)), Optional.empty());
    } catch (DamagedContentException e) {
      return new Outcome(format, Optional.empty(), Optional.of(e.finding()));
    }
  }

  /** A guess by the name alone, for files that no reader claims. */
  static String mediaType(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    for (String[] each : BY_SUFFIX) {
      if (lower.endsWith(each[0])) {
        return each[1];
      }
    }
    return "application/octet-stream";
  }

  private static final String[][] BY_SUFFIX = {
    {".json", "application/json"},
    {".csv", "text/csv"},
    {".tsv", "text/tab-separated-values"},
    {".txt", "text/plain"},
    {".md", "text/markdown"},
    {".pdf", "application/pdf"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".tif", "image/tiff"},
    {".tiff", "image/tiff"},
    {".zip", "application/zip"},
    {".gz", "application/gzip"},
    {".tar", "application/x-tar"},
    {".parquet", "application/vnd.apache.parquet"},
    {".toml", "application/toml"},
    {".yaml", "application/yaml"},
    {".yml", "application/yaml"},
  };
}
