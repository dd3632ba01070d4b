package tarn.storage.azure;

import com.azure.core.util.polling.PollResponse;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.models.BlobBeginCopySourceRequestConditions;
import com.azure.storage.blob.models.BlobCopyInfo;
import com.azure.storage.blob.models.CopyStatusType;
import com.azure.storage.blob.options.BlobBeginCopyOptions;
import java.time.Duration;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.Operation;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Request;

/** Copies within the account: the service does it, and is asked now and then whether it is done. */
final class AzureCopier {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final AzureAccess access;
  private final AzureReader reader;

  AzureCopier(AzureAccess access, AzureReader reader) {
    this.access = access;
    this.reader = reader;
  }

  WrittenObject copy(String from, String to, WriteCondition condition) {
    Request request = access.request(Operation.COPY, to);
    BlobClient target = access.container().getBlobClient(access.fullToWrite(to));
    StoredObject source =
        reader
            .head(from)
            .orElseThrow(
                () -> Errors.notFound(access.request(Operation.READ, from), "The object", null))
            .object();
    BlobBeginCopyOptions options =
        new BlobBeginCopyOptions(access.readable(access.blob(from).getBlobUrl()))
            .setPollInterval(POLL)
            .setSourceRequestConditions(
                new BlobBeginCopySourceRequestConditions()
                    .setIfMatch(AzureAccess.quoted(source.etag())))
            .setDestinationRequestConditions(AzureWriter.conditions(condition));
    try {
      access.call(request, () -> done(request, target, options));
    } catch (TarnException e) {
      throw e.code() == ErrorCode.STORAGE_CHANGED && condition instanceof WriteCondition.IfAbsent
          ? Errors.exists(request, e)
          : e;
    }
    StoredObject copied = reader.head(to).orElseThrow(() -> Errors.changed(request, null)).object();
    return new WrittenObject(to, copied.size(), copied.etag());
  }

  private static PollResponse<BlobCopyInfo> done(
      Request request, BlobClient target, BlobBeginCopyOptions options) {
    PollResponse<BlobCopyInfo> end = target.beginCopy(options).waitForCompletion();
    if (end.getValue().getCopyStatus() != CopyStatusType.SUCCESS) {
      throw Errors.failed(
          request, "the store ended the copy as " + end.getValue().getCopyStatus(), null);
    }
    return end;
  }
}
