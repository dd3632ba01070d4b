package tarn.storage.connect;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tarn.lake.DataAccess;
import tarn.lake.Sql;
import tarn.storage.AzureCredentials;
import tarn.storage.AzureSettings;
import tarn.storage.S3Settings;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.azure.AzureStores;
import tarn.storage.s3.S3Identity;

/**
 * Lets the engine's own extensions reach a store by the same settings as the {@link
 * tarn.storage.ObjectStore}s. A secret holds for the station's prefix alone, so that a query cannot
 * use it for another bucket.
 */
public final class EngineAccess {
  private static final String SECRET = "_tarn_data";

  private EngineAccess() {}

  public static DataAccess of(StoreLocation location, StoreSettings settings) {
    return switch (location) {
      case StoreLocation.Folder _ -> DataAccess.local();
      case StoreLocation.S3 s3 -> () -> s3(s3, settings);
      case StoreLocation.Azure azure -> () -> azure(azure, settings);
    };
  }

  private static DataAccess.Grant s3(StoreLocation.S3 location, StoreSettings settings) {
    Optional<S3Identity> identity = S3Identity.resolve(settings.s3());
    List<String> options = new ArrayList<>(List.of("TYPE s3"));
    List<String> secrets = new ArrayList<>();
    identity.ifPresent(
        each -> {
          options.add("KEY_ID " + Sql.literal(each.accessKeyId()));
          options.add(secret("SECRET ", each.secretAccessKey(), secrets));
          each.sessionToken()
              .ifPresent(token -> options.add(secret("SESSION_TOKEN ", token, secrets)));
          options.add("REGION " + Sql.literal(each.region()));
        });
    settings
        .s3()
        .endpoint()
        .ifPresent(
            endpoint -> {
              options.add("ENDPOINT " + Sql.literal(endpoint.getAuthority() + endpoint.getPath()));
              options.add("USE_SSL " + "https".equals(endpoint.getScheme()));
            });
    options.add("URL_STYLE " + (pathStyle(settings.s3()) ? "'path'" : "'vhost'"));
    options.add("SCOPE " + Sql.literal(location.text()));
    List<String> statements = network(settings);
    statements.add(create(options));
    return new DataAccess.Grant(
        List.of("httpfs"), statements, secrets, identity.flatMap(S3Identity::expires));
  }

  private static boolean pathStyle(S3Settings settings) {
    return switch (settings.urlStyle()) {
      case PATH -> true;
      case VIRTUAL_HOST -> false;
      case AUTOMATIC -> settings.endpoint().isPresent();
    };
  }

  private static DataAccess.Grant azure(StoreLocation.Azure location, StoreSettings settings) {
    List<String> options = new ArrayList<>(List.of("TYPE azure"));
    List<String> secrets = new ArrayList<>();
    AzureSettings azure = settings.azure();
    switch (azure.credentials()) {
      case AzureCredentials.ConnectionString(Secret text) ->
          options.add(secret("CONNECTION_STRING ", text, secrets));
      case AzureCredentials.AccountKey(String account, Secret key) -> {
        secrets.add(key.reveal());
        options.add(
            connection(
                location,
                azure,
                Optional.of(account),
                "AccountName=" + account + ";AccountKey=" + key.reveal(),
                secrets));
      }
      case AzureCredentials.SharedAccessSignature(Optional<String> account, Secret signature) -> {
        String query = signature.reveal().replaceFirst("^\\?", "");
        secrets.add(query);
        options.add(
            connection(location, azure, account, "SharedAccessSignature=" + query, secrets));
      }
      case AzureCredentials.DefaultChain(Optional<String> account) -> {
        options.add("PROVIDER credential_chain");
        options.add("CHAIN 'env;workload_identity;managed_identity;cli'");
        URI endpoint = URI.create(AzureStores.endpoint(location, azure, account));
        options.add("ACCOUNT_NAME " + Sql.literal(endpoint.getHost().split("\\.")[0]));
      }
    }
    options.add("SCOPE " + Sql.literal(location.text()));
    List<String> statements = network(settings);
    statements.add(create(options));
    return new DataAccess.Grant(List.of("httpfs", "azure"), statements, secrets, Optional.empty());
  }

  private static String connection(
      StoreLocation.Azure location,
      AzureSettings settings,
      Optional<String> account,
      String credentials,
      List<String> secrets) {
    String endpoint = AzureStores.endpoint(location, settings, account);
    return secret(
        "CONNECTION_STRING ",
        new Secret(
            "DefaultEndpointsProtocol="
                + URI.create(endpoint).getScheme()
                + ";"
                + credentials
                + ";BlobEndpoint="
                + endpoint
                + ";"),
        secrets);
  }

  private static String secret(String option, Secret text, List<String> secrets) {
    secrets.add(text.reveal());
    return option + Sql.literal(text.reveal());
  }

  private static String create(List<String> options) {
    return "CREATE OR REPLACE TEMPORARY SECRET %s (%s)"
        .formatted(SECRET, String.join(", ", options));
  }

  /** Certificates are verified, which the engine does not do by itself in every case. */
  private static List<String> network(StoreSettings settings) {
    List<String> statements =
        new ArrayList<>(
            List.of(
                "SET GLOBAL enable_server_cert_verification = true",
                "SET GLOBAL enable_curl_server_cert_verification = true",
                "SET GLOBAL http_retries = 8",
                "SET GLOBAL http_retry_backoff = 2"));
    settings
        .network()
        .certificates()
        .ifPresent(
            file -> statements.add("SET GLOBAL ca_cert_file = " + Sql.literal(file.toString())));
    return statements;
  }
}
