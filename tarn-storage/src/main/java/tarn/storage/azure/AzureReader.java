package tarn.storage.azure;

import com.azure.storage.blob.models.BlobDownloadContentResponse;
import com.azure.storage.blob.models.BlobDownloadHeaders;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.DownloadRetryOptions;
import com.azure.storage.blob.specialized.BlobClientBase;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectVersion;
import tarn.storage.Operation;
import tarn.storage.StoredObject;
import tarn.storage.internal.BrokenTransfer;
import tarn.storage.internal.Chunk;
import tarn.storage.internal.ChunkedInput;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Md5;
import tarn.storage.internal.Request;

/** Reads blobs, and looks at them without reading. */
final class AzureReader {
  /** The longest range of which the service tells the MD5. */
  private static final int CHUNK_LENGTH = 4 << 20;

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]+)-[0-9]+/([0-9]+)");

  private final AzureAccess access;

  AzureReader(AzureAccess access) {
    this.access = access;
  }

  Optional<Head> head(String key) {
    Request request = access.request(Operation.HEAD, key);
    BlobClientBase blob = access.blob(key);
    try {
      return Optional.of(access.call(request, () -> look(key, blob)));
    } catch (TarnException e) {
      if (e.code() == ErrorCode.STORAGE_NOT_FOUND && isOfObject(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean isOfObject(TarnException e) {
    return !(e.getCause() instanceof BlobStorageException answer)
        || !BlobErrorCode.CONTAINER_NOT_FOUND.equals(answer.getErrorCode());
  }

  private Head look(String key, BlobClientBase blob) {
    BlobProperties properties =
        blob.getPropertiesWithResponse(null, access.timeout(), access.context()).getValue();
    return new Head(
        new StoredObject(
            key,
            properties.getBlobSize(),
            properties.getLastModified().toInstant(),
            AzureAccess.etag(properties.getETag())),
        properties.getMetadata() == null ? Map.of() : properties.getMetadata());
  }

  ObjectInput read(String key, ByteRange range, Optional<String> etag) {
    return read(access.request(Operation.READ, key), key, access.blob(key), range, etag);
  }

  ObjectInput readVersion(ObjectVersion version) {
    Request request = access.request(Operation.READ_VERSION, version.key());
    return read(
        request,
        version.key(),
        AzureVersions.client(access, version),
        ByteRange.ALL,
        Optional.empty());
  }

  private ObjectInput read(
      Request request, String key, BlobClientBase blob, ByteRange range, Optional<String> etag) {
    return ChunkedInput.open(
        (offset, length, wanted) ->
            access.call(request, () -> chunk(request, key, blob, offset, length, wanted)),
        access.executor(),
        request.target(),
        CHUNK_LENGTH,
        range,
        etag);
  }

  private Chunk chunk(
      Request request,
      String key,
      BlobClientBase blob,
      long offset,
      long length,
      Optional<String> wanted)
      throws BrokenTransfer {
    BlobRequestConditions conditions = new BlobRequestConditions();
    wanted.map(AzureAccess::quoted).ifPresent(conditions::setIfMatch);
    Chunk chunk;
    try {
      BlobDownloadContentResponse answer =
          blob.downloadContentWithResponse(
              new DownloadRetryOptions().setMaxRetryRequests(0),
              conditions,
              new BlobRange(offset, length),
              true,
              access.timeout(),
              access.context());
      chunk = arrived(key, answer, offset, length);
    } catch (BlobStorageException e) {
      if (e.getStatusCode() != 416) {
        throw e;
      }
      // The range starts at the blob's end or after it: there is nothing to read.
      chunk = new Chunk(new byte[0], look(key, blob).object());
    }
    if (wanted.isPresent() && !wanted.get().equals(chunk.object().etag())) {
      throw Errors.changed(request, null);
    }
    return chunk;
  }

  private static Chunk arrived(
      String key, BlobDownloadContentResponse answer, long offset, long length)
      throws BrokenTransfer {
    BlobDownloadHeaders headers = answer.getDeserializedHeaders();
    Matcher range = CONTENT_RANGE.matcher(String.valueOf(headers.getContentRange()));
    if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
      throw new BrokenTransfer("the store answered with the range " + headers.getContentRange());
    }
    long size = Long.parseLong(range.group(2));
    byte[] bytes = answer.getValue().toBytes();
    if (bytes.length != Math.min(length, size - offset)) {
      throw new BrokenTransfer("the answer broke off after " + bytes.length + " bytes");
    }
    if (headers.getContentMd5() != null && !Md5.matches(bytes, headers.getContentMd5())) {
      throw new BrokenTransfer("the content was damaged on its way");
    }
    return new Chunk(
        bytes,
        new StoredObject(
            key, size, headers.getLastModified().toInstant(), AzureAccess.etag(headers.getETag())));
  }

  /**
   * @param metadata what the writer attached
   */
  record Head(StoredObject object, Map<String, String> metadata) {}
}
