package tarn.files.dicom;

import static tarn.files.format.IndexTable.column;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tarn.files.format.IndexRow;
import tarn.files.format.IndexTable;

/** The rows of {@code dicom_instances}: typed columns, and the whole header as JSON. */
final class DicomTables {
  /** How a promoted value is brought to its column's type. */
  private enum Shape {
    TEXT("VARCHAR"),
    TEXTS("VARCHAR[]"),
    WHOLE("BIGINT"),
    DECIMAL("DOUBLE"),
    DECIMALS("DOUBLE[]"),
    DATE("DATE"),
    TIME("TIME");

    private final String type;

    Shape(String type) {
      this.type = type;
    }
  }

  private record Promoted(String column, int tag, Shape shape) {
    static Promoted of(String keyword, Shape shape) {
      String column =
          keyword
              .replaceAll("([a-z])([A-Z])", "$1_$2")
              .replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
              .toLowerCase(Locale.ROOT);
      return new Promoted(column, Dictionary.tag(keyword).orElseThrow(), shape);
    }
  }

  private static final List<Promoted> PROMOTED =
      List.of(
          Promoted.of("SOPInstanceUID", Shape.TEXT),
          Promoted.of("SOPClassUID", Shape.TEXT),
          Promoted.of("SeriesInstanceUID", Shape.TEXT),
          Promoted.of("StudyInstanceUID", Shape.TEXT),
          Promoted.of("PatientID", Shape.TEXT),
          Promoted.of("PatientName", Shape.TEXT),
          Promoted.of("PatientBirthDate", Shape.DATE),
          Promoted.of("PatientSex", Shape.TEXT),
          Promoted.of("PatientAge", Shape.TEXT),
          Promoted.of("StudyDate", Shape.DATE),
          Promoted.of("StudyTime", Shape.TIME),
          Promoted.of("StudyID", Shape.TEXT),
          Promoted.of("StudyDescription", Shape.TEXT),
          Promoted.of("AccessionNumber", Shape.TEXT),
          Promoted.of("ReferringPhysicianName", Shape.TEXT),
          Promoted.of("Modality", Shape.TEXT),
          Promoted.of("SeriesNumber", Shape.WHOLE),
          Promoted.of("SeriesDate", Shape.DATE),
          Promoted.of("SeriesTime", Shape.TIME),
          Promoted.of("SeriesDescription", Shape.TEXT),
          Promoted.of("BodyPartExamined", Shape.TEXT),
          Promoted.of("ProtocolName", Shape.TEXT),
          Promoted.of("Laterality", Shape.TEXT),
          Promoted.of("FrameOfReferenceUID", Shape.TEXT),
          Promoted.of("Manufacturer", Shape.TEXT),
          Promoted.of("ManufacturerModelName", Shape.TEXT),
          Promoted.of("StationName", Shape.TEXT),
          Promoted.of("InstitutionName", Shape.TEXT),
          Promoted.of("InstanceNumber", Shape.WHOLE),
          Promoted.of("ImageType", Shape.TEXTS),
          Promoted.of("AcquisitionNumber", Shape.WHOLE),
          Promoted.of("AcquisitionDate", Shape.DATE),
          Promoted.of("AcquisitionTime", Shape.TIME),
          Promoted.of("ContentDate", Shape.DATE),
          Promoted.of("ContentTime", Shape.TIME),
          Promoted.of("ImagePositionPatient", Shape.DECIMALS),
          Promoted.of("ImageOrientationPatient", Shape.DECIMALS),
          Promoted.of("PixelSpacing", Shape.DECIMALS),
          Promoted.of("SliceThickness", Shape.DECIMAL),
          Promoted.of("SpacingBetweenSlices", Shape.DECIMAL),
          Promoted.of("SliceLocation", Shape.DECIMAL),
          Promoted.of("Rows", Shape.WHOLE),
          Promoted.of("Columns", Shape.WHOLE),
          Promoted.of("NumberOfFrames", Shape.WHOLE),
          Promoted.of("SamplesPerPixel", Shape.WHOLE),
          Promoted.of("PhotometricInterpretation", Shape.TEXT),
          Promoted.of("PlanarConfiguration", Shape.WHOLE),
          Promoted.of("BitsAllocated", Shape.WHOLE),
          Promoted.of("BitsStored", Shape.WHOLE),
          Promoted.of("HighBit", Shape.WHOLE),
          Promoted.of("PixelRepresentation", Shape.WHOLE),
          Promoted.of("WindowCenter", Shape.DECIMALS),
          Promoted.of("WindowWidth", Shape.DECIMALS),
          Promoted.of("RescaleIntercept", Shape.DECIMAL),
          Promoted.of("RescaleSlope", Shape.DECIMAL),
          Promoted.of("SpecificCharacterSet", Shape.TEXTS));

  /** The newest version of each instance. */
  private static final String NEWEST =
      """
      (FROM %s QUALIFY row_number() OVER (PARTITION BY sop_instance_uid
        ORDER BY instance_version DESC, collection, path) = 1)""";

  private static final String SERIES =
      """
      SELECT series_instance_uid, any_value(study_instance_uid) AS study_instance_uid,
        any_value(modality) AS modality, any_value(series_number) AS series_number,
        any_value(series_date) AS series_date, any_value(series_time) AS series_time,
        any_value(series_description) AS series_description,
        any_value(body_part_examined) AS body_part_examined,
        any_value(protocol_name) AS protocol_name, any_value(laterality) AS laterality,
        any_value(frame_of_reference_uid) AS frame_of_reference_uid,
        any_value(manufacturer) AS manufacturer,
        any_value(manufacturer_model_name) AS manufacturer_model_name,
        any_value(patient_id) AS patient_id, count(*) AS instances
      FROM\s"""
          + NEWEST
          + " GROUP BY series_instance_uid";

