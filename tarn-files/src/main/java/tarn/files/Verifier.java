package tarn.files;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.base.TarnException;
import tarn.storage.ContentHash;

/** Compares bytes with what references say of them. */
final class Verifier {
  private final Places places;
  private final Progress progress;

  Verifier(Places places, Progress progress) {
    this.places = places;
    this.progress = progress;
  }

  private record Problem(String code, String message) {}

  List<FileFinding> verify(List<ListedFile> files) {
    progress.phase(
        "verifying", files.size(), files.stream().mapToLong(each -> each.reference().size()).sum());
    List<FileFinding> findings = new ArrayList<>();
    Map<String, Optional<Problem>> seen = new HashMap<>();
    for (ListedFile file : files) {
      String identity = file.reference().uri() + " " + file.reference().sha256().orElse("");
      seen.computeIfAbsent(identity, _ -> problem(file.reference()))
          .ifPresent(
              problem ->
                  findings.add(
                      new FileFinding(
                          problem.code(), file.path(), file.reference().uri(), problem.message())));
      progress.advance(1, file.reference().size());
    }
    return findings;
  }

  private Optional<Problem> problem(FileReference reference) {
    try {
      Optional<Places.Place> place = places.find(reference);
      return place.isEmpty()
          ? problem("blob.missing", "There is no such object.")
          : compare(reference, place.get());
    } catch (TarnException e) {
      return problem("blob.unreadable", e.getMessage());
    }
  }

  private static Optional<Problem> compare(FileReference reference, Places.Place place) {
    long size = place.object().size();
    long wanted = reference.size();
    if (size < wanted) {
      return problem("blob.truncated", "It has %d bytes instead of %d.".formatted(size, wanted));
    }
    if (size > wanted) {
      return problem("blob.grown", "It has %d bytes instead of %d.".formatted(size, wanted));
    }
    if (reference.sha256().isEmpty()) {
      boolean same = reference.etag().equals(Optional.of(place.object().etag()));
      return same
          ? Optional.empty()
          : problem("blob.modified", "Its ETag is another one than when it was registered.");
    }
    ContentHash hash = place.hash();
    return hash.sha256().equals(reference.sha256().get())
        ? Optional.empty()
        : problem("blob.modified", "Its SHA-256 is " + hash.sha256() + ".");
  }

  private static Optional<Problem> problem(String code, String message) {
    return Optional.of(new Problem(code, message));
  }
}
