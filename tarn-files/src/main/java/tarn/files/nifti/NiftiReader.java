package tarn.files.nifti;

import static tarn.files.format.IndexTable.column;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tarn.base.Json;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.ByteSources;
import tarn.files.bytes.DamagedContentException;
import tarn.files.bytes.SourceChannel;
import tarn.files.format.FileFormat;
import tarn.files.format.IndexRow;
import tarn.files.format.IndexTable;
import tarn.files.format.Reading;

/** Reads {@code .nii}, {@code .nii.gz} and the {@code .hdr} of a pair. */
public final class NiftiReader implements FileFormat {
  /** As much of a packed file is inflated: the header and its extensions. */
  private static final int INFLATED = 16 << 20;

  private static final Map<Integer, String> DATATYPES =
      Map.ofEntries(
          Map.entry(1, "binary"),
          Map.entry(2, "uint8"),
          Map.entry(4, "int16"),
          Map.entry(8, "int32"),
          Map.entry(16, "float32"),
          Map.entry(32, "complex64"),
          Map.entry(64, "float64"),
          Map.entry(128, "RGB"),
          Map.entry(256, "int8"),
          Map.entry(512, "uint16"),
          Map.entry(768, "uint32"),
          Map.entry(1024, "int64"),
          Map.entry(1280, "uint64"),
          Map.entry(1536, "float128"),
          Map.entry(1792, "complex128"),
          Map.entry(2048, "complex256"),
          Map.entry(2304, "RGBA"));

  private static final IndexTable IMAGES =
      new IndexTable(
          "nifti_images",
          List.of(
              column("nifti_version", "INTEGER"),
              column("byte_order", "VARCHAR"),
              column("dim", "BIGINT[]"),
              column("pixdim", "DOUBLE[]"),
              column("datatype", "VARCHAR"),
              column("bitpix", "INTEGER"),
              column("scl_slope", "DOUBLE"),
              column("scl_inter", "DOUBLE"),
              column("qform_code", "INTEGER"),
              column("sform_code", "INTEGER"),
              column("qform", "DOUBLE[]"),
              column("sform", "DOUBLE[]"),
              column("space_unit", "VARCHAR"),
              column("time_unit", "VARCHAR"),
              column("intent_code", "INTEGER"),
              column("intent_name", "VARCHAR"),
              column("intent_parameters", "DOUBLE[]"),
              column("description", "VARCHAR"),
              column("aux_file", "VARCHAR"),
              column("cal_min", "DOUBLE"),
              column("cal_max", "DOUBLE"),
              column("time_offset", "DOUBLE"),
              column("data_offset", "BIGINT"),
              column("data_length", "BIGINT"),
              column("extensions", "STRUCT(code INTEGER, \"offset\" BIGINT, size BIGINT)[]"),
              column("bids_entities", "JSON"),
              column("bids_suffix", "VARCHAR"),
              column("bids_datatype", "VARCHAR"),
              column("bids_sidecar", "VARCHAR")));

  @Override
  public String name() {
    return "nifti";
  }

  @Override
  public boolean claims(String path, byte[] head) {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.endsWith(".nii")
        || lower.endsWith(".nii.gz")
        || ((lower.endsWith(".hdr") || lower.endsWith(".hdr.gz")) && NiftiParser.claims(head));
  }

  @Override
  public Reading read(String path, ByteSource content) {
    boolean packed = path.toLowerCase(Locale.ROOT).endsWith(".gz");
    NiftiHeader header = NiftiParser.parse(packed ? inflated(content) : content);
    boolean pair = header.magic().startsWith("ni");
    if (!packed && !pair && header.dataLength() > content.size() - header.dataOffset()) {
      throw new DamagedContentException(
          content.size(),
          "the voxels take %d bytes from byte %d on, but the file ends here"
              .formatted(header.dataLength(), header.dataOffset()));
    }
    return new Reading(
        name(),
        packed ? "application/gzip" : "application/x-nifti",
        List.of(row(path, header)),
        List.of());
  }

  /** The header of a packed file. */
  static NiftiHeader header(ByteSource packed) {
    return NiftiParser.parse(inflated(packed));
  }

