package tarn.files.dicom;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tarn.files.bytes.ByteSource;
import tarn.files.format.FileFormat;
import tarn.files.format.Reading;

/** Reads DICOM files: those with the magic word, and those that are called {@code .dcm}. */
public final class DicomReader implements FileFormat {
  @Override
  public String name() {
    return "dicom";
  }

  @Override
  public boolean claims(String path, byte[] head) {
    return DicomParser.hasMagic(head) || path.toLowerCase(Locale.ROOT).endsWith(".dcm");
  }

  @Override
  public Reading read(String path, ByteSource content) {
    DicomFile file = DicomParser.parse(content);
    List<String> remarks = new ArrayList<>(file.remarks());
    return new Reading(
        name(), "application/dicom", List.of(DicomTables.row(file, remarks)), remarks);
  }
}
