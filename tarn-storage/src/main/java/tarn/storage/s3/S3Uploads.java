package tarn.storage.s3;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.IncompleteUpload;
import tarn.storage.Operation;
import tarn.storage.WriteCondition;
import tarn.storage.internal.BrokenTransfer;
import tarn.storage.internal.Page;
import tarn.storage.internal.Pages;
import tarn.storage.internal.Request;

/** Multipart uploads: begun, completed, listed and given up. */
final class S3Uploads {
  private final S3Access access;

  S3Uploads(S3Access access) {
    this.access = access;
  }

  String begin(String key, String full, Map<String, String> metadata) {
    return begin(key, full, metadata, access.partChecksum());
  }

  /**
   * One whose parts the store copies itself. It announces no checksum: a store may tell that of the
   * whole source in the place of a part's, and then take it for none.
   */
  String beginCopy(String key, String full, Map<String, String> metadata) {
    return begin(key, full, metadata, null);
  }

  private String begin(
      String key, String full, Map<String, String> metadata, @Nullable ChecksumAlgorithm checksum) {
    return access.call(
        access.request(Operation.WRITE_PART, key),
        () ->
            access
                .client()
                .createMultipartUpload(
                    each ->
                        each.bucket(access.bucket())
                            .key(full)
                            .contentType("application/octet-stream")
                            .checksumAlgorithm(checksum)
                            .metadata(metadata))
                .uploadId());
  }

  static CompletedPart completed(int number, UploadPartResponse answer) {
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(answer.eTag())
        .checksumCRC32(answer.checksumCRC32())
        .build();
  }

  /** The finished object's ETag. */
  String complete(
      Request request,
      String full,
      String uploadId,
      List<CompletedPart> parts,
      WriteCondition condition) {
    CompleteMultipartUploadRequest.Builder complete =
        CompleteMultipartUploadRequest.builder()
            .bucket(access.bucket())
            .key(full)
            .uploadId(uploadId)
            .multipartUpload(each -> each.parts(parts));
    switch (condition) {
      case WriteCondition.Always() -> {}
      case WriteCondition.IfAbsent() -> complete.ifNoneMatch("*");
      case WriteCondition.IfMatches(String etag) -> complete.ifMatch(S3Access.quoted(etag));
    }
    return access.call(
        request,
        () -> {
          String etag = access.client().completeMultipartUpload(complete.build()).eTag();
          if (etag == null) {
            throw new BrokenTransfer("the store did not say that the upload is complete");
          }
          return S3Access.etag(etag);
        });
  }

  Stream<IncompleteUpload> list(String prefix) {
    Request request = access.request(Operation.LIST_UPLOADS, prefix);
    return Pages.stream(
        request, access.executor(), (Optional<Marker> marker) -> page(request, prefix, marker));
  }

  private Page<IncompleteUpload, Marker> page(
      Request request, String prefix, Optional<Marker> marker) {
    ListMultipartUploadsResponse answer =
        access.call(
            request,
            () ->
                access
                    .client()
                    .listMultipartUploads(
                        each -> {
                          each.bucket(access.bucket()).prefix(access.location().prefix() + prefix);
                          marker.ifPresent(
                              from -> each.keyMarker(from.key()).uploadIdMarker(from.uploadId()));
                        }));
    List<IncompleteUpload> items =
        answer.uploads().stream()
            .filter(each -> each.key().startsWith(access.location().prefix() + prefix))
            .map(
                each ->
                    new IncompleteUpload(
                        access.relative(each.key()),
                        each.uploadId(),
                        Optional.ofNullable(each.initiated())))
            .toList();
    return new Page<>(
        items,
        Boolean.TRUE.equals(answer.isTruncated())
            ? Optional.of(new Marker(answer.nextKeyMarker(), answer.nextUploadIdMarker()))
            : Optional.empty());
  }

  void abort(String key, String uploadId) {
    try {
      access.call(
          access.request(Operation.ABORT_UPLOAD, key),
          () ->
              access
                  .client()
                  .abortMultipartUpload(
                      each ->
                          each.bucket(access.bucket()).key(access.full(key)).uploadId(uploadId)));
    } catch (TarnException e) {
      if (e.code() != ErrorCode.STORAGE_NOT_FOUND) {
        throw e;
      }
    }
  }

  /** After a failure: frees the parts if that is possible, and adds to the failure if not. */
  void abandon(String key, String uploadId, RuntimeException failure) {
    boolean interrupted = Thread.interrupted();
    try {
      abort(key, uploadId);
    } catch (TarnException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private record Marker(String key, String uploadId) {}
}
