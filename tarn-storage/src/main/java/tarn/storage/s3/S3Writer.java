package tarn.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.Operation;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;
import tarn.storage.internal.Errors;
import tarn.storage.internal.PartUploads;
import tarn.storage.internal.Parts;
import tarn.storage.internal.Request;

/**
 * Writes objects: small ones with one request, others as a multipart upload.
 *
 * <p>A conditional write whose answer was lost is refused when it is sent again, since its own
 * object is there by then. So each carries a mark by which it is known again.
 */
final class S3Writer {
  /** In the object's metadata. */
  static final String MARK = "tarn-write";

  private final S3Access access;
  private final S3Uploads uploads;
  private final S3Reader reader;

  S3Writer(S3Access access, S3Uploads uploads, S3Reader reader) {
    this.access = access;
    this.uploads = uploads;
    this.reader = reader;
  }

  WrittenObject write(String key, InputStream content, WriteCondition condition) {
    Request request = access.request(Operation.WRITE, key);
    String full = access.fullToWrite(key);
    String mark = UUID.randomUUID().toString();
    Parts parts = new Parts(content, request);
    Parts.Part first = parts.next();
    return parts.ended()
        ? whole(request, key, full, first.bytes(), condition, mark)
        : inParts(request, key, full, first, parts, condition, mark);
  }

  private WrittenObject whole(
      Request request,
      String key,
      String full,
      byte[] bytes,
      WriteCondition condition,
      String mark) {
    PutObjectRequest.Builder put =
        PutObjectRequest.builder().bucket(access.bucket()).key(full).metadata(Map.of(MARK, mark));
    switch (condition) {
      case WriteCondition.Always() -> {}
      case WriteCondition.IfAbsent() -> put.ifNoneMatch("*");
      case WriteCondition.IfMatches(String etag) -> put.ifMatch(S3Access.quoted(etag));
    }
    return settled(
        request,
        key,
        condition,
        mark,
        () ->
            access.upload(
                request,
                () ->
                    new WrittenObject(
                        key,
                        bytes.length,
                        S3Access.etag(
                            access.client().putObject(put.build(), body(bytes)).eTag()))));
  }

  private WrittenObject inParts(
      Request request,
      String key,
      String full,
      Parts.Part first,
      Parts parts,
      WriteCondition condition,
      String mark) {
    String uploadId = uploads.begin(key, full, Map.of(MARK, mark));
    Request part = access.request(Operation.WRITE_PART, key);
    PartUploads<CompletedPart> sent =
        new PartUploads<>(access.executor(), part, each -> upload(part, full, uploadId, each));
    try {
      long size = first.bytes().length;
      sent.add(first);
      while (!parts.ended()) {
        Parts.Part next = parts.next();
        if (next.bytes().length > 0) {
          size += next.bytes().length;
          sent.add(next);
        }
      }
      List<CompletedPart> all = sent.finish();
      long whole = size;
      return settled(
          request,
          key,
          condition,
          mark,
          () ->
              new WrittenObject(
                  key, whole, uploads.complete(request, full, uploadId, all, condition)));
    } catch (RuntimeException e) {
      sent.cancel();
      uploads.abandon(key, uploadId, e);
      throw e;
    }
  }

  private CompletedPart upload(Request request, String full, String uploadId, Parts.Part part) {
    UploadPartRequest put =
        UploadPartRequest.builder()
            .bucket(access.bucket())
            .key(full)
            .uploadId(uploadId)
            .partNumber(part.number())
            .checksumAlgorithm(access.partChecksum())
            .build();
    return access.call(
        request,
        () ->
            S3Uploads.completed(
                part.number(), access.client().uploadPart(put, body(part.bytes()))));
  }

  /**
   * Tells a refusal by somebody else's object from one by the object that this write itself made.
   */
  WrittenObject settled(
      Request request, String key, WriteCondition condition, String mark, Write write) {
    try {
      return write.run();
    } catch (TarnException e) {
      // An upload that was completed is gone when it is completed again.
      if (e.code() != ErrorCode.STORAGE_CHANGED && e.code() != ErrorCode.STORAGE_NOT_FOUND) {
        throw e;
      }
      Optional<S3Reader.Head> present = reader.headWithMetadata(key);
      if (present.isPresent() && mark.equals(present.get().metadata().get(MARK))) {
        return new WrittenObject(key, present.get().object().size(), present.get().object().etag());
      }
      throw switch (condition) {
        case WriteCondition.Always() -> e;
        case WriteCondition.IfAbsent() ->
            e.code() == ErrorCode.STORAGE_CHANGED ? Errors.exists(request, e) : e;
        case WriteCondition.IfMatches(String expected) -> Errors.changed(request, e);
      };
    }
  }

  /** Nothing is copied, and a second attempt reads the bytes again. */
  private static RequestBody body(byte[] bytes) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes), bytes.length, "application/octet-stream");
  }

  /** What may be refused. */
  @FunctionalInterface
  interface Write {
    WrittenObject run();
  }
}
