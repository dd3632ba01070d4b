package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void settings_showNoSecret() {
    Secret secret = new Secret("hunter2");
    StoreSettings settings =
        new StoreSettings(
            new S3Settings(
                Optional.empty(),
                Optional.empty(),
                S3Settings.UrlStyle.AUTOMATIC,
                S3Settings.Checksums.CRC32,
                new S3Credentials.Keys("key", secret, Optional.of(secret))),
            new AzureSettings(
                Optional.empty(),
                new AzureCredentials.SharedAccessSignature(Optional.empty(), secret)),
            new NetworkSettings(
                Optional.empty(),
                new ProxySettings.Through(
                    "proxy", 3128, Optional.of(new ProxySettings.User("user", secret)), List.of()),
                Patience.DEFAULT));

    assertThat(settings.toString()).contains("***").doesNotContain("hunter2");
    assertThat(secret).isEqualTo(new Secret("hunter2")).isNotEqualTo(new Secret("hunter3"));
    assertThat(secret.reveal()).isEqualTo("hunter2");
  }
}
