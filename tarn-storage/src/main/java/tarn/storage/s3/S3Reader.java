package tarn.storage.s3;

import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;
import tarn.storage.Operation;
import tarn.storage.StoredObject;
import tarn.storage.internal.BrokenTransfer;
import tarn.storage.internal.Chunk;
import tarn.storage.internal.ChunkedInput;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Request;

/** Reads objects, and looks at them without reading. */
final class S3Reader {
  private static final int CHUNK_LENGTH = 8 << 20;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]+)-[0-9]+/([0-9]+)");

  private final S3Access access;

  S3Reader(S3Access access) {
    this.access = access;
  }

  Optional<StoredObject> head(String key) {
    return headWithMetadata(key).map(Head::object);
  }

  Optional<Head> headWithMetadata(String key) {
    Request request = access.request(Operation.HEAD, key);
    String full = access.full(key);
    try {
      return Optional.of(access.call(request, () -> head(key, full)));
    } catch (TarnException e) {
      if (e.code() != ErrorCode.STORAGE_NOT_FOUND) {
        throw e;
      }
      requireBucket(request);
      return Optional.empty();
    }
  }

  private Head head(String key, String full) {
    HeadObjectResponse answer =
        access
            .client()
            .headObject(HeadObjectRequest.builder().bucket(access.bucket()).key(full).build());
    return new Head(
        new StoredObject(
            key, answer.contentLength(), answer.lastModified(), S3Access.etag(answer.eTag())),
        answer.metadata());
  }

  /**
   * An answer to HEAD has no body, so it does not say whether the object or the bucket is missing.
   */
  private void requireBucket(Request request) {
    access.call(
        request,
        () ->
            access
                .client()
                .listObjectsV2(
                    each ->
                        each.bucket(access.bucket())
                            .prefix(access.location().prefix())
                            .maxKeys(1)));
  }

  ObjectInput read(String key, ByteRange range, Optional<String> etag, Optional<String> version) {
    Operation operation = version.isPresent() ? Operation.READ_VERSION : Operation.READ;
    Request request = access.request(operation, key);
    String full = access.full(key);
    return ChunkedInput.open(
        (offset, length, wanted) -> {
          GetObjectRequest.Builder get =
              GetObjectRequest.builder()
                  .bucket(access.bucket())
                  .key(full)
                  .range("bytes=" + offset + "-" + (offset + length - 1));
          version.ifPresent(get::versionId);
          wanted.map(S3Access::quoted).ifPresent(get::ifMatch);
          return chunk(request, key, get.build(), offset, length, wanted, version);
        },
        access.executor(),
        request.target(),
        CHUNK_LENGTH,
        range,
        etag);
  }

  private Chunk chunk(
      Request request,
      String key,
      GetObjectRequest get,
      long offset,
      long length,
      Optional<String> wanted,
      Optional<String> version) {
    return access.call(
        request,
        () -> {
          try {
            Chunk chunk =
                access
                    .client()
                    .getObject(
                        get,
                        ResponseTransformer.unmanaged(
                            (answer, body) -> {
                              try (body) {
                                return arrived(key, answer, body, offset, length);
                              }
                            }));
            if (wanted.isPresent() && !wanted.get().equals(chunk.object().etag())) {
              throw Errors.changed(request, null);
            }
            return chunk;
          } catch (S3Exception e) {
            if (e.statusCode() == 416) {
              return new Chunk(new byte[0], past(request, get, key, wanted, version));
            }
            throw e;
          }
        });
  }

  /** The range starts at the object's end or after it, so there is nothing to read but its name. */
  private StoredObject past(
      Request request,
      GetObjectRequest get,
      String key,
      Optional<String> wanted,
      Optional<String> version) {
    HeadObjectRequest.Builder head =
        HeadObjectRequest.builder().bucket(get.bucket()).key(get.key());
    version.ifPresent(head::versionId);
    HeadObjectResponse answer = access.client().headObject(head.build());
    StoredObject object =
        new StoredObject(
            key, answer.contentLength(), answer.lastModified(), S3Access.etag(answer.eTag()));
    if (wanted.isPresent() && !wanted.get().equals(object.etag())) {
      throw Errors.changed(request, null);
    }
    return object;
  }

  private static Chunk arrived(
      String key, GetObjectResponse answer, InputStream body, long offset, long length)
      throws java.io.IOException {
    long from = 0;
    long size = answer.contentLength();
    if (answer.contentRange() != null) {
      Matcher range = CONTENT_RANGE.matcher(answer.contentRange());
      if (!range.matches()) {
        throw new BrokenTransfer("the store answered with the range " + answer.contentRange());
      }
      from = Long.parseLong(range.group(1));
      size = Long.parseLong(range.group(2));
    }
    long expected = Math.min(length, size - offset);
    if (from != offset || answer.contentLength() != expected) {
      throw new BrokenTransfer("the store answered with another range than was asked for");
    }
    byte[] bytes = body.readNBytes((int) expected);
    if (bytes.length != expected) {
      throw new BrokenTransfer(
          "the answer broke off after " + bytes.length + " of " + expected + " bytes");
    }
    return new Chunk(
        bytes, new StoredObject(key, size, answer.lastModified(), S3Access.etag(answer.eTag())));
  }

  /**
   * @param metadata what the writer attached
   */
  record Head(StoredObject object, Map<String, String> metadata) {}
}
