package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.bytes;
import static tarn.storage.Contents.failure;
import static tarn.storage.Contents.keys;
import static tarn.storage.Contents.random;
import static tarn.storage.Contents.text;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.connect.Stores;
import tarn.testkit.emulator.ForwardProxy;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.ServerCertificate;
import tarn.testkit.emulator.VersityGateway;

/** Who asks, by which way, and whom it trusts. */
class S3AccessTest {
  private final URI endpoint = VersityGateway.shared().endpoint();
  private final String bucket = S3Tests.newBucket(endpoint);

  @TempDir Path folder;

  @Test
  void keys_thatAreWrong_areRefused() {
    S3Credentials wrongSecret =
        new S3Credentials.Keys(
            S3Emulator.ACCESS_KEY, new Secret("wrong-and-not-to-be-shown"), Optional.empty());
    S3Credentials unknown =
        new S3Credentials.Keys("nobody", new Secret(S3Emulator.SECRET_KEY), Optional.empty());
    for (S3Credentials each : List.of(wrongSecret, unknown)) {
      try (ObjectStore store = open(endpoint, each, StoreFaultContract.NETWORK)) {
        TarnException failure = failure(ErrorCode.STORAGE_CREDENTIALS, () -> keys(store, ""));
        assertThat(failure).hasMessageNotContaining("wrong-and-not-to-be-shown");
        failure(
            ErrorCode.STORAGE_CREDENTIALS,
            // Short, as the gateway hangs up on a longer one before it can read the refusal.
            () -> store.write("object", bytes(random(1000, 1)), ALWAYS));
      }
    }
  }

  @Test
  void profile_isFoundInItsFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("credentials"),
            """
            [hospital]
            aws_access_key_id = %s
            aws_secret_access_key = %s
            """
                .formatted(S3Emulator.ACCESS_KEY, S3Emulator.SECRET_KEY));
    String property = "aws.sharedCredentialsFile";
    System.setProperty(property, file.toString());
    try (ObjectStore store =
        open(
            endpoint,
            new S3Credentials.DefaultChain(Optional.of("hospital")),
            StoreFaultContract.NETWORK)) {
      assertThat(keys(store, "")).isEmpty();
    } finally {
      System.clearProperty(property);
    }
  }

  @Test
  void virtualHostStyle_putsTheBucketIntoTheHost() {
    S3Settings settings =
        new S3Settings(
            Optional.of(URI.create("http://localhost:1")),
            Optional.empty(),
            S3Settings.UrlStyle.VIRTUAL_HOST,
            S3Settings.Checksums.CRC32,
            S3Tests.KEYS);
    try (ForwardProxy proxy = ForwardProxy.start();
        ObjectStore store =
            Stores.open(new StoreLocation.S3(bucket, ""), all(settings, through(proxy)))) {
      failure(ErrorCode.STORAGE_UNREACHABLE, () -> keys(store, ""));
      assertThat(proxy.requests().getFirst().target()).contains("http://" + bucket + ".localhost");
    }
  }

  @Test
  void proxy_isUsed_andBypassed() {
    try (ForwardProxy proxy = ForwardProxy.start()) {
      try (ObjectStore store = open(endpoint, S3Tests.KEYS, through(proxy))) {
        store.write("object", text("content"), ALWAYS);
        assertThat(keys(store, "")).containsExactly("object");
      }
      int count = proxy.requests().size();
      assertThat(count).isEqualTo(2);
      NetworkSettings bypassing =
          new NetworkSettings(
              Optional.empty(),
              new ProxySettings.Through(
                  "127.0.0.1", proxy.port(), Optional.empty(), List.of("127.0.0.1")),
              StoreFaultContract.QUICK);
      try (ObjectStore store = open(endpoint, S3Tests.KEYS, bypassing)) {
        assertThat(keys(store, "")).containsExactly("object");
      }
      assertThat(proxy.requests()).hasSize(count);
    }
  }

  @Test
  void certificate_ofAnUnknownAuthority_isRefused_untilItIsNamed() {
    ServerCertificate certificate = ServerCertificate.in(folder);
    try (VersityGateway gateway = VersityGateway.start(Optional.of(certificate))) {
      try (ObjectStore store = open(gateway.endpoint(), S3Tests.KEYS, StoreFaultContract.NETWORK)) {
        TarnException failure = failure(ErrorCode.STORAGE_UNREACHABLE, () -> keys(store, ""));
        assertThat(failure).hasMessageContaining("certificate");
        assertThat(failure.remedy()).contains("PEM");
      }
      NetworkSettings trusting =
          new NetworkSettings(
              Optional.of(certificate.certificate()),
              new ProxySettings.None(),
              StoreFaultContract.QUICK);
      try (ObjectStore store = open(gateway.endpoint(), S3Tests.KEYS, trusting)) {
        failure(ErrorCode.STORAGE_NOT_FOUND, () -> keys(store, ""));
      }
    }
  }

  @Test
  void certificates_thatAreNone_areRefusedAtOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("empty.pem"), "nothing");
    NetworkSettings settings =
        new NetworkSettings(Optional.of(file), new ProxySettings.None(), StoreFaultContract.QUICK);
    TarnException failure =
        failure(ErrorCode.SETTING_INVALID, () -> open(endpoint, S3Tests.KEYS, settings).close());
    assertThat(failure).hasMessageContaining(file.toString());
  }

  @Test
  void md5_isEnoughForAnOlderStore() {
    S3Settings settings =
        new S3Settings(
            Optional.of(endpoint),
            Optional.empty(),
            S3Settings.UrlStyle.PATH,
            S3Settings.Checksums.MD5,
            S3Tests.KEYS);
    try (ObjectStore store =
        Stores.open(new StoreLocation.S3(bucket, ""), all(settings, StoreFaultContract.NETWORK))) {
      byte[] content = random((17 << 20) + 1, 1);
      store.write("small", text("content"), ALWAYS);
      store.write("large", bytes(content), ALWAYS);
      assertThat(Contents.read(store, "large")).isEqualTo(content);
      store.delete(List.of("small", "large"));
      assertThat(keys(store, "")).isEmpty();
    }
  }

  @Test
  void endpoint_thatIsNone_isRefused() {
    for (String text : List.of("localhost:9000", "ftp://localhost", "http://user:word@localhost")) {
      TarnException failure =
          failure(
              ErrorCode.SETTING_INVALID,
              () -> open(URI.create(text), S3Tests.KEYS, StoreFaultContract.NETWORK).close());
      assertThat(failure).hasMessageNotContaining("word");
    }
  }

  private ObjectStore open(URI endpoint, S3Credentials credentials, NetworkSettings network) {
    return S3Tests.open(endpoint, bucket, "", credentials, network);
  }

  private static NetworkSettings through(ForwardProxy proxy) {
    return new NetworkSettings(
        Optional.empty(),
        new ProxySettings.Through("127.0.0.1", proxy.port(), Optional.empty(), List.of()),
        StoreFaultContract.QUICK);
  }

  private static StoreSettings all(S3Settings settings, NetworkSettings network) {
    return new StoreSettings(settings, AzureSettings.DEFAULT, network);
  }
}
