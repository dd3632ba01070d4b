package tarn.files.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.files.AddRequest;
import tarn.files.AddResult;
import tarn.files.BlobStore;
import tarn.files.FileService;
import tarn.files.Formats;
import tarn.files.Progress;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.local.LocalStores;
import tarn.testkit.BareEngine;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;

class DicomLakeTest {
  private static final TableName SCANS = new TableName("imaging", "scans");

  @TempDir Path folder;
  private ScratchLake scratch;
  private BlobStore store;
  private FileService files;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    scratch = ScratchLake.in(folder);
    store =
        new BlobStore(
            LocalStores.open(
                new StoreLocation.Folder(Files.createDirectories(folder.resolve("lake/files")))));
    files =
        new FileService(scratch.lake(), store, StoreSettings.DEFAULT, Formats.all(), Progress.NONE);
    session = scratch.lake().session();
  }

  @AfterEach
  void close() {
    session.close();
    store.close();
    scratch.close();
  }

  private static Path shipped(String name) throws IOException {
    try (Stream<Path> all = Files.walk(Checkout.folder().resolve(".tarn/venv-files/lib"))) {
      return all.filter(each -> each.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private AddResult add(AddRequest.Damaged damaged, Path... paths) {
    return files.add(
        session, new AddRequest(List.of(paths), SCANS, AddRequest.Archives.UNPACK, damaged));
  }

  @Test
  void instances_areRowsWithTypedColumnsAndTheWholeHeader() throws IOException {
    add(AddRequest.Damaged.REFUSE, shipped("CT_small.dcm"), shipped("emri_small_RLE.dcm"));
    session.close();
    scratch.close();

    try (BareEngine bare = BareEngine.on(scratch)) {
      // What pydicom's own dump of CT_small.dcm says.
      assertThat(
              bare.rows(
                  """
                  SELECT modality, patient_id, patient_name, study_date, study_time, "rows", "columns",
                    image_position_patient, pixel_spacing, slice_thickness, transfer_syntax_uid,
                    instance_version, header->'$."00100020".Value[0]', image_type,
                    pixel_data_length
                  FROM imaging.dicom_instances WHERE path = 'CT_small.dcm'"""))
          .containsExactly(
              "CT|1CT1|CompressedSamples^CT1|2004-01-19|07:27:30|128|128|"
                  + "[-158.135803, -179.035797, -75.699997]|[0.661468, 0.661468]|5.0|"
                  + "1.2.840.10008.1.2.1|1|\"1CT1\"|[ORIGINAL, PRIMARY, AXIAL]|32768");
      assertThat(
              bare.value(
                  "SELECT number_of_frames || '|' || len(pixel_data_fragments)"
                      + " FROM imaging.dicom_instances WHERE path = 'emri_small_RLE.dcm'"))
          .isEqualTo("10|10");
      assertThat(
              bare.rows(
                  "SELECT modalities, series, instances, patient_id FROM imaging.dicom_studies ORDER BY ALL"))
          .contains("[CT]|1|1|1CT1");
      assertThat(bare.value("SELECT count(*) FROM imaging.dicom_series")).isEqualTo("2");
    }
  }

  @Test
  void sameInstanceWithOtherBytes_isANewVersionAndReported() throws IOException {
    Path original = shipped("CT_small.dcm");
    Path copy = Files.copy(original, folder.resolve("copy.dcm"));
    byte[] changed = Files.readAllBytes(original);
    changed[changed.length - 200] ^= 1;
    Path other = Files.write(folder.resolve("other.dcm"), changed);

    assertThat(add(AddRequest.Damaged.REFUSE, original, copy).remarks()).isEmpty();
    AddResult result = add(AddRequest.Damaged.REFUSE, other);

    assertThat(result.remarks())
        .singleElement()
        .asString()
        .contains("other.dcm")
        .contains("version 2");
    assertThat(
            scratch.rows("SELECT path, instance_version FROM imaging.dicom_instances ORDER BY ALL"))
        .containsExactly("CT_small.dcm|1", "copy.dcm|1", "other.dcm|2");
    assertThat(scratch.value("SELECT sum(instances) FROM imaging.dicom_series")).isEqualTo("1");
    Files.write(copy, changed);
    add(AddRequest.Damaged.REFUSE, copy);
    assertThat(
            scratch.value(
                "SELECT instance_version FROM imaging.dicom_instances WHERE path = 'copy.dcm'"))
        .isEqualTo("2");
  }

  @Test
  void damagedFile_isRefusedOrKeptAsUnreadable() throws IOException {
    Path damaged = shipped("rtplan_truncated.dcm");
    Path right = shipped("CT_small.dcm");

    assertThatThrownBy(() -> add(AddRequest.Damaged.REFUSE, right, damaged))
        .hasMessageContaining("rtplan_truncated.dcm at byte 1410");
    assertThat(files.collections(session)).isEmpty();

    assertThat(add(AddRequest.Damaged.KEEP, right, damaged).unreadable()).isEqualTo(1);
    assertThat(
            scratch.rows(
                "SELECT path, file.state, format, finding FROM imaging.scans ORDER BY path"))
        .containsExactly(
            "CT_small.dcm|stored|dicom|NULL",
            "rtplan_truncated.dcm|unreadable|dicom|at byte 1410: (300A,00B0) is 976 bytes long, but"
                + " 711 are left");
    assertThat(scratch.value("SELECT count(*) FROM imaging.dicom_instances")).isEqualTo("1");
  }
}
