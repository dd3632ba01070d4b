package tarn.storage.azure;

import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobStorageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;
import tarn.base.TarnException;
import tarn.storage.Operation;
import tarn.storage.internal.Request;

/**
 * Removes blobs, many at a time. One that has snapshots is left, as a person made those on purpose.
 */
final class AzureDeleter {
  private static final int IN_FLIGHT = 16;

  private final AzureAccess access;

  AzureDeleter(AzureAccess access) {
    this.access = access;
  }

  void delete(Collection<String> keys) {
    keys.forEach(access::full);
    List<TarnException> errors =
        new ArrayList<>(
            keys.stream()
                .distinct()
                .gather(Gatherers.mapConcurrent(IN_FLIGHT, this::attempt))
                .flatMap(Optional::stream)
                .toList());
    if (!errors.isEmpty()) {
      TarnException first = errors.removeFirst();
      errors.forEach(first::addSuppressed);
      throw first;
    }
  }

  private Optional<TarnException> attempt(String key) {
    Request request = access.request(Operation.DELETE, key);
    try {
      access.call(
          request,
          () -> {
            try {
              return access
                  .blob(key)
                  .deleteWithResponse(null, null, access.timeout(), access.context())
                  .getStatusCode();
            } catch (BlobStorageException e) {
              if (BlobErrorCode.BLOB_NOT_FOUND.equals(e.getErrorCode())) {
                return e.getStatusCode();
              }
              throw e;
            }
          });
      return Optional.empty();
    } catch (TarnException e) {
      return Optional.of(e);
    }
  }
}
