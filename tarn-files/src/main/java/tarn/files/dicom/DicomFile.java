package tarn.files.dicom;

import java.util.List;
import java.util.Optional;

/**
 * A file's header.
 *
 * @param meta the elements of group 0002; empty where the file has none
 * @param pixels nothing when there are none, or when they are deflated with the rest
 * @param remarks about what is odd but could be read
 */
record DicomFile(
    DataSet meta,
    TransferSyntax syntax,
    DataSet header,
    Optional<PixelData> pixels,
    List<String> remarks) {}
