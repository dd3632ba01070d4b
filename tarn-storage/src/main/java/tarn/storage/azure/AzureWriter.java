package tarn.storage.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.Operation;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Md5;
import tarn.storage.internal.PartUploads;
import tarn.storage.internal.Parts;
import tarn.storage.internal.Request;

/**
 * Writes blobs: small ones with one request, others in blocks that are committed together. Blocks
 * of a write that failed are freed by the service after a week.
 */
final class AzureWriter {
  /** In the blob's metadata; by it a write whose answer was lost knows its own blob again. */
  private static final String MARK = "tarnwrite";

  private final AzureAccess access;
  private final AzureReader reader;

  AzureWriter(AzureAccess access, AzureReader reader) {
    this.access = access;
    this.reader = reader;
  }

  WrittenObject write(String key, InputStream content, WriteCondition condition) {
    Request request = access.request(Operation.WRITE, key);
    BlockBlobClient blob =
        access.container().getBlobClient(access.fullToWrite(key)).getBlockBlobClient();
    String mark = UUID.randomUUID().toString();
    Parts parts = new Parts(content, request);
    Parts.Part first = parts.next();
    try {
      return parts.ended()
          ? whole(request, key, blob, first.bytes(), condition, mark)
          : inBlocks(request, key, blob, first, parts, condition, mark);
    } catch (TarnException e) {
      return settled(request, key, condition, mark, e);
    }
  }

  private WrittenObject whole(
      Request request,
      String key,
      BlockBlobClient blob,
      byte[] bytes,
      WriteCondition condition,
      String mark) {
    BlockBlobSimpleUploadOptions options =
        new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(bytes))
            .setContentMd5(Md5.of(bytes))
            .setMetadata(Map.of(MARK, mark))
            .setRequestConditions(conditions(condition));
    return access.call(
        request,
        () ->
            new WrittenObject(
                key,
                bytes.length,
                AzureAccess.etag(
                    blob.uploadWithResponse(options, access.timeout(), access.context())
                        .getValue()
                        .getETag())));
  }

  private WrittenObject inBlocks(
      Request request,
      String key,
      BlockBlobClient blob,
      Parts.Part first,
      Parts parts,
      WriteCondition condition,
      String mark) {
    Request part = access.request(Operation.WRITE_PART, key);
    PartUploads<String> sent =
        new PartUploads<>(access.executor(), part, each -> stage(part, blob, mark, each));
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
      return new WrittenObject(key, size, commit(request, blob, sent.finish(), condition, mark));
    } catch (RuntimeException e) {
      sent.cancel();
      throw e;
    }
  }

  private String stage(Request request, BlockBlobClient blob, String mark, Parts.Part part) {
    String name = String.format(Locale.ROOT, "%s-%06d", mark, part.number());
    String id = Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.US_ASCII));
    BlockBlobStageBlockOptions options =
        new BlockBlobStageBlockOptions(id, BinaryData.fromBytes(part.bytes()))
            .setContentMd5(Md5.of(part.bytes()));
    access.call(
        request, () -> blob.stageBlockWithResponse(options, access.timeout(), access.context()));
    return id;
  }

  private String commit(
      Request request,
      BlockBlobClient blob,
      List<String> blocks,
      WriteCondition condition,
      String mark) {
    BlockBlobCommitBlockListOptions options =
        new BlockBlobCommitBlockListOptions(blocks)
            .setMetadata(Map.of(MARK, mark))
            .setRequestConditions(conditions(condition));
    return access.call(
        request,
        () ->
            AzureAccess.etag(
                blob.commitBlockListWithResponse(options, access.timeout(), access.context())
                    .getValue()
                    .getETag()));
  }

  static BlobRequestConditions conditions(WriteCondition condition) {
    BlobRequestConditions conditions = new BlobRequestConditions();
    return switch (condition) {
      case WriteCondition.Always() -> conditions;
      case WriteCondition.IfAbsent() -> conditions.setIfNoneMatch("*");
      case WriteCondition.IfMatches(String etag) -> conditions.setIfMatch(AzureAccess.quoted(etag));
    };
  }

  /** Tells a refusal by somebody else's blob from one by the blob that this write itself made. */
  private WrittenObject settled(
      Request request, String key, WriteCondition condition, String mark, TarnException failure) {
    if (failure.code() != ErrorCode.STORAGE_CHANGED) {
      throw failure;
    }
    Optional<AzureReader.Head> present = reader.head(key);
    if (present.isPresent() && mark.equals(present.get().metadata().get(MARK))) {
      return new WrittenObject(key, present.get().object().size(), present.get().object().etag());
    }
    throw condition instanceof WriteCondition.IfAbsent ? Errors.exists(request, failure) : failure;
  }
}
