package tarn.assets.landing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.io.RelationSource;
import tarn.assets.landing.FileSelection.Chosen;
import tarn.assets.landing.LandingSource.Column;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * How the files of one load are read: by the engine where it can, record by record where it cannot.
 *
 * @param parts what the engine reads
 * @param careful files that are read here
 * @param columns of their records
 */
record Reading(
    Expected expected,
    List<Part> parts,
    List<CarefulFile> careful,
    CarefulPart.Contents contents,
    Numbers numbers,
    TextColumns columns) {

  /** Whether rows have their number in the file. */
  enum Numbers {
    NONE,
    COUNTED
  }

  /**
   * What a load starts from.
   *
   * @param table the columns of the asset's table; empty when there is none
   * @param distrusted names of files that the engine could not read
   */
  record Task(
      Session session,
      AssetKey key,
      LandingSource source,
      ReaderOptions options,
      List<Chosen> files,
      Set<String> distrusted,
      List<Column> table,
      FileNames names) {

    StrictCast casts() {
      return new StrictCast(options.formats());
    }

    boolean declared() {
      return !source.columns().isEmpty();
    }

    /** Whether a file has to be read record by record. */
    boolean careful(Chosen file) {
      return file.knownTreacherous() || distrusted.contains(file.name());
    }
  }

  static Reading plan(Task task) {
    return switch (task.source().format()) {
      case CSV -> CsvReading.plan(task);
      case JSON, NDJSON -> JsonReading.plan(task);
      case PARQUET -> ParquetReading.plan(task);
      case XML -> XmlReading.plan(task);
    };
  }

  /** One SELECT over the rows that fit, given the careful rows as a relation. */
  String rows(String stream) {
    List<String> selects = new ArrayList<>();
    parts.forEach(part -> selects.add(part.rows()));
    if (!careful.isEmpty()) {
      String rows = carefulPart(stream).rows();
      selects.add(
          switch (numbers) {
            case NONE -> rows;
            case COUNTED -> "SELECT *, CAST(NULL AS BIGINT) AS _source_row FROM (" + rows + ")";
          });
    }
    return selects.isEmpty() ? nothing() : String.join(" UNION ALL ", selects);
  }

  /** One SELECT over the records that do not fit. */
  String malformed(String stream) {
    List<String> selects = new ArrayList<>();
    parts.forEach(part -> part.malformed().ifPresent(selects::add));
    if (!careful.isEmpty()) {
      selects.add(carefulPart(stream).malformed().orElseThrow());
    }
    return String.join(" UNION ALL ", selects);
  }

  /** Names of files that are read here. */
  Set<String> carefulNames() {
    return careful.stream().map(file -> file.file().name()).collect(Collectors.toSet());
  }

  /** Whether some part can tell malformed records from others. */
  boolean tellsMalformed() {
    return !careful.isEmpty() || parts.stream().anyMatch(part -> part.malformed().isPresent());
  }

  private CarefulPart carefulPart(String stream) {
    return new CarefulPart(
        careful.stream().map(CarefulFile::file).toList(), contents, columns, stream);
  }

  private String nothing() {
    return expected.columns().stream()
        .map(column -> "CAST(NULL AS " + column.type() + ") AS " + Sql.identifier(column.name()))
        .collect(
            Collectors.joining(
                ", ",
                "SELECT ",
                ", CAST(NULL AS VARCHAR) AS _source_file"
                    + (numbers == Numbers.COUNTED ? ", CAST(NULL AS BIGINT) AS _source_row" : "")
                    + " WHERE false"));
  }

  /** Calls {@code work} with a relation of the careful rows on a session, and their counter. */
  <T> T withCareful(Session session, CarefulFile.Raw raw, Function<CarefulRelation, T> work) {
    CarefulStream stream = new CarefulStream(careful, raw);
    return RelationSource.standard()
        .withRelation(
            session,
            Output.rows(CarefulRow.class, stream.stream()),
            relation -> work.apply(new CarefulRelation(relation.select(), stream)));
  }

  /** Careful rows that can be read once. */
  record CarefulRelation(String select, CarefulStream stream) {}
}