  private static final String STUDIES =
      """
      SELECT study_instance_uid, any_value(study_date) AS study_date,
        any_value(study_time) AS study_time, any_value(study_id) AS study_id,
        any_value(study_description) AS study_description,
        any_value(accession_number) AS accession_number,
        any_value(referring_physician_name) AS referring_physician_name,
        any_value(patient_id) AS patient_id, any_value(patient_name) AS patient_name,
        any_value(patient_birth_date) AS patient_birth_date,
        any_value(patient_sex) AS patient_sex,
        list_sort(list(DISTINCT modality)) AS modalities,
        count(DISTINCT series_instance_uid) AS series, count(*) AS instances
      FROM\s"""
          + NEWEST
          + " GROUP BY study_instance_uid";

  static final IndexTable INSTANCES =
      new IndexTable(
          "dicom_instances",
          columns(),
          Optional.of("sop_instance_uid"),
          List.of(
              new IndexTable.View("dicom_series", SERIES),
              new IndexTable.View("dicom_studies", STUDIES)));

  private DicomTables() {}

  private static List<IndexTable.Column> columns() {
    List<IndexTable.Column> columns = new ArrayList<>();
    PROMOTED.forEach(each -> columns.add(column(each.column, each.shape.type)));
    columns.add(column("transfer_syntax_uid", "VARCHAR"));
    columns.add(column("pixel_data_offset", "BIGINT"));
    columns.add(column("pixel_data_length", "BIGINT"));
    columns.add(column("pixel_data_fragments", "STRUCT(\"offset\" BIGINT, length BIGINT)[]"));
    columns.add(column("pixel_data_frames", "BIGINT[]"));
    columns.add(column("header", "JSON"));
    return List.copyOf(columns);
  }

  static IndexRow row(DicomFile file, List<String> remarks) {
    List<@Nullable String> values = new ArrayList<>();
    for (Promoted each : PROMOTED) {
      values.add(value(file.header(), each, remarks));
    }
    values.add(file.syntax().uid().isEmpty() ? null : file.syntax().uid());
    Optional<PixelData> pixels = file.pixels();
    values.add(pixels.map(each -> Long.toString(each.offset())).orElse(null));
    values.add(pixels.map(each -> Long.toString(each.length())).orElse(null));
    values.add(
        pixels
            .filter(each -> !each.fragments().isEmpty())
            .map(DicomTables::fragments)
            .orElse(null));
    values.add(
        pixels
            .filter(each -> !each.frames().isEmpty())
            .map(each -> each.frames().toString())
            .orElse(null));
    values.add(DicomJson.of(file.header()));
    return new IndexRow(INSTANCES, values);
  }

  private static String fragments(PixelData pixels) {
    return pixels.fragments().stream()
        .map(each -> "{'offset': " + each.offset() + ", 'length': " + each.length() + "}")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static @Nullable String value(DataSet header, Promoted promoted, List<String> remarks) {
    List<String> texts = header.texts(promoted.tag);
    if (texts.stream().allMatch(String::isEmpty)) {
      return null;
    }
    String first = texts.getFirst().strip();
    Optional<String> value =
        switch (promoted.shape) {
          case TEXT -> Optional.of(String.join("\\", texts));
          case TEXTS -> Optional.of(list(texts.stream().map(DicomTables::quoted).toList()));
          case WHOLE -> number(first).filter(each -> each.matches("-?[0-9]{1,18}"));
          case DECIMAL -> number(first);
          case DECIMALS -> numbers(texts);
          case DATE -> date(first);
          case TIME -> time(first);
        };
    if (value.isEmpty()) {
      remarks.add(
          "%s of %s is no %s: `%s`"
              .formatted(
                  promoted.column, Tags.text(promoted.tag), promoted.shape.type, shortened(first)));
    }
    return value.orElse(null);
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static Optional<String> number(String text) {
    return DicomJson.number(text)
        .map(
            each ->
                each.scale() <= 0 && each.precision() - each.scale() < 19
                    ? each.toBigInteger().toString()
                    : Double.toString(each.doubleValue()));
  }

  private static Optional<String> numbers(List<String> texts) {
    List<String> numbers =
        texts.stream().map(text -> number(text.strip())).flatMap(Optional::stream).toList();
    return numbers.size() == texts.size() ? Optional.of(list(numbers)) : Optional.empty();
  }

  /** As the engine reads lists: an element in quotes with what is special in it escaped. */
  private static String list(List<String> values) {
    return "[" + String.join(", ", values) + "]";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static final Pattern DATE = Pattern.compile("([0-9]{4})\\.?([0-9]{2})\\.?([0-9]{2})");
  private static final Pattern TIME =
      Pattern.compile("([0-9]{2}):?([0-9]{2})?:?([0-9]{2})?(\\.[0-9]{1,6})?");

  private static Optional<String> date(String text) {
    Matcher matcher = DATE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String date = matcher.group(1) + "-" + matcher.group(2) + "-" + matcher.group(3);
    try {
      return Optional.of(LocalDate.parse(date).toString());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int hour = Integer.parseInt(matcher.group(1));
    int minute = part(matcher.group(2));
    // A leap second is written 60; no column holds it.
    int second = Math.min(part(matcher.group(3)), 59);
    if (hour > 23 || minute > 59 || part(matcher.group(3)) > 60) {
      return Optional.empty();
    }
    String fraction = matcher.group(4) == null ? "" : matcher.group(4);
    return Optional.of("%02d:%02d:%02d%s".formatted(hour, minute, second, fraction));
  }

  private static int part(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
