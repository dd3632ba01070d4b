package tarn.storage.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.IncompleteUpload;
import tarn.storage.Operation;
import tarn.storage.WriteCondition;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Request;

/**
 * Blobs of which there are blocks but no commit. The service lists them as blobs of no length when
 * it is asked to, and has no request to abort one: an empty blob that takes its place frees the
 * blocks.
 */
final class Uncommitted {
  private final AzureAccess access;
  private final AzureListing listing;
  private final AzureReader reader;

  Uncommitted(AzureAccess access, AzureListing listing, AzureReader reader) {
    this.access = access;
    this.listing = listing;
    this.reader = reader;
  }

  Stream<IncompleteUpload> list(String prefix) {
    Request request = access.request(Operation.LIST_UPLOADS, prefix);
    var options = listing.options(prefix, new BlobListDetails().setRetrieveUncommittedBlobs(true));
    return listing
        .items(request, () -> access.container().listBlobs(options, access.timeout()))
        .filter(each -> each.getProperties().getContentLength() == 0)
        .filter(each -> reader.head(access.relative(each.getName())).isEmpty())
        .map(this::upload);
  }

  private IncompleteUpload upload(BlobItem each) {
    return new IncompleteUpload(
        access.relative(each.getName()),
        Optional.ofNullable(each.getProperties().getETag()).map(AzureAccess::etag).orElse(""),
        Optional.ofNullable(each.getProperties().getCreationTime())
            .or(() -> Optional.ofNullable(each.getProperties().getLastModified()))
            .map(OffsetDateTime::toInstant));
  }

  /**
   * What somebody commits meanwhile stays: to the service a blob without a commit is not there. (To
   * Azurite it is, under an ETag that it does not tell, so there this fails.)
   */
  void abort(IncompleteUpload upload) {
    boolean done =
        replaced(upload, AzureWriter.conditions(new WriteCondition.IfAbsent()))
            || reader.head(upload.key()).isPresent();
    if (!done && stillListed(upload.key())) {
      throw Errors.failed(
          access.request(Operation.ABORT_UPLOAD, upload.key()), "the store keeps its blocks", null);
    }
  }

  private boolean stillListed(String key) {
    try (Stream<IncompleteUpload> uploads = list(key)) {
      return uploads.anyMatch(each -> each.key().equals(key));
    }
  }

  /** Puts an empty blob in its place and removes that one. */
  private boolean replaced(IncompleteUpload upload, BlobRequestConditions condition) {
    Request request = access.request(Operation.ABORT_UPLOAD, upload.key());
    BlockBlobClient blob = access.blob(upload.key()).getBlockBlobClient();
    BlockBlobSimpleUploadOptions empty =
        new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(new byte[0]))
            .setRequestConditions(condition);
    try {
      String etag =
          access.call(
              request,
              () ->
                  blob.uploadWithResponse(empty, access.timeout(), access.context())
                      .getValue()
                      .getETag());
      BlobRequestConditions same = new BlobRequestConditions().setIfMatch(etag);
      access.call(
          request, () -> blob.deleteWithResponse(null, same, access.timeout(), access.context()));
      return true;
    } catch (TarnException e) {
      if (e.code() != ErrorCode.STORAGE_CHANGED && e.code() != ErrorCode.STORAGE_NOT_FOUND) {
        throw e;
      }
      return false;
    }
  }
}
