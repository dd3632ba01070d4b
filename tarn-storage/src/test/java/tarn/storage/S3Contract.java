package tarn.storage;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import tarn.testkit.emulator.S3Emulator;

/** The contract on a store that speaks S3. */
abstract class S3Contract extends ObjectStoreContract {
  static final String PREFIX = "pre fix/ü/";

  String bucket = "";

  abstract S3Emulator emulator();

  @Override
  ObjectStore open() {
    bucket = S3Tests.newBucket(emulator().endpoint());
    return S3Tests.open(emulator().endpoint(), bucket, PREFIX);
  }

  @Override
  ObjectStore openMissing() {
    return S3Tests.open(emulator().endpoint(), "no-such-bucket", PREFIX);
  }

  @Override
  void beginUpload(String key) {
    try (S3Client client = S3Tests.bare(emulator().endpoint())) {
      String id =
          client.createMultipartUpload(each -> each.bucket(bucket).key(PREFIX + key)).uploadId();
      client.uploadPart(
          each -> each.bucket(bucket).key(PREFIX + key).uploadId(id).partNumber(1),
          RequestBody.fromBytes(new byte[100]));
    }
  }
}
