package tarn.storage.local;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import tarn.base.TarnException;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Interruption;
import tarn.storage.internal.Request;

/** What the file system's errors mean. */
final class LocalFailures {
  private LocalFailures() {}

  static TarnException error(Request request, IOException e) {
    String reason =
        e instanceof FileSystemException failure
            ? Optional.ofNullable(failure.getReason()).orElse("")
            : String.valueOf(e.getMessage());
    String known = reason.toLowerCase(Locale.ROOT);
    if (e instanceof ClosedByInterruptException) {
      return Interruption.during(request);
    }
    if (e instanceof NoSuchFileException) {
      return Errors.notFound(request, "A file or folder on the way", e);
    }
    if (e instanceof AccessDeniedException
        || known.contains("permission denied")
        || known.contains("read-only file system")) {
      return Errors.denied(
          request,
          reason.isEmpty() ? "access denied" : reason,
          "Give the user of this process the right to read and write below that folder.",
          e);
    }
    if (known.contains("no space left") || known.contains("quota exceeded")) {
      return Errors.full(request, reason, e);
    }
    if (e instanceof AtomicMoveNotSupportedException || known.contains("cross-device link")) {
      return Errors.failed(request, "the folder spans more than one file system", e);
    }
    return Errors.failed(request, reason.isEmpty() ? e.getClass().getSimpleName() : reason, e);
  }
}
