package tarn.storage.azure;

import com.azure.core.http.rest.PagedIterable;
import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tarn.storage.KeyPrefix;
import tarn.storage.Listed;
import tarn.storage.Operation;
import tarn.storage.StoredObject;
import tarn.storage.internal.BrokenTransfer;
import tarn.storage.internal.Page;
import tarn.storage.internal.Pages;
import tarn.storage.internal.Request;

/** Lists blobs, some thousands a page. */
final class AzureListing {
  private final AzureAccess access;

  AzureListing(AzureAccess access) {
    this.access = access;
  }

  Stream<StoredObject> list(String prefix) {
    Request request = access.request(Operation.LIST, prefix);
    ListBlobsOptions options = options(prefix, details());
    return items(request, () -> access.container().listBlobs(options, access.timeout()))
        .filter(each -> !isFolder(each))
        .map(this::object);
  }

  Stream<Listed> children(String prefix) {
    Request request = access.request(Operation.LIST, prefix);
    ListBlobsOptions options = options(prefix, details());
    return items(
            request, () -> access.container().listBlobsByHierarchy("/", options, access.timeout()))
        .filter(each -> Boolean.TRUE.equals(each.isPrefix()) || !isFolder(each))
        .map(
            each ->
                Boolean.TRUE.equals(each.isPrefix())
                    ? new KeyPrefix(access.relative(each.getName()))
                    : object(each));
  }

  /** Pages of a listing, each asked for by itself. */
  Stream<BlobItem> items(Request request, Supplier<PagedIterable<BlobItem>> listing) {
    return Pages.stream(
        request,
        access.executor(),
        (Optional<String> token) -> access.call(request, () -> page(listing.get(), token)));
  }

  private static Page<BlobItem, String> page(
      PagedIterable<BlobItem> listing, Optional<String> token) throws BrokenTransfer {
    Iterable<PagedResponse<BlobItem>> pages =
        token.map(listing::iterableByPage).orElseGet(listing::iterableByPage);
    Iterator<PagedResponse<BlobItem>> first = pages.iterator();
    if (!first.hasNext()) {
      throw new BrokenTransfer("the store answered without a page of its listing");
    }
    PagedResponse<BlobItem> page = first.next();
    List<BlobItem> items = page.getElements().stream().toList();
    return new Page<>(
        items, Optional.ofNullable(page.getContinuationToken()).filter(each -> !each.isEmpty()));
  }

  ListBlobsOptions options(String prefix, BlobListDetails details) {
    return new ListBlobsOptions()
        .setPrefix(access.location().prefix() + prefix)
        .setDetails(details);
  }

  /** The metadata tell folders from blobs in an account with a hierarchical namespace. */
  private static BlobListDetails details() {
    return new BlobListDetails().setRetrieveMetadata(true);
  }

  private static boolean isFolder(BlobItem each) {
    return each.getMetadata() != null
        && "true".equalsIgnoreCase(each.getMetadata().get("hdi_isfolder"));
  }

  private StoredObject object(BlobItem each) {
    BlobItemProperties properties = each.getProperties();
    return new StoredObject(
        access.relative(each.getName()),
        properties.getContentLength(),
        properties.getLastModified().toInstant(),
        AzureAccess.etag(properties.getETag()));
  }
}
