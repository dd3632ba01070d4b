package tarn.storage;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Credentials as the environment of a process gives them, under the names that the clouds' own
 * tools use.
 */
public final class EnvironmentCredentials {
  private final Map<String, String> environment;

  private EnvironmentCredentials(Map<String, String> environment) {
    this.environment = environment;
  }

  public static EnvironmentCredentials of(Map<String, String> environment) {
    return new EnvironmentCredentials(environment);
  }

  /**
   * @param profile of AWS's own files, which then goes before the keys of the environment
   * @param certificates trusted beside the system's own
   */
  public StoreSettings settings(
      Optional<URI> endpoint,
      Optional<String> region,
      S3Settings.UrlStyle urlStyle,
      Optional<String> profile,
      Optional<Path> certificates) {
    return new StoreSettings(
        new S3Settings(
            endpoint,
            region.or(() -> value("AWS_REGION")).or(() -> value("AWS_DEFAULT_REGION")),
            urlStyle,
            S3Settings.Checksums.CRC32,
            s3(profile)),
        new AzureSettings(endpoint, azure()),
        new NetworkSettings(certificates, new ProxySettings.FromEnvironment(), Patience.DEFAULT));
  }

  private S3Credentials s3(Optional<String> profile) {
    Optional<String> key = value("AWS_ACCESS_KEY_ID");
    Optional<Secret> secret = secret("AWS_SECRET_ACCESS_KEY");
    return profile.isEmpty() && key.isPresent() && secret.isPresent()
        ? new S3Credentials.Keys(key.get(), secret.get(), secret("AWS_SESSION_TOKEN"))
        : new S3Credentials.DefaultChain(profile);
  }

  private AzureCredentials azure() {
    Optional<String> account = value("AZURE_STORAGE_ACCOUNT");
    Optional<Secret> text = secret("AZURE_STORAGE_CONNECTION_STRING");
    if (text.isPresent()) {
      return new AzureCredentials.ConnectionString(text.get());
    }
    Optional<Secret> key = secret("AZURE_STORAGE_KEY");
    if (account.isPresent() && key.isPresent()) {
      return new AzureCredentials.AccountKey(account.get(), key.get());
    }
    return secret("AZURE_STORAGE_SAS_TOKEN")
        .<AzureCredentials>map(
            signature -> new AzureCredentials.SharedAccessSignature(account, signature))
        .orElseGet(() -> new AzureCredentials.DefaultChain(account));
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
  }

  private Optional<Secret> secret(String name) {
    return value(name).map(Secret::new);
  }
}
