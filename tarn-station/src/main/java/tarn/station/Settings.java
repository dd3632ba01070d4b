package tarn.station;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tarn.lake.CatalogLocation;
import tarn.station.Setting.Fallback;
import tarn.storage.S3Settings;

/** Every setting that a station has. */
final class Settings {
  /** A share that leaves room for this process's own heap and for what else the machine does. */
  private static final int MEMORY_PERCENT = 50;

  private static final int MOST_AT_ONCE = 4;

  static final Setting<String> NAME =
      new Setting<>(
          "name",
          SettingTypes.name(),
          new Fallback(
              "the folder's name",
              surroundings ->
                  Optional.ofNullable(surroundings.folder().getFileName())
                      .map(Path::toString)
                      .orElse("station")),
          "What people call this station.",
          "'ward-7'");

  static final Setting<CatalogLocation> CATALOG =
      new Setting<>(
          "catalog",
          SettingTypes.catalog(),
          Fallback.of("lake/catalog.ducklake"),
          "Where the lake's catalog is kept: a file, which one process at a time may use while it"
              + " is written, or a database of a PostgreSQL server (15 or newer), which many may"
              + " write. The server's password comes from `PGPASSWORD` or the password file.",
          "'lake/catalog.ducklake'");

  static final Setting<String> DATA_PATH =
      new Setting<>(
          "data_path",
          SettingTypes.dataPath(),
          Fallback.of("lake/data/"),
          "Where the lake's data files lie. A lake remembers where its data are: to move them takes"
              + " more than a change here.",
          "'/srv/tarn/data/'");

  static final Setting<Optional<URI>> STORAGE_ENDPOINT =
      new Setting<>(
          "storage.endpoint",
          SettingTypes.optionalUrl(),
          new Fallback("AWS, or the account's own", _ -> ""),
          "Where the store of `data_path` answers, when it is neither AWS nor Azure itself.",
          "'https://minio.hospital.example:9000'");

  static final Setting<Optional<String>> STORAGE_REGION =
      new Setting<>(
          "storage.region",
          SettingTypes.optionalName(),
          new Fallback("what the environment and the profile say", _ -> ""),
          "The region of an S3 bucket. A store with an endpoint of its own needs none.",
          "'eu-central-1'");

  static final Setting<S3Settings.UrlStyle> STORAGE_URL_STYLE =
      new Setting<>(
          "storage.url_style",
          SettingTypes.urlStyle(),
          Fallback.of("auto"),
          "Where the bucket's name stands: in the `path`, in the name of the `host`, or, with"
              + " `auto`, in the path when there is an endpoint and else as AWS wants it.",
          "'path'");

  static final Setting<Optional<String>> STORAGE_PROFILE =
      new Setting<>(
          "storage.profile",
          SettingTypes.optionalName(),
          new Fallback("`AWS_PROFILE`, or the default profile", _ -> ""),
          "The profile of AWS's own files whose credentials are used.",
          "'hospital'");

  static final Setting<Optional<Path>> STORAGE_CERTIFICATES =
      new Setting<>(
          "storage.ca_file",
          SettingTypes.optionalFile(),
          new Fallback("the authorities that the system trusts", _ -> ""),
          "A file of PEM certificates, for a store whose certificate another authority signed.",
          "'/etc/ssl/hospital.pem'");

  static final Setting<String> MEMORY_LIMIT =
      new Setting<>(
          "engine.memory_limit",
          SettingTypes.memorySize(),
          new Fallback(
              "half of the memory that the machine or its container has",
              surroundings ->
                  SettingTypes.shareOf(surroundings.machine().memory(), MEMORY_PERCENT)),
          "How much memory the engine may use for all queries together. What does not fit is written"
              + " to the temp folder.",
          "'8GB'");

  static final Setting<Integer> THREADS =
      new Setting<>(
          "engine.threads",
          SettingTypes.count(),
          new Fallback(
              "as many as there are processors",
              surroundings -> Integer.toString(surroundings.machine().processors())),
          "How many threads the engine may use.",
          "4");

