package tarn.storage.s3;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import tarn.storage.Operation;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Request;

/**
 * Copies within the bucket, without the bytes passing through here. The plain copy request knows no
 * condition on every store and ends at 5 GB, so other copies are multipart uploads of ranges.
 */
final class S3Copier {
  private static final long LARGEST_AT_ONCE = 5L * 1000 * 1000 * 1000;
  private static final long SHORTEST_PART = 512L << 20;
  private static final int MOST_PARTS = 10_000;

  private final S3Access access;
  private final S3Uploads uploads;
  private final S3Reader reader;
  private final S3Writer writer;

  S3Copier(S3Access access, S3Uploads uploads, S3Reader reader, S3Writer writer) {
    this.access = access;
    this.uploads = uploads;
    this.reader = reader;
    this.writer = writer;
  }

  WrittenObject copy(String from, String to, WriteCondition condition) {
    Request request = access.request(Operation.COPY, to);
    access.fullToWrite(to);
    StoredObject source =
        reader
            .head(from)
            .orElseThrow(
                () -> Errors.notFound(access.request(Operation.READ, from), "The object", null));
    if (source.size() == 0) {
      return writer.write(to, InputStream.nullInputStream(), condition);
    }
    return condition instanceof WriteCondition.Always && source.size() <= LARGEST_AT_ONCE
        ? whole(request, source, to)
        : inParts(request, source, to, condition);
  }

  private WrittenObject whole(Request request, StoredObject source, String to) {
    return access.call(
        request,
        () ->
            new WrittenObject(
                to,
                source.size(),
                S3Access.etag(
                    access
                        .client()
                        .copyObject(
                            each ->
                                each.sourceBucket(access.bucket())
                                    .sourceKey(access.full(source.key()))
                                    .copySourceIfMatch(S3Access.quoted(source.etag()))
                                    .destinationBucket(access.bucket())
                                    .destinationKey(access.full(to)))
                        .copyObjectResult()
                        .eTag())));
  }

  private WrittenObject inParts(
      Request request, StoredObject source, String to, WriteCondition condition) {
    String mark = UUID.randomUUID().toString();
    String uploadId = uploads.beginCopy(to, access.full(to), Map.of(S3Writer.MARK, mark));
    try {
      List<CompletedPart> parts = copyParts(source, to, uploadId);
      return writer.settled(
          request,
          to,
          condition,
          mark,
          () ->
              new WrittenObject(
                  to,
                  source.size(),
                  uploads.complete(request, access.full(to), uploadId, parts, condition)));
    } catch (RuntimeException e) {
      uploads.abandon(to, uploadId, e);
      throw e;
    }
  }

  private List<CompletedPart> copyParts(StoredObject source, String to, String uploadId) {
    long length = Math.max(SHORTEST_PART, Math.ceilDiv(source.size(), MOST_PARTS));
    List<CompletedPart> parts = new ArrayList<>();
    for (long offset = 0; offset < source.size(); offset += length) {
      long last = Math.min(source.size(), offset + length) - 1;
      parts.add(copyPart(source, to, uploadId, parts.size() + 1, "bytes=" + offset + "-" + last));
    }
    return parts;
  }

  private CompletedPart copyPart(
      StoredObject source, String to, String uploadId, int number, String range) {
    CopyPartResult result =
        access.call(
            access.request(Operation.WRITE_PART, to),
            () ->
                access
                    .client()
                    .uploadPartCopy(
                        each ->
                            each.sourceBucket(access.bucket())
                                .sourceKey(access.full(source.key()))
                                .copySourceIfMatch(S3Access.quoted(source.etag()))
                                .copySourceRange(range)
                                .destinationBucket(access.bucket())
                                .destinationKey(access.full(to))
                                .uploadId(uploadId)
                                .partNumber(number))
                    .copyPartResult());
    return CompletedPart.builder().partNumber(number).eTag(result.eTag()).build();
  }
}
