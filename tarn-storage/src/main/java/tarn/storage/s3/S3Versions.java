package tarn.storage.s3;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import tarn.storage.ObjectVersion;
import tarn.storage.ObjectVersion.Standing;
import tarn.storage.Operation;
import tarn.storage.internal.Page;
import tarn.storage.internal.Pages;
import tarn.storage.internal.Request;

/** The versions that a bucket keeps of an object. */
final class S3Versions {
  private static final Comparator<ObjectVersion> NEWEST_FIRST =
      Comparator.comparing((ObjectVersion each) -> each.standing() != Standing.LATEST)
          .thenComparing(ObjectVersion::modified, Comparator.reverseOrder());

  private final S3Access access;

  S3Versions(S3Access access) {
    this.access = access;
  }

  List<ObjectVersion> of(String key) {
    Request request = access.request(Operation.LIST_VERSIONS, key);
    String full = access.full(key);
    try (Stream<ObjectVersion> all =
        Pages.stream(
            request, access.executor(), (Optional<Marker> marker) -> page(request, full, marker))) {
      return all.filter(each -> each.key().equals(key)).sorted(NEWEST_FIRST).toList();
    }
  }

  private Page<ObjectVersion, Marker> page(Request request, String full, Optional<Marker> marker) {
    ListObjectVersionsResponse answer =
        access.call(
            request,
            () ->
                access
                    .client()
                    .listObjectVersions(
                        each -> {
                          each.bucket(access.bucket()).prefix(full);
                          marker.ifPresent(
                              from -> each.keyMarker(from.key()).versionIdMarker(from.version()));
                        }));
    Stream<ObjectVersion> contents = answer.versions().stream().map(this::content);
    Stream<ObjectVersion> marks =
        answer.deleteMarkers().stream()
            .filter(each -> !Boolean.TRUE.equals(each.isLatest()))
            .map(this::removal);
    // Keys come in order, the shortest first: a longer one ends the search.
    boolean more =
        Boolean.TRUE.equals(answer.isTruncated())
            && answer.versions().stream().allMatch(each -> each.key().equals(full));
    // Times may be whole seconds: among equal ones what stands now comes first.
    Stream<ObjectVersion> latest =
        answer.deleteMarkers().stream()
            .filter(each -> Boolean.TRUE.equals(each.isLatest()))
            .map(this::removal);
    return new Page<>(
        Stream.of(latest, contents, marks).flatMap(each -> each).toList(),
        more
            ? Optional.of(new Marker(answer.nextKeyMarker(), answer.nextVersionIdMarker()))
            : Optional.empty());
  }

  private ObjectVersion content(software.amazon.awssdk.services.s3.model.ObjectVersion each) {
    return new ObjectVersion(
        access.relative(each.key()),
        each.versionId(),
        each.size(),
        each.lastModified(),
        S3Access.etag(each.eTag()),
        Boolean.TRUE.equals(each.isLatest()) ? Standing.LATEST : Standing.SUPERSEDED);
  }

  private ObjectVersion removal(DeleteMarkerEntry each) {
    return new ObjectVersion(
        access.relative(each.key()),
        each.versionId(),
        0,
        each.lastModified(),
        "",
        Standing.REMOVAL);
  }

  private record Marker(String key, String version) {}
}
