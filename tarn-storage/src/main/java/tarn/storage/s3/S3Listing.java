package tarn.storage.s3;

import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;
import tarn.storage.KeyPrefix;
import tarn.storage.Listed;
import tarn.storage.Operation;
import tarn.storage.StoredObject;
import tarn.storage.internal.BrokenTransfer;
import tarn.storage.internal.Page;
import tarn.storage.internal.Pages;
import tarn.storage.internal.Request;

/** Lists objects, a thousand a page. */
final class S3Listing {
  private final S3Access access;

  S3Listing(S3Access access) {
    this.access = access;
  }

  Stream<StoredObject> list(String prefix) {
    Request request = access.request(Operation.LIST, prefix);
    return Pages.stream(
        request,
        access.executor(),
        (Optional<String> token) -> {
          ListObjectsV2Response answer = page(request, prefix, token, false);
          return new Page<>(answer.contents().stream().map(this::object).toList(), next(answer));
        });
  }

  Stream<Listed> children(String prefix) {
    Request request = access.request(Operation.LIST, prefix);
    return Pages.stream(
        request,
        access.executor(),
        (Optional<String> token) -> {
          ListObjectsV2Response answer = page(request, prefix, token, true);
          Stream<Listed> objects = answer.contents().stream().map(this::object);
          Stream<Listed> prefixes =
              answer.commonPrefixes().stream()
                  .map(each -> new KeyPrefix(access.relative(each.prefix())));
          return new Page<>(Stream.concat(objects, prefixes).toList(), next(answer));
        });
  }

  private ListObjectsV2Response page(
      Request request, String prefix, Optional<String> token, boolean level) {
    ListObjectsV2Request.Builder wanted =
        ListObjectsV2Request.builder()
            .bucket(access.bucket())
            .prefix(access.location().prefix() + prefix);
    token.ifPresent(wanted::continuationToken);
    if (level) {
      wanted.delimiter("/");
    }
    return access.call(
        request,
        () -> {
          ListObjectsV2Response answer = access.client().listObjectsV2(wanted.build());
          if (Boolean.TRUE.equals(answer.isTruncated()) && answer.nextContinuationToken() == null) {
            throw new BrokenTransfer("the listing broke off without saying how it goes on");
          }
          return answer;
        });
  }

  private static Optional<String> next(ListObjectsV2Response answer) {
    return Boolean.TRUE.equals(answer.isTruncated())
        ? Optional.ofNullable(answer.nextContinuationToken())
        : Optional.empty();
  }

  private StoredObject object(S3Object each) {
    return new StoredObject(
        access.relative(each.key()), each.size(), each.lastModified(), S3Access.etag(each.eTag()));
  }
}
