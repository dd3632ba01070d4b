package tarn.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.BlobStore;
import tarn.files.FileContents;
import tarn.files.FileLocations;
import tarn.files.FileService;
import tarn.files.Formats;
import tarn.files.Progress;
import tarn.gateway.access.Authenticator;
import tarn.gateway.access.KeyStore;
import tarn.gateway.access.Permission;
import tarn.gateway.access.Tokens;
import tarn.gateway.audit.AuditTrail;
import tarn.gateway.dicomweb.DicomWebRoutes;
import tarn.gateway.health.Health;
import tarn.gateway.health.Probe;
import tarn.gateway.http.Dispatcher;
import tarn.gateway.http.Pages;
import tarn.gateway.http.Route;
import tarn.gateway.http.Server;
import tarn.gateway.http.Uploads;
import tarn.gateway.ingest.Deliveries;
import tarn.gateway.ingest.Delivery;
import tarn.gateway.integrity.Checks;
import tarn.gateway.lineage.OpenLineageExport;
import tarn.gateway.metrics.Metrics;
import tarn.gateway.metrics.Refresh;
import tarn.gateway.route.AssetRoutes;
import tarn.gateway.route.CatalogRoutes;
import tarn.gateway.route.DataRoutes;
import tarn.gateway.route.FileRoutes;
import tarn.gateway.route.HealthRoutes;
import tarn.gateway.route.IngestRoutes;
import tarn.gateway.route.IntegrityRoutes;
import tarn.gateway.route.LineageRoutes;
import tarn.gateway.route.MetricsRoutes;
import tarn.gateway.route.MlflowRoutes;
import tarn.gateway.route.QueryRoutes;
import tarn.gateway.route.RunRoutes;
import tarn.gateway.run.Runs;
import tarn.gateway.sandbox.Sandboxes;
import tarn.gateway.trace.Tracing;
import tarn.lake.CommitListener;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Snapshots;
import tarn.lake.extension.ExtensionStore;
import tarn.station.ServeSettings;
import tarn.station.ServeSettings.QueryLimits;
import tarn.station.Station;
import tarn.station.StationSettings;
import tarn.storage.ObjectStore;
import tarn.storage.StoreListener;
import tarn.storage.StoreListeners;
import tarn.storage.StoreLocation;
import tarn.storage.connect.Stores;

/** A running service of a station. Closing it lets requests that are under way end. */
public final class Gateway implements AutoCloseable {
  private static final String PROBED = "_tarn-health";

  /** The variable that OpenLineage's own clients read too. */
  private static final String LINEAGE_KEY = "OPENLINEAGE_API_KEY";

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final Station station;
  private volatile boolean ready;
  private int port;
  private List<Route> routes = List.of();
  private Set<String> metricNames = Set.of();
  private Optional<Authenticator> door = Optional.empty();

  private Gateway(Station station) {
    this.station = station;
  }

  /**
   * Starts the service.
   *
   * @param lake the station's own, open for writing; it stays the caller's
   * @throws TarnException {@code serve.refused} when it would be open to others unguarded, {@code
   *     serve.address-unavailable}, {@code setting.invalid}, {@code access.invalid}
   */
  public static Gateway start(Station station, Lake lake, ExtensionStore extensions) {
    return start(station, lake, extensions, Tracing.none());
  }

