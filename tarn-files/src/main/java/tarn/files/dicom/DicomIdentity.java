package tarn.files.dicom;

import tarn.files.bytes.ByteSource;
import tarn.files.bytes.DamagedContentException;

/** Which instance a file is. */
public record DicomIdentity(
    String studyUid, String seriesUid, String instanceUid, String classUid) {

  /**
   * @throws DamagedContentException when the header cannot be read, or does not say
   */
  public static DicomIdentity of(ByteSource content) {
    DataSet header = DicomParser.parse(content).header();
    return new DicomIdentity(
        uid(header, "StudyInstanceUID"),
        uid(header, "SeriesInstanceUID"),
        uid(header, "SOPInstanceUID"),
        uid(header, "SOPClassUID"));
  }

  private static String uid(DataSet header, String keyword) {
    String uid = header.text(Dictionary.tag(keyword).orElseThrow()).orElse("");
    if (!uid.matches("[0-9.]{1,64}")) {
      throw new DamagedContentException(0, "there is no " + keyword);
    }
    return uid;
  }
}
