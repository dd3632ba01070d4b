package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import tarn.testkit.emulator.VersityGateway;

/** Listing a bucket of 100,000 objects, beside the SDK's own pages. */
@Tag("endurance")
class ListingEnduranceTest {
  private static final int FOLDERS = 100;
  private static final int IN_EACH = 1000;
  private static final int ROUNDS = 5;

  @Test
  void listing_ofManyObjects_takesAtMostAFifthLongerThanThePagesAlone() {
    VersityGateway gateway = VersityGateway.shared();
    String bucket = S3Tests.newBucket(gateway.endpoint());
    gateway.plant(
        bucket,
        IntStream.range(0, FOLDERS * IN_EACH)
            .mapToObj(each -> "lake/table-%d/file-%06d.parquet".formatted(each % FOLDERS, each)));
    List<Duration> bare = new ArrayList<>();
    List<Duration> ours = new ArrayList<>();
    List<Duration> parallel = new ArrayList<>();
    try (S3Client client = S3Tests.bare(gateway.endpoint());
        ObjectStore store = S3Tests.open(gateway.endpoint(), bucket, "lake/")) {
      for (int round = 0; round <= ROUNDS; round++) {
        bare.add(timed(() -> pages(client, bucket)));
        ours.add(timed(() -> count(store.list(""))));
        parallel.add(timed(() -> count(ParallelListing.list(store, "", 8))));
      }
    }
    System.out.printf(
        "100,000 objects: bare pages %s, list %s, parallel %s%n",
        median(bare), median(ours), median(parallel));
    assertThat(median(ours).toNanos()).isLessThan(median(bare).toNanos() * 6 / 5);
  }

  private static long pages(S3Client client, String bucket) {
    return client
        .listObjectsV2Paginator(each -> each.bucket(bucket).prefix("lake/"))
        .contents()
        .stream()
        .count();
  }

  private static long count(Stream<StoredObject> objects) {
    try (objects) {
      return objects.map(StoredObject::key).distinct().count();
    }
  }

  private static Duration timed(Counting listing) {
    Instant before = Instant.now();
    assertThat(listing.count()).isEqualTo(FOLDERS * IN_EACH);
    return Duration.between(before, Instant.now());
  }

  /** Without the first round, in which everything is warmed up. */
  private static Duration median(List<Duration> times) {
    return times.subList(1, times.size()).stream().sorted().toList().get(ROUNDS / 2);
  }

  @FunctionalInterface
  private interface Counting {
    long count();
  }
}