  /** The same, followed by a tracing, which stays the caller's. */
  public static Gateway start(
      Station station, Lake lake, ExtensionStore extensions, Tracing tracing) {
    // What the library says of its own start is nothing that a person asked for.
    Logger.getLogger("io.helidon").setLevel(Level.WARNING);
    Gateway gateway = new Gateway(station);
    try {
      gateway.open(lake, extensions, tracing);
      return gateway;
    } catch (IOException e) {
      gateway.close();
      throw new TarnException(
          ErrorCode.STORAGE_DENIED,
          "The service cannot keep its records: " + e.getMessage(),
          "Check the rights of the station's folder.",
          e);
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
  }

  private static List<Route> routes(Services services) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new HealthRoutes(services.health(), services.ready()).routes());
    routes.addAll(Pages.routes());
    QueryLimits limits = services.station().settings().serve().query();
    routes.addAll(
        new QueryRoutes(services.sandboxes(), limits, services.port(), services.tracing())
            .routes());
    routes.addAll(new DataRoutes(services.sandboxes(), limits).routes());
    routes.addAll(new CatalogRoutes(services.lake(), services.sandboxes(), limits).routes());
    routes.addAll(new AssetRoutes(services.lake(), services.station(), services.runs()).routes());
    routes.addAll(new RunRoutes(services.runs()).routes());
    boolean here = Doorkeeper.isLoopback(services.station().settings().serve().address());
    routes.addAll(
        new MetricsRoutes(
                services.metrics(), here ? Optional.empty() : Optional.of(Permission.READ))
            .routes());
    routes.addAll(new IngestRoutes(services.deliveries()).routes());
    routes.addAll(new LineageRoutes(services.lake(), services.runs()).routes());
    routes.addAll(new IntegrityRoutes(services.checks()).routes());
    routes.addAll(fileRoutes(services, limits));
    return routes;
  }

  private static List<Route> fileRoutes(Services services, QueryLimits limits) {
    FileContents contents = new FileContents(services.blobs());
    FileService files =
        new FileService(
            services.lake(),
            services.blobs(),
            services.station().settings().store(),
            Formats.all(),
            Progress.NONE);
    List<Route> routes = new ArrayList<>();
    FileRoutes fileRoutes =
        new FileRoutes(services.sandboxes(), contents, services.lake(), files, services.uploads());
    routes.addAll(fileRoutes.routes());
    routes.addAll(
        new MlflowRoutes(fileRoutes, services.sandboxes(), services.lake(), files).routes());
    routes.addAll(
        new DicomWebRoutes(
                services.sandboxes(), limits, contents, services.lake(), files, services.uploads())
            .routes());
    return routes;
  }

  /** What the routes work with. */
  private record Services(
      Station station,
      Health health,
      BooleanSupplier ready,
      IntSupplier port,
      Lake lake,
      Sandboxes sandboxes,
      Runs runs,
      Deliveries deliveries,
      BlobStore blobs,
      Uploads uploads,
      Metrics metrics,
      Checks checks,
      Tracing tracing) {}

  private void open(Lake lake, ExtensionStore extensions, Tracing tracing) throws IOException {
    ServeSettings settings = station.settings().serve();
    KeyStore keys = new KeyStore(station.folder());
    Optional<Tokens> tokens =
        settings.tokens().accepted()
            ? Optional.of(Tokens.of(settings.tokens(), station.folder()))
            : Optional.empty();
    Authenticator authenticator = new Authenticator(station.folder(), keys, tokens);
    refuseUnguarded(settings, authenticator);
    door = Optional.of(authenticator);
    AuditTrail trail = part(AuditTrail.open(auditFolder(station)));
    Health health = part(Health.watch(probes(lake)));
    AtomicReference<@Nullable Deliveries> accepted = new AtomicReference<>();
    Metrics metrics = new Metrics(version(), health::components, () -> backlog(accepted.get()));
    metricNames = metrics.names();
    part(listening(lake, metrics.commits(), metrics.storage()));
    part(listening(lake, tracing, tracing));
    Watch watch = new Watch(trail, metrics);
    Sandboxes sandboxes =
        part(
            new Sandboxes(
                lake,
                settings.query(),
                extensions,
                station.work().resolve("sandbox"),
                auditFolder(station)));
    Runs runs = part(new Runs(lake, station, watch::ended, tracing));
    Deliveries deliveries =
        part(Deliveries.open(lake, station, settings.maximumUpload(), watch::ended));
    accepted.set(deliveries);
    settings
        .openLineage()
        .ifPresent(
            place ->
                part(
                    OpenLineageExport.start(
                        lake,
                        station.settings().name(),
                        station.folder(),
                        runs::graph,
                        place,
                        Optional.ofNullable(System.getenv(LINEAGE_KEY)))));
    part(Refresh.start(lake, station.folder(), runs::graph, metrics));
    BlobStore blobs = part(blobs(station));
    Services services =
        new Services(
            station,
            health,
            () -> ready,
            () -> port,
            lake,
            sandboxes,
            runs,
            deliveries,
            blobs,
            Uploads.in(station.work().resolve("uploads"), settings.maximumUpload()),
            metrics,
            part(Checks.open(lake, station)),
            tracing);
    routes = routes(services);
    Dispatcher dispatcher =
        new Dispatcher(
            routes,
            new Doorkeeper(authenticator, settings.requestsPerMinute(), settings.address()),
            watch,
            tracing);
    Server server = part(Server.start(address(settings), dispatcher));
    port = server.port();
    ready = true;
  }

  private static AutoCloseable listening(Lake lake, CommitListener commits, StoreListener stores) {
    lake.listen(commits);
    StoreListeners.add(stores);
    return () -> {
      lake.forget(commits);
      StoreListeners.remove(stores);
    };
  }

  private static BlobStore blobs(Station station) throws IOException {
    StoreLocation location = FileLocations.beside(station.settings().dataPath());
    if (location instanceof StoreLocation.Folder(Path folder)) {
      Files.createDirectories(folder);
    }
    return new BlobStore(Stores.open(location, station.settings().store()));
  }

  private static List<Instant> backlog(@Nullable Deliveries deliveries) {
    return deliveries == null
        ? List.of()
        : deliveries.waiting().stream().map(Delivery::received).toList();
  }

  private static String version() {
    return Objects.requireNonNullElse(
        Gateway.class.getPackage().getImplementationVersion(), "unpackaged");
  }

  private <T extends AutoCloseable> T part(T opened) {
    parts.add(opened);
    return opened;
  }

  /** Where a station's audit trail is kept. */
  public static Path auditFolder(Station station) {
    return station.folder().resolve("audit");
  }

  private static Server.Address address(ServeSettings settings) {
    Optional<Server.Identity> identity =
        settings
            .certificate()
            .flatMap(
                certificate ->
                    settings.privateKey().map(key -> new Server.Identity(certificate, key)));
    return new Server.Address(settings.address(), settings.port(), identity);
  }

  private static void refuseUnguarded(ServeSettings settings, Authenticator authenticator) {
    if (settings.certificate().isPresent() != settings.privateKey().isPresent()) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "Of `serve.tls_certificate` and `serve.tls_key` only one is set.",
          "Set both, or neither.");
    }
    boolean open =
        switch (settings.exposure()) {
          case OPEN -> true;
          case GUARDED -> false;
        };
    if (open || Doorkeeper.isLoopback(settings.address())) {
      return;
    }
    List<String> missing = new ArrayList<>();
    if (authenticator.isUnguarded()) {
      missing.add("no key has been made");
    }
    if (settings.certificate().isEmpty()) {
      missing.add("no certificate is set");
    }
    if (!missing.isEmpty()) {
      throw new TarnException(
          ErrorCode.SERVE_REFUSED,
          "The service is to listen on %s, which other machines can reach, but %s."
              .formatted(settings.address(), String.join(" and ", missing)),
          "Make a key with `tarn keys create` and set `serve.tls_certificate` and `serve.tls_key`;"
              + " or listen on 127.0.0.1; or set `serve.exposure = \"open\"` where the network is"
              + " protected otherwise.");
    }
  }

  private Map<String, Probe> probes(Lake lake) {
    Map<String, Probe> probes = new LinkedHashMap<>();
    probes.put(
        "catalog",
        () -> {
          try (Session session = lake.session()) {
            Snapshots.current(session);
          }
        });
    StationSettings settings = station.settings();
    ObjectStore store = part(Stores.open(settings.location(), settings.store()));
    probes.put("storage", () -> reachable(store, settings.dataPath()));
    probes.put(
        "engine",
        () -> {
          try (Session session = lake.session()) {
            session.queryFirst("SELECT 1", row -> row.getInt(1));
          }
        });
    return probes;
  }

  private static void reachable(ObjectStore store, String dataPath) {
    if (!dataPath.contains("://") && !Files.isWritable(Path.of(dataPath))) {
      throw new TarnException(
          ErrorCode.STORAGE_DENIED, dataPath + " cannot be written.", "Check its rights.");
    }
    // That there is no such object is an answer too.
    store.head(PROBED);
  }

  public int port() {
    return port;
  }

  /** Each operation as the contract names it: {@code GET /health}. */
  SortedSet<String> operations() {
    return new TreeSet<>(
        routes.stream().map(route -> route.method() + " " + route.path()).toList());
  }

  /** The program's own metrics. */
  Set<String> metricNames() {
    return metricNames;
  }

  /** Whether nobody has been given a key yet. */
  public boolean isUnguarded() {
    return door.filter(Authenticator::isUnguarded).isPresent();
  }

  /** Where it can be reached. */
  public String url() {
    ServeSettings settings = station.settings().serve();
    String scheme = settings.certificate().isPresent() ? "https" : "http";
    String host = settings.address();
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public void close() {
    ready = false;
    for (AutoCloseable part : parts.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        System.getLogger("tarn.gateway").log(System.Logger.Level.WARNING, "not closed", e);
      }
    }
    parts.clear();
  }
}