  static final Setting<Path> TEMPORARY_FOLDER =
      new Setting<>(
          "engine.temp_folder",
          SettingTypes.folder(),
          Fallback.of(".tarn/tmp"),
          "Where the engine puts what does not fit into memory. A fast disk with much room is best.",
          "'/var/tmp/tarn'");

  static final Setting<Optional<String>> MAXIMUM_TEMPORARY_SIZE =
      new Setting<>(
          "engine.max_temp_size",
          SettingTypes.optionalSize(),
          new Fallback("nine tenths of that disk's free space", _ -> ""),
          "How much may be put into the temp folder.",
          "'100GB'");

  static final Setting<Integer> PARALLELISM =
      new Setting<>(
          "materialize.parallelism",
          SettingTypes.count(),
          new Fallback(
              "as many as there are processors, at most " + MOST_AT_ONCE,
              surroundings ->
                  Integer.toString(Math.min(MOST_AT_ONCE, surroundings.machine().processors()))),
          "How many assets may be materialized at the same time. They share the engine's memory and"
              + " threads.",
          "2");

  static final Setting<String> ADDRESS =
      new Setting<>(
          "serve.address",
          SettingTypes.name(),
          Fallback.of("127.0.0.1"),
          "The address that `tarn serve` listens on. Beyond this machine it listens only"
              + " with TLS and with a key.",
          "'0.0.0.0'");

  static final Setting<Integer> PORT =
      new Setting<>(
          "serve.port",
          SettingTypes.port(),
          Fallback.of("8270"),
          "The port that `tarn serve` listens on; 0 takes a free one.",
          "8443");

  static final Setting<Optional<Path>> CERTIFICATE =
      new Setting<>(
          "serve.tls_certificate",
          SettingTypes.optionalFile(),
          new Fallback("none", _ -> ""),
          "The certificate of the service, with its chain, as PEM. With it the service"
              + " speaks TLS.",
          "'/etc/tarn/station.pem'");

  static final Setting<Optional<Path>> PRIVATE_KEY =
      new Setting<>(
          "serve.tls_key",
          SettingTypes.optionalFile(),
          new Fallback("none", _ -> ""),
          "The private key of that certificate, as PEM (PKCS #8).",
          "'/etc/tarn/station-key.pem'");

  static final Setting<String> EXPOSURE =
      new Setting<>(
          "serve.exposure",
          SettingTypes.word("guarded", "open"),
          Fallback.of("guarded"),
          "`open` lets the service listen beyond this machine without TLS or without a"
              + " key, for a network that is protected otherwise.",
          "'open'");

  static final Setting<Long> MAXIMUM_UPLOAD =
      new Setting<>(
          "serve.max_upload",
          SettingTypes.bytes(),
          Fallback.of("10GB"),
          "How large one delivery may be, as it is sent and when it is unpacked.",
          "'50GB'");

  static final Setting<Integer> REQUESTS =
      new Setting<>(
          "serve.requests_per_minute",
          SettingTypes.count(),
          Fallback.of("600"),
          "How many requests a key may send in a minute.",
          "6000");

  static final Setting<String> QUERY_MEMORY =
      new Setting<>(
          "serve.query_memory",
          SettingTypes.memorySize(),
          Fallback.of("1GB"),
          "How much memory the queries of one key may use together.",
          "'4GB'");

  static final Setting<Integer> QUERY_SECONDS =
      new Setting<>(
          "serve.query_seconds",
          SettingTypes.count(),
          Fallback.of("300"),
          "How long one query of the service may run.",
          "60");

  static final Setting<Integer> QUERY_ROWS =
      new Setting<>(
          "serve.query_rows",
          SettingTypes.count(),
          Fallback.of("100000000"),
          "How many rows one query of the service may return.",
          "1000000");

  static final Setting<Long> QUERY_BYTES =
      new Setting<>(
          "serve.query_bytes",
          SettingTypes.bytes(),
          Fallback.of("10GB"),
          "How large the result of one query of the service may be, as it is sent.",
          "'1GB'");

