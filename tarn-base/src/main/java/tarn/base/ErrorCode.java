package tarn.base;

/**
 * Every error a person or a script can meet. The code is stable: scripts match on it, and {@code
 * docs/reference/errors.md} explains each one (a test compares the two).
 */
public enum ErrorCode {
  USAGE("usage", Fault.USER),
  QUERY_INVALID("query.invalid", Fault.USER),
  QUERY_NOT_READ_ONLY("query.not-read-only", Fault.USER),
  SELECTION_INVALID("selection.invalid", Fault.USER),
  SELECTION_EMPTY("selection.empty", Fault.USER),
  SNAPSHOT_UNKNOWN("snapshot.unknown", Fault.USER),
  REQUEST_INVALID("request.invalid", Fault.USER),
  REQUEST_NOT_FOUND("request.not-found", Fault.USER),
  REQUEST_METHOD("request.method-not-allowed", Fault.USER),
  REQUEST_TOO_LARGE("request.too-large", Fault.USER),
  REQUEST_MEDIA_TYPE("request.media-type", Fault.USER),
  REQUEST_NOT_ACCEPTABLE("request.not-acceptable", Fault.USER),
  REQUEST_CONFLICT("request.conflict", Fault.USER),
  REQUEST_RATE("request.rate-limited", Fault.USER),
  INGEST_INVALID("ingest.invalid", Fault.USER),
  QUERY_LIMIT("query.limit-exceeded", Fault.USER),
  ACCESS_UNAUTHENTICATED("access.unauthenticated", Fault.USER),
  ACCESS_DENIED("access.denied", Fault.USER),
  KEY_UNKNOWN("key.unknown", Fault.USER),
  FILE_UNKNOWN("file.unknown", Fault.USER),
  FILE_UNREADABLE("file.unreadable", Fault.USER),
  FILE_REFUSED("file.refused", Fault.USER),
  FLEET_PROMETHEUS("fleet.prometheus-failed", Fault.USER),
  FLEET_EMPTY("fleet.no-station", Fault.USER),
  MODEL_UNKNOWN("model.unknown", Fault.USER),

  STATION_NOT_FOUND("station.not-found", Fault.STATION),
  STATION_EXISTS("station.exists", Fault.STATION),
  SETTINGS_UNREADABLE("settings.unreadable", Fault.STATION),
  SETTING_UNKNOWN("setting.unknown", Fault.STATION),
  SETTING_INVALID("setting.invalid", Fault.STATION),
  SETTING_SECRET("setting.secret-in-file", Fault.STATION),
  ASSET_HEADER_INVALID("asset.header-invalid", Fault.STATION),
  ASSET_QUERY_INVALID("asset.query-invalid", Fault.STATION),
  ASSET_KEY_INVALID("asset.key-invalid", Fault.STATION),
  ASSET_DUPLICATE("asset.duplicate", Fault.STATION),
  ASSET_DEPENDENCY_UNKNOWN("asset.dependency-unknown", Fault.STATION),
  ASSET_CYCLE("asset.cycle", Fault.STATION),
  ASSET_PLUGIN_INVALID("asset.plugin-invalid", Fault.STATION),
  ASSET_FAILED("asset.failed", Fault.STATION),
  ASSET_INPUT_DAMAGED("asset.input-damaged", Fault.STATION),
  SCHEMA_CHANGE_REFUSED("asset.schema-change-refused", Fault.STATION),
  CHECK_FAILED("asset.check-failed", Fault.STATION),
  QUARANTINE_THRESHOLD("asset.quarantine-threshold", Fault.STATION),
  LANDING_INVALID("landing.invalid", Fault.STATION),
  AUDIT_BROKEN("audit.broken", Fault.STATION),
  ACCESS_FILE_INVALID("access.invalid", Fault.STATION),
  SERVE_REFUSED("serve.refused", Fault.STATION),
  SERVE_ADDRESS("serve.address-unavailable", Fault.STATION),

  STORAGE_FULL("storage.full", Fault.STORAGE),
  STORAGE_DENIED("storage.denied", Fault.STORAGE),
  STORAGE_FAILED("storage.failed", Fault.STORAGE),
  STORAGE_NOT_FOUND("storage.not-found", Fault.STORAGE),
  STORAGE_CHANGED("storage.changed", Fault.STORAGE),
  STORAGE_UNREACHABLE("storage.unreachable", Fault.STORAGE),
  STORAGE_CREDENTIALS("storage.credentials-refused", Fault.STORAGE),
  STORAGE_KEY_INVALID("storage.key-invalid", Fault.USER),
  FILE_DAMAGED("file.damaged", Fault.STORAGE),
  DATA_FILE_UNREADABLE("storage.data-file-unreadable", Fault.STORAGE),

  CATALOG_NOT_FOUND("catalog.not-found", Fault.CATALOG),
  CATALOG_LOCKED("catalog.locked", Fault.CATALOG),
  CATALOG_UNREACHABLE("catalog.unreachable", Fault.CATALOG),
  CATALOG_INVALID("catalog.invalid", Fault.CATALOG),
  CATALOG_CONFLICT("catalog.conflict", Fault.CATALOG),
  LAKE_DAMAGED("catalog.lake-damaged", Fault.CATALOG),
  COMMIT_UNKNOWN("catalog.commit-unknown", Fault.CATALOG),

  ENGINE_FAILED("engine.failed", Fault.ENGINE),
  ENGINE_OUT_OF_MEMORY("engine.out-of-memory", Fault.ENGINE),
  ENGINE_LIBRARY_MISSING("engine.library-missing", Fault.ENGINE),
  EXTENSION_MISSING("extension.missing", Fault.ENGINE),
  EXTENSION_REFUSED("extension.refused", Fault.ENGINE),
  GENERATOR_UNAVAILABLE("demo.generator-unavailable", Fault.ENGINE),
  GENERATOR_FAILED("demo.generator-failed", Fault.ENGINE),

  DAGSTER_UNREACHABLE("dagster.unreachable", Fault.ENGINE),
  DAGSTER_REFUSED("dagster.refused", Fault.STATION),
  DAGSTER_LOCATION_BROKEN("dagster.location-broken", Fault.STATION),
  REPORT_UNREADABLE("report.unreadable", Fault.USER),

  INTERNAL("internal", Fault.ENGINE),
  INTERRUPTED("interrupted", Fault.USER);

  private final String code;
  private final Fault fault;

  ErrorCode(String code, Fault fault) {
    this.code = code;
    this.fault = fault;
  }

  /** The stable name, such as {@code catalog.locked}. */
  public String code() {
    return code;
  }

  public Fault fault() {
    return fault;
  }
}
