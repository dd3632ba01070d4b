package tarn.gateway.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tarn.assets.AssetKey;
import tarn.assets.FileFormat;
import tarn.assets.Output;
import tarn.assets.WriteMode;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.assets.io.IoManager;
import tarn.assets.io.Materialization;
import tarn.assets.io.WritePlan;
import tarn.assets.landing.LandingLoader;
import tarn.assets.landing.LandingResult;
import tarn.assets.landing.LandingSource;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.fhir.FhirQuery;
import tarn.gateway.http.Problem;
import tarn.gateway.omop.CommonDataModel;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.TableState;
import tarn.lake.Tables;
import tarn.station.Station;

/** Brings a delivery into its table, by the same way as the files of a source. */
final class Lander {
  /** The format of FHIR resources, sorted by their types. */
  static final String FHIR = "fhir";

  private static final String CODE_VERSION = "ingest";

  private final Lake lake;
  private final Station station;
  private final Set<IoManager> busy = ConcurrentHashMap.newKeySet();

  Lander(Lake lake, Station station) {
    this.lake = lake;
    this.station = station;
  }

  /** What a delivery to a table is landed as. */
  private record Destination(AssetKey key, WriteMode mode, List<LandingSource.Column> columns) {}

  /**
   * @throws TarnException {@code request.conflict} when the table is an asset's own
   */
  void requireOpen(TableName table) {
    if (table.schema().startsWith("_") || table.schema().isBlank() || table.table().isBlank()) {
      throw new TarnException(
          ErrorCode.REQUEST_CONFLICT,
          "The schema `" + table.schema() + "` takes no deliveries.",
          "Choose another one.");
    }
    asset(table).ifPresent(Lander::refuse);
  }

  private static void refuse(AssetDefinition asset) {
    throw new TarnException(
        ErrorCode.REQUEST_CONFLICT,
        "The table is made by the asset " + asset.key() + ", whose next run would not know of it.",
        "Put the file into the source's landing folder, or send it to another table.");
  }

  private Optional<AssetDefinition> asset(TableName table) {
    try (Session session = lake.session()) {
      return StationAssets.load(station, LakeTables.of(session)).stream()
          .filter(asset -> asset.key().table().folded().equals(table.folded()))
          .findFirst();
    }
  }

  private Destination destination(Session session, Delivery delivery) {
    TableName table = delivery.table();
    List<LandingSource.Column> columns =
        delivery.model().isPresent()
            ? CommonDataModel.fields(table.table()).stream()
                .map(CommonDataModel.Field::column)
                .toList()
            : Tables.find(session, table).map(Lander::columns).orElseGet(List::of);
    return new Destination(
        AssetKey.of(table.schema(), table.table()), new WriteMode.Append(), columns);
  }

  /** Those that a delivery brings; the others tell where a row came from. */
  private static List<LandingSource.Column> columns(TableState table) {
    return table.columns().stream()
        .filter(column -> !column.name().startsWith("_source_"))
        .map(column -> new LandingSource.Column(column.name(), column.type()))
        .toList();
  }

  /**
   * Looks at the beginning of a delivery, to refuse what cannot be landed while the sender listens.
   *
   * @throws TarnException {@code ingest.invalid} with each field that does not fit
   */
  void check(Path file, Delivery delivery) throws IOException {
    if (Files.size(file) == 0) {
      throw invalid("The body is empty.", List.of());
    }
    if (delivery.format().equals("json") || delivery.format().equals("ndjson")) {
      checkRecords(file, delivery);
    }
    List<LandingSource.Column> expected;
    try (Session session = lake.session()) {
      expected = destination(session, delivery).columns();
    }
    if (delivery.format().equals("csv") && !expected.isEmpty()) {
      List<Map<String, Object>> errors =
          CsvHeaderCheck.errors(
              file, Optional.ofNullable(delivery.options().get("delim")), expected);
      if (!errors.isEmpty()) {
        throw invalid("The header does not name the columns of " + delivery.table() + ".", errors);
      }
    }
  }

  private void checkRecords(Path file, Delivery delivery) throws IOException {
    Optional<DeclaredSchema> schema = DeclaredSchema.of(station.folder(), delivery.table());
    if (schema.isPresent()) {
      List<Map<String, Object>> errors = schema.get().errors(file);
      if (!errors.isEmpty()) {
        throw invalid("The records do not keep to the table's JSON Schema.", errors);
      }
    }
  }

