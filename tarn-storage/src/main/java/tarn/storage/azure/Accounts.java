package tarn.storage.azure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.AzureCredentials;
import tarn.storage.AzureSettings;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;

/** Which storage account is meant, as several settings may say it. */
final class Accounts {
  private static final Pattern SIGNATURE =
      Pattern.compile("(?i)(?:^|;)\\s*SharedAccessSignature=([^;]+)");

  private Accounts() {}

  /** The URL of an account's blobs: of the settings, else of the location, else of the account. */
  static String endpoint(
      StoreLocation.Azure location, AzureSettings settings, Optional<String> account) {
    location
        .account()
        .filter(host -> account.isPresent() && !host.startsWith(account.get() + "."))
        .ifPresent(
            host -> {
              throw new TarnException(
                  ErrorCode.SETTING_INVALID,
                  "The credentials are of the storage account "
                      + account.get()
                      + ", but the location is at "
                      + host
                      + ".",
                  "Give the credentials of that account.");
            });
    return settings
        .endpoint()
        .map(Object::toString)
        .or(() -> location.account().map(host -> "https://" + host))
        .or(() -> account.map(name -> "https://" + name + ".blob.core.windows.net"))
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.SETTING_INVALID,
                    "The storage account of " + location.text() + " is not known.",
                    "Name it in the settings, or in the location: "
                        + "az://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX/."));
  }

  /** The signature that a copy's source must carry too. */
  static Optional<Secret> signature(AzureCredentials credentials) {
    return switch (credentials) {
      case AzureCredentials.SharedAccessSignature signed ->
          Optional.of(new Secret(query(signed.signature())));
      case AzureCredentials.ConnectionString(Secret text) -> {
        Matcher found = SIGNATURE.matcher(text.reveal());
        yield found.find() ? Optional.of(new Secret(found.group(1))) : Optional.empty();
      }
      case AzureCredentials.AccountKey(String account, Secret key) -> Optional.empty();
      case AzureCredentials.DefaultChain(Optional<String> account) -> Optional.empty();
    };
  }

  static String query(Secret signature) {
    String text = signature.reveal();
    return text.startsWith("?") ? text.substring(1) : text;
  }
}
