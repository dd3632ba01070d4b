package tarn.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ByteRange;

/** Brings files of a collection into a folder, each verified while it is written. */
final class Getter {
  private final Places places;
  private final Progress progress;

  Getter(Places places, Progress progress) {
    this.places = places;
    this.progress = progress;
  }

  void get(List<ListedFile> files, Path folder) {
    progress.phase(
        "getting", files.size(), files.stream().mapToLong(each -> each.reference().size()).sum());
    for (ListedFile file : files) {
      Path target = folder.resolve(file.path()).normalize();
      if (!target.startsWith(folder.normalize()) || target.equals(folder.normalize())) {
        throw new TarnException(
            ErrorCode.FILE_REFUSED,
            "The path `" + file.path() + "` leads out of " + folder + ".",
            "Leave it out, and find out who added it.");
      }
      get(file, target);
      progress.advance(1, file.reference().size());
    }
  }

  private void get(ListedFile file, Path target) {
    Path part = target.resolveSibling("." + UUID.randomUUID() + ".part");
    try {
      Files.createDirectories(Optional.ofNullable(target.getParent()).orElseThrow());
      try (OutputStream out = Files.newOutputStream(part)) {
        copy(file, out);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "Cannot write " + target + ": " + e,
          "Check the folder's rights and free space.",
          e);
    } finally {
      part.toFile().delete();
    }
  }

  /** Writes a file's bytes; fails at the end when they are not the right ones. */
  void copy(ListedFile file, OutputStream out) throws IOException {
    FileReference reference = file.reference();
    Places.Place place =
        places
            .find(reference)
            .orElseThrow(() -> damaged(file, "its object " + reference.uri() + " is gone"));
    MessageDigest digest = BlobStore.newSha256();
    try (InputStream content = new DigestInputStream(place.read(ByteRange.ALL), digest)) {
      long size = content.transferTo(out);
      if (size != reference.size()) {
        throw damaged(file, "it has %d bytes instead of %d".formatted(size, reference.size()));
      }
    }
    String sha256 = BlobStore.hexadecimal(digest.digest());
    if (!reference.sha256().orElse(sha256).equals(sha256)) {
      throw damaged(file, "its SHA-256 is " + sha256);
    }
  }

  private static TarnException damaged(ListedFile file, String what) {
    return new TarnException(
        ErrorCode.FILE_DAMAGED,
        file.path() + " is damaged: " + what + ".",
        "`tarn files verify` finds all damaged files; restore this one from a copy.");
  }
}