  static final Setting<String> OIDC_ISSUER =
      new Setting<>(
          "serve.oidc_issuer",
          SettingTypes.optionalText(),
          new Fallback("none", _ -> ""),
          "The issuer of OpenID Connect tokens that are accepted besides keys.",
          "'https://login.example.org'");

  static final Setting<String> OIDC_AUDIENCE =
      new Setting<>(
          "serve.oidc_audience",
          SettingTypes.optionalText(),
          new Fallback("none", _ -> ""),
          "The audience that such a token must be for.",
          "'tarn'");

  static final Setting<String> OIDC_KEYS =
      new Setting<>(
          "serve.oidc_keys",
          SettingTypes.optionalText(),
          new Fallback("none", _ -> ""),
          "Where the issuer's public keys are: a URL, or a file with a JSON Web Key Set.",
          "'https://login.example.org/jwks'");

  static final Setting<String> OIDC_CLAIM =
      new Setting<>(
          "serve.oidc_role_claim",
          SettingTypes.name(),
          Fallback.of("roles"),
          "The claim of a token that names its roles: those of Tarn, or of `access.toml`.",
          "'groups'");

  static final Setting<String> OPENLINEAGE =
      new Setting<>(
          "serve.openlineage",
          SettingTypes.optionalText(),
          new Fallback("none", _ -> ""),
          "Where the service sends an OpenLineage event for each materialization: a URL, or a"
              + " file below the station's folder.",
          "'https://marquez.example.org/api/v1/lineage'");

  static final Setting<Optional<Duration>> INTEGRITY_EVERY =
      new Setting<>(
          "integrity.every",
          SettingTypes.spanOrNever(),
          Fallback.of("1d"),
          "How often `tarn serve` checks the lake, and that it does so when it starts; `never` turns"
              + " both off.",
          "'6h'");

  static final Setting<Duration> INTEGRITY_WITHIN =
      new Setting<>(
          "integrity.within",
          SettingTypes.span(),
          Fallback.of("30d"),
          "Within this time every file's bytes are read and compared once by the checks of the"
              + " service.",
          "'7d'");

  static final Setting<Long> INTEGRITY_RATE =
      new Setting<>(
          "integrity.rate",
          SettingTypes.bytes(),
          Fallback.of("50MB"),
          "How many bytes a second these checks read at most.",
          "'200MB'");

  static final Setting<Optional<String>> INTEGRITY_REPLICA =
      new Setting<>(
          "integrity.replica",
          SettingTypes.optionalPlace(),
          new Fallback("none", _ -> ""),
          "A folder or a store's URL with copies of the data path's files under the same names;"
              + " `tarn repair` takes lost bytes from there.",
          "'s3://hospital-copy/ward-7/data/'");

  /** In the order of the file. */
  static final List<Setting<?>> ALL =
      List.of(
          NAME,
          CATALOG,
          DATA_PATH,
          STORAGE_ENDPOINT,
          STORAGE_REGION,
          STORAGE_URL_STYLE,
          STORAGE_PROFILE,
          STORAGE_CERTIFICATES,
          MEMORY_LIMIT,
          THREADS,
          TEMPORARY_FOLDER,
          MAXIMUM_TEMPORARY_SIZE,
          PARALLELISM,
          ADDRESS,
          PORT,
          CERTIFICATE,
          PRIVATE_KEY,
          EXPOSURE,
          MAXIMUM_UPLOAD,
          REQUESTS,
          QUERY_MEMORY,
          QUERY_SECONDS,
          QUERY_ROWS,
          QUERY_BYTES,
          OIDC_ISSUER,
          OIDC_AUDIENCE,
          OIDC_KEYS,
          OIDC_CLAIM,
          OPENLINEAGE,
          INTEGRITY_EVERY,
          INTEGRITY_WITHIN,
          INTEGRITY_RATE,
          INTEGRITY_REPLICA);

  private Settings() {}
}