  private static ByteSource inflated(ByteSource packed) {
    try (InputStream in = Channels.newInputStream(new SourceChannel(packed));
        InputStream plain = new GZIPInputStream(in, 1 << 14)) {
      byte[] start = plain.readNBytes(NiftiParser.LENGTH_2 + 4);
      NiftiHeader header = NiftiParser.parse(padded(start));
      long wanted = Math.clamp(header.dataOffset(), start.length, INFLATED);
      byte[] rest = plain.readNBytes((int) wanted - start.length);
      byte[] all = new byte[start.length + rest.length];
      System.arraycopy(start, 0, all, 0, start.length);
      System.arraycopy(rest, 0, all, start.length, rest.length);
      return ByteSources.of(all);
    } catch (IOException e) {
      throw new DamagedContentException(0, "the header cannot be inflated: " + e.getMessage());
    }
  }

  /** Without its extensions, which are not there yet. */
  private static ByteSource padded(byte[] start) {
    // 348 and 540 are 5C 01 and 1C 02, at the beginning or (big endian) the end of four bytes.
    boolean first = start.length > 3 && (start[0] == 0x5C || start[3] == 0x5C);
    int length = Math.min(first ? NiftiParser.LENGTH_1 : NiftiParser.LENGTH_2, start.length);
    return ByteSources.of(Arrays.copyOf(start, length));
  }

  private static IndexRow row(String path, NiftiHeader header) {
    Optional<BidsName> bids = BidsName.of(path);
    List<@Nullable String> values = new ArrayList<>();
    values.add(Integer.toString(header.version()));
    values.add(header.order() == ByteOrder.LITTLE_ENDIAN ? "little" : "big");
    values.add(header.dimensions().toString());
    values.add(decimals(header.spacing()));
    values.add(DATATYPES.get(header.datatype()));
    values.add(Integer.toString(header.bitsPerVoxel()));
    values.add(decimal(header.slope()));
    values.add(decimal(header.intercept()));
    values.add(Integer.toString(header.qformCode()));
    values.add(Integer.toString(header.sformCode()));
    values.add(decimals(header.qform()));
    values.add(decimals(header.sform()));
    values.add(spaceUnit(header.units()));
    values.add(timeUnit(header.units()));
    values.add(Integer.toString(header.intentCode()));
    values.add(header.intentName());
    values.add(decimals(header.intentParameters()));
    values.add(header.description());
    values.add(header.auxiliaryFile());
    values.add(decimal(header.displayMinimum()));
    values.add(decimal(header.displayMaximum()));
    values.add(decimal(header.timeOffset()));
    values.add(Long.toString(header.dataOffset()));
    values.add(Long.toString(header.dataLength()));
    values.add(
        header.extensions().stream()
            .map(
                each ->
                    "{'code': %d, 'offset': %d, 'size': %d}"
                        .formatted(each.code(), each.offset(), each.size()))
            .collect(Collectors.joining(", ", "[", "]")));
    values.add(bids.map(each -> Json.line(each.entities())).orElse(null));
    values.add(bids.map(BidsName::suffix).orElse(null));
    values.add(bids.flatMap(BidsName::datatype).orElse(null));
    values.add(bids.map(BidsName::sidecar).orElse(null));
    return new IndexRow(IMAGES, values);
  }

  private static String decimals(List<Double> numbers) {
    return numbers.stream().map(NiftiReader::decimal).collect(Collectors.joining(", ", "[", "]"));
  }

  /** As the engine reads it: {@code NaN} and {@code Infinity} too. */
  private static String decimal(double number) {
    return Double.toString(number);
  }

  private static @Nullable String spaceUnit(int units) {
    return switch (units & 7) {
      case 1 -> "m";
      case 2 -> "mm";
      case 3 -> "um";
      default -> null;
    };
  }

  private static @Nullable String timeUnit(int units) {
    return switch (units & 0x38) {
      case 8 -> "s";
      case 16 -> "ms";
      case 24 -> "us";
      case 32 -> "Hz";
      case 40 -> "ppm";
      case 48 -> "rad/s";
      default -> null;
    };
  }
}
