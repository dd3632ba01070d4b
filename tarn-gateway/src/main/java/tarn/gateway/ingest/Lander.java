package tarn.gateway.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tarn.assets.AssetKey;
import tarn.assets.FileFormat;
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
import tarn.gateway.http.Problem;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.TableState;
import tarn.lake.Tables;
import tarn.station.Station;

/** Brings a delivery into its table, by the same way as the files of a source. */
final class Lander {
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

  private Destination destination(Session session, TableName table) {
    List<LandingSource.Column> columns =
        Tables.find(session, table).map(Lander::columns).orElseGet(List::of);
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
    List<String> expected;
    try (Session session = lake.session()) {
      expected =
          destination(session, delivery.table()).columns().stream()
              .map(LandingSource.Column::name)
              .toList();
    }
    if (delivery.format().equals("csv") && !expected.isEmpty()) {
      checkHeader(file, delivery, expected);
    }
  }

  private static void checkHeader(Path file, Delivery delivery, List<String> expected)
      throws IOException {
    String line;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      line = Optional.ofNullable(reader.readLine()).orElse("");
    } catch (MalformedInputException e) {
      return; // Another encoding: the landing finds out which.
    }
    String delimiter = delivery.options().getOrDefault("delim", ",");
    Set<String> names =
        Stream.of(line.replaceFirst("^\uFEFF", "").split(java.util.regex.Pattern.quote(delimiter)))
            .map(name -> name.strip().replaceAll("^\"|\"$", "").toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    List<Map<String, Object>> errors = new ArrayList<>();
    for (String name : expected) {
      if (!names.contains(name.toLowerCase(Locale.ROOT))) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("field", name);
        error.put("error", "the header does not name it");
        errors.add(error);
      }
    }
    if (!errors.isEmpty()) {
      throw invalid("The header does not name each column of " + delivery.table() + ".", errors);
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
    Destination destination;
    try (Session session = lake.session()) {
      destination = destination(session, delivery.table());
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
                  plan(destination));
      return outcome(delivery, result);
    } finally {
      busy.remove(manager);
    }
  }

  private static WritePlan plan(Destination destination) {
    return new WritePlan(
        destination.mode(),
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
      Optional<Long> snapshot =
          switch (result.materialization()) {
            case Materialization.Written written -> Optional.of(written.snapshot());
            case Materialization.Unchanged unchanged -> Optional.of(unchanged.snapshot());
          };
      return delivery.done(result.landedRows(), result.malformedRows(), snapshot);
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
