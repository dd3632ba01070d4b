package tarn.storage.azure;

import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.specialized.BlobClientBase;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tarn.storage.ObjectVersion;
import tarn.storage.ObjectVersion.Standing;
import tarn.storage.Operation;
import tarn.storage.internal.Request;

/**
 * What an account keeps of a blob: versions, snapshots and what was deleted softly, each when the
 * account is set to. A version's name says which of them it is.
 */
final class AzureVersions {
  private static final String VERSION = "version:";
  private static final String SNAPSHOT = "snapshot:";
  private static final Comparator<ObjectVersion> NEWEST_FIRST =
      Comparator.comparing((ObjectVersion each) -> each.standing() != Standing.LATEST)
          .thenComparing(ObjectVersion::modified, Comparator.reverseOrder());

  private final AzureAccess access;

  AzureVersions(AzureAccess access) {
    this.access = access;
  }

  List<ObjectVersion> of(String key) {
    Request request = access.request(Operation.LIST_VERSIONS, key);
    String full = access.full(key);
    ListBlobsOptions options =
        new ListBlobsOptions()
            .setPrefix(full)
            .setDetails(
                new BlobListDetails()
                    .setRetrieveVersions(true)
                    .setRetrieveSnapshots(true)
                    .setRetrieveDeletedBlobs(true));
    try (Stream<BlobItem> items =
        new AzureListing(access)
            .items(request, () -> access.container().listBlobs(options, access.timeout()))) {
      return items
          .filter(each -> each.getName().equals(full))
          .map(each -> version(key, each))
          .sorted(NEWEST_FIRST)
          .toList();
    }
  }

  private static ObjectVersion version(String key, BlobItem each) {
    BlobItemProperties properties = each.getProperties();
    return new ObjectVersion(
        key,
        name(each),
        properties.getContentLength(),
        properties.getLastModified().toInstant(),
        AzureAccess.etag(properties.getETag()),
        standing(each));
  }

  private static String name(BlobItem each) {
    if (each.getSnapshot() != null) {
      return SNAPSHOT + each.getSnapshot();
    }
    return each.getVersionId() == null ? "" : VERSION + each.getVersionId();
  }

  private static Standing standing(BlobItem each) {
    if (each.isDeleted()) {
      return Standing.SOFT_DELETED;
    }
    boolean current =
        each.getSnapshot() == null
            && (each.getVersionId() == null || Boolean.TRUE.equals(each.isCurrentVersion()));
    return current ? Standing.LATEST : Standing.SUPERSEDED;
  }

  static BlobClientBase client(AzureAccess access, ObjectVersion version) {
    BlobClientBase blob = access.blob(version.key());
    String name = version.version();
    if (name.startsWith(SNAPSHOT)) {
      return blob.getSnapshotClient(name.substring(SNAPSHOT.length()));
    }
    return name.startsWith(VERSION)
        ? blob.getVersionClient(name.substring(VERSION.length()))
        : blob;
  }
}