  private static TarnException invalid(String what, List<Map<String, Object>> errors) {
    return new TarnException(
        ErrorCode.INGEST_INVALID,
        what,
        "Mend the delivery and send it again.",
        new Problem.InvalidFields(errors));
  }

  /** Lands a delivery; one that was landed before adds nothing. */
  Delivery land(Delivery delivery) {
    if (delivery.format().equals(FHIR)) {
      return landFhir(delivery);
    }
    Destination destination;
    try (Session session = lake.session()) {
      destination = destination(session, delivery);
    }
    IoManager manager = new IoManager(lake, new IoManager.RunIdentity(delivery.id(), "ingest"));
    busy.add(manager);
    try {
      LandingResult result =
          new LandingLoader(lake, manager, station.folder())
              .land(
                  destination.key(),
                  new LandingSource(
                      List.of(DeliveryFiles.NAME + "/" + delivery.file()),
                      FileFormat.valueOf(delivery.format().toUpperCase(Locale.ROOT)),
                      Map.copyOf(delivery.options()),
                      destination.columns(),
                      LandingSource.QuarantineThreshold.NONE),
                  plan(destination.mode()));
      return reported(outcome(delivery, result));
    } finally {
      busy.remove(manager);
    }
  }

  /** What is landed has not failed, even when nobody can tell what did not fit. */
  private Delivery reported(Delivery done) {
    try (Session session = lake.session()) {
      return done.reporting(Misfits.of(session, done, DeliveryFiles.NAME + "/" + done.file()));
    } catch (RuntimeException e) {
      System.getLogger("tarn.gateway")
          .log(System.Logger.Level.WARNING, "delivery " + done.id() + " has no report", e);
      return done;
    }
  }

  /** One table after the other: a resource takes the place of the one that bore its id before. */
  private Delivery landFhir(Delivery delivery) {
    IoManager manager = new IoManager(lake, new IoManager.RunIdentity(delivery.id(), "ingest"));
    busy.add(manager);
    try {
      long rows = 0;
      Optional<Long> snapshot = Optional.empty();
      for (Delivery.Part part : delivery.parts()) {
        Path file = station.folder().resolve(DeliveryFiles.NAME).resolve(part.file());
        Materialization landed =
            manager.handleOutput(
                AssetKey.of(part.table().schema(), part.table().table()),
                Output.relation(FhirQuery.of(part.type(), file, part.longest())),
                plan(new WriteMode.Merge(FhirQuery.KEYS, WriteMode.Unmatched.KEEP)));
        rows += part.rows();
        snapshot = Optional.of(snapshot(landed));
      }
      return delivery.done(rows, 0, snapshot);
    } finally {
      busy.remove(manager);
    }
  }

  private static long snapshot(Materialization materialization) {
    return switch (materialization) {
      case Materialization.Written written -> written.snapshot();
      case Materialization.Unchanged unchanged -> unchanged.snapshot();
    };
  }

  private static WritePlan plan(WriteMode mode) {
    return new WritePlan(
        mode,
        List.of(),
        Set.of(),
        List.of(),
        WritePlan.UnchangedPolicy.SKIP,
        CODE_VERSION,
        Map.of(),
        "",
        Map.of());
  }

  private Delivery outcome(Delivery delivery, LandingResult result) {
    if (!result.read().isEmpty()) {
      return delivery.done(
          result.landedRows(),
          result.malformedRows(),
          Optional.of(snapshot(result.materialization())));
    }
    // An earlier start of the service has landed it and was ended before it could say so.
    try (Session session = lake.session()) {
      return session
          .queryFirst(
              "SELECT row_count, malformed_count, snapshot_id FROM "
                  + Lake.NAME
                  + "._tarn.landing_files WHERE path = ?",
              row -> delivery.done(row.getLong(1), row.getLong(2), Optional.of(row.getLong(3))),
              DeliveryFiles.NAME + "/" + delivery.file())
          .orElseThrow(
              () ->
                  new TarnException(
                      ErrorCode.INTERNAL,
                      "The file of delivery " + delivery.id() + " is gone.",
                      "Send it again."));
    }
  }

  void cancel() {
    busy.forEach(IoManager::cancel);
  }
}
