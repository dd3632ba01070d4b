package tarn.storage;

import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import tarn.storage.connect.Stores;
import tarn.testkit.emulator.S3Emulator;

/** S3 on this machine: through AWS's client alone, and through this project's store. */
final class S3Tests {
  static final S3Credentials KEYS =
      new S3Credentials.Keys(
          S3Emulator.ACCESS_KEY, new Secret(S3Emulator.SECRET_KEY), Optional.empty());

  private S3Tests() {}

  /** The SDK without this project around it. */
  static S3Client bare(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(S3Emulator.ACCESS_KEY, S3Emulator.SECRET_KEY)))
        .build();
  }

  static String newBucket(URI endpoint) {
    String bucket = "test-" + UUID.randomUUID();
    try (S3Client client = bare(endpoint)) {
      client.createBucket(each -> each.bucket(bucket));
    }
    return bucket;
  }

  static ObjectStore open(URI endpoint, String bucket, String prefix) {
    return open(endpoint, bucket, prefix, KEYS, NetworkSettings.DEFAULT);
  }

  static ObjectStore open(
      URI endpoint,
      String bucket,
      String prefix,
      S3Credentials credentials,
      NetworkSettings network) {
    S3Settings settings =
        new S3Settings(
            Optional.of(endpoint),
            Optional.empty(),
            S3Settings.UrlStyle.AUTOMATIC,
            S3Settings.Checksums.CRC32,
            credentials);
    return Stores.open(
        new StoreLocation.S3(bucket, prefix),
        new StoreSettings(settings, AzureSettings.DEFAULT, network));
  }
}
