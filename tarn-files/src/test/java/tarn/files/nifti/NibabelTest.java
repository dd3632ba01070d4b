package tarn.files.nifti;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.files.PythonOracle;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.ByteSources;
import tarn.files.bytes.DamagedContentException;
import tools.jackson.databind.JsonNode;

/** Every header that nibabel ships or writes says here what it says there. */
class NibabelTest {
  @TempDir Path folder;

  @Test
  void headers_areReadAsNibabelReadsThem() throws Exception {
    List<JsonNode> oracle = PythonOracle.lines("nifti_headers.py", folder.toString());
    int compared = 0;
    for (JsonNode expected : oracle) {
      Path file = Path.of(expected.path("file").asString());
      if (expected.has("error")) {
        continue;
      }
      try (FileChannel channel = FileChannel.open(file)) {
        ByteSource content = ByteSources.of(channel);
        NiftiHeader header =
            file.toString().endsWith(".gz")
                ? NiftiReader.header(content)
                : NiftiParser.parse(content);
        compare(file.toString(), expected, header);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(75);
  }

  private static void compare(String file, JsonNode expected, NiftiHeader header) {
    assertThat(header.version()).as(file).isEqualTo(expected.path("version").asInt());
    assertThat(header.order() == ByteOrder.LITTLE_ENDIAN ? "little" : "big")
        .as(file)
        .isEqualTo(expected.path("order").asString());
    assertThat(header.dimensions().toString().replace(" ", ""))
        .as(file)
        .isEqualTo(expected.path("dim").toString());
    close(file, expected.path("pixdim"), header.spacing());
    assertThat(header.datatype()).as(file).isEqualTo(expected.path("datatype").asInt());
    assertThat(header.bitsPerVoxel()).as(file).isEqualTo(expected.path("bitpix").asInt());
    assertThat(header.qformCode()).as(file).isEqualTo(expected.path("qform_code").asInt());
    assertThat(header.sformCode()).as(file).isEqualTo(expected.path("sform_code").asInt());
    close(file, expected.path("qform"), header.qform());
    close(file, expected.path("sform"), header.sform());
    assertThat(header.units()).as(file).isEqualTo(expected.path("units").asInt());
    assertThat(header.intentCode()).as(file).isEqualTo(expected.path("intent").asInt());
    assertThat(header.intentName()).as(file).isEqualTo(expected.path("intent_name").asString());
    assertThat(header.description()).as(file).isEqualTo(expected.path("description").asString());
    close(file, expected.path("cal_max"), header.displayMaximum());
    close(file, expected.path("toffset"), header.timeOffset());
    assertThat(
            header.extensions().stream()
                .map(each -> "[" + each.code() + "," + each.size() + "]")
                .toList()
                .toString()
                .replace(" ", ""))
        .as(file)
        .isEqualTo(expected.path("extensions").toString());
  }

  private static void close(String file, JsonNode expected, List<Double> found) {
    assertThat(found).as(file).hasSize(expected.size());
    for (int at = 0; at < found.size(); at++) {
      close(file, expected.get(at), found.get(at));
    }
  }

  private static void close(String file, JsonNode expected, double found) {
    assertThat(found).as(file).isCloseTo(expected.asDouble(), within(1e-4));
  }

  @Test
  void cutFiles_areFindings() throws Exception {
    PythonOracle.lines("nifti_headers.py", folder.toString());
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".nii")).toList()) {
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 3, 4, 100, 347, 539, whole.length - 1}) {
          if (length < 539 || whole.length > 1000) {
            byte[] cut = Arrays.copyOf(whole, Math.min(length, whole.length - 1));
            assertThatThrownBy(() -> new NiftiReader().read("a.nii", ByteSources.of(cut)))
                .as("%s cut to %d", file, length)
                .isInstanceOf(DamagedContentException.class);
          }
        }
      }
    }
  }

  @Test
  void bidsPaths_giveTheirEntities() {
    BidsName name =
        BidsName.of("ds1/sub-01/ses-2/func/sub-01_ses-2_task-rest_run-1_bold.nii.gz").orElseThrow();

    assertThat(name.entities().toString()).isEqualTo("{sub=01, ses=2, task=rest, run=1}");
    assertThat(name.suffix()).isEqualTo("bold");
    assertThat(name.datatype()).contains("func");
    assertThat(name.sidecar())
        .isEqualTo("ds1/sub-01/ses-2/func/sub-01_ses-2_task-rest_run-1_bold.json");
    assertThat(BidsName.of("scan_bold.nii")).isEmpty();
    assertThat(BidsName.of("anat/brain.nii.gz")).isEmpty();
  }
}
