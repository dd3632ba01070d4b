package tarn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.text;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import tarn.storage.ObjectVersion.Standing;
import tarn.testkit.emulator.VersityGateway;

class S3VersionsTest {
  @Test
  void versions_ofABucketThatKeepsThem_areAllReadable() {
    String bucket = S3Tests.newBucket(VersityGateway.shared().endpoint());
    try (S3Client client = S3Tests.bare(VersityGateway.shared().endpoint())) {
      client.putBucketVersioning(
          each ->
              each.bucket(bucket)
                  .versioningConfiguration(
                      versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
    }
    try (ObjectStore store = S3Tests.open(VersityGateway.shared().endpoint(), bucket, "prefix/")) {
      store.write("object", text("first"), ALWAYS);
      store.write("object", text("second"), ALWAYS);
      store.write("object2", text("another"), ALWAYS);
      store.delete(List.of("object"));

      List<ObjectVersion> versions = store.versions("object");

      assertThat(versions)
          .extracting(ObjectVersion::standing)
          .containsExactly(Standing.REMOVAL, Standing.SUPERSEDED, Standing.SUPERSEDED);
      assertThat(versions.subList(1, 3))
          .extracting(each -> new String(Contents.drained(store.readVersion(each)), UTF_8))
          .containsExactlyInAnyOrder("second", "first");
      assertThat(store.head("object")).isEmpty();
    }
  }
}
