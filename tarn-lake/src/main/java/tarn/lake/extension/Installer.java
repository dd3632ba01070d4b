package tarn.lake.extension;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Brings extensions into a store. Each binary is written to a staging folder inside the store,
 * tried there, and only then moved to its place in one step, so that whoever is killed leaves what
 * was there before.
 */
final class Installer {
  private static final String STAGING = ".staging";

  private final ExtensionStore store;
  private final List<Source> sources;
  private final Consumer<String> notice;

  Installer(ExtensionStore store, List<Source> sources, Consumer<String> notice) {
    this.store = store;
    this.sources = sources;
    this.notice = notice;
  }

  List<Installation> install(Collection<String> names) {
    names.forEach(Installer::checkName);
    try (StoreLock _ = StoreLock.take(store.folder(), notice)) {
      List<Installation> done = new ArrayList<>();
      for (String name : names) {
        done.add(install(name));
      }
      return done;
    } catch (IOException e) {
      throw new TarnException(
          storageCode(e),
          "Cannot install the engine's extensions in " + store.folder() + ": " + e,
          "Check the folder's rights and its free space, or set TARN_HOME to another folder.",
          e);
    }
  }

  private static ErrorCode storageCode(IOException error) {
    if (error instanceof AccessDeniedException) {
      return ErrorCode.STORAGE_DENIED;
    }
    return String.valueOf(error.getMessage()).contains("No space left")
        ? ErrorCode.STORAGE_FULL
        : ErrorCode.STORAGE_FAILED;
  }

  /** The name becomes part of a statement and of paths. */
  private static void checkName(String name) {
    if (!name.matches("[a-z][a-z0-9_]*")) {
      throw new TarnException(
          ErrorCode.USAGE,
          "`" + name + "` is no extension's name.",
          "Use the names that `tarn extensions list` shows.");
    }
  }

  private Installation install(String name) throws IOException {
    // Whoever holds the lock is the only one that stages, so what lies here was left by a kill.
    Path staging = store.folder().resolve(STAGING);
    delete(staging);
    Files.createDirectory(staging);
    try {
      Build build = TrialEngine.build();
      Path place = store.file(build, name);
      boolean usable = Files.exists(place) && TrialEngine.refusal(place, build).isEmpty();
      List<String> absences = new ArrayList<>();
      for (Source source : sources) {
        if (usable && !(source instanceof FolderSource)) {
          return new Installation.Kept(name, place);
        }
        Source.Offer offer = ask(source, name, build, staging);
        if (offer.candidates().isEmpty()) {
          absences.add(offer.absence());
        } else {
          return choose(offer.candidates(), name, build, staging, place);
        }
      }
      throw new TarnException(
          ErrorCode.EXTENSION_MISSING,
          "The engine's extension %s for %s was not found. %s."
              .formatted(name, build, String.join(". ", absences)),
          "Connect this machine, or carry the file here and run `tarn extensions install --from"
              + " DIR`.");
    } finally {
      delete(staging);
    }
  }

  private Source.Offer ask(Source source, String name, Build build, Path staging)
      throws IOException {
    try {
      return source.find(name, build, staging, notice);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TarnException(
          ErrorCode.INTERRUPTED, "Installing " + name + " was stopped.", "Run it again.", e);
    }
  }

  /** Takes the first candidate that the engine loads. */
  private static Installation choose(
      List<Source.Candidate> candidates, String name, Build build, Path staging, Path place)
      throws IOException {
    List<String> refusals = new ArrayList<>();
    for (Source.Candidate candidate : candidates) {
      Path staged =
          Files.createDirectories(staging.resolve("trial")).resolve(name + CandidateFile.SUFFIX);
      Files.deleteIfExists(staged);
      Optional<String> refusal = write(candidate, staged);
      if (refusal.isEmpty()) {
        refusal = TrialEngine.refusal(staged, build);
      }
      if (refusal.isEmpty()) {
        return move(staged, name, candidate.origin(), place);
      }
      refusals.add(candidate.origin() + ": " + refusal.get());
    }
    throw new TarnException(
        ErrorCode.EXTENSION_REFUSED,
        "The engine's extension %s was refused. %s.".formatted(name, String.join(". ", refusals)),
        "Get the file again from where it was made (PyPI's duckdb-extension-%s, version %s); what was installed before stays as it is."
            .formatted(name, build.packageVersion()));
  }

  /** A candidate that cannot even be unpacked is refused like one that cannot be loaded. */
  private static Optional<String> write(Source.Candidate candidate, Path staged)
      throws IOException {
    try {
      candidate.writeTo(staged);
      return Optional.empty();
    } catch (ZipException | EOFException e) {
      return Optional.of("it cannot be unpacked: " + e.getMessage());
    }
  }

  private static Installation move(Path staged, String name, String origin, Path place)
      throws IOException {
    if (Files.exists(place) && Files.mismatch(staged, place) == -1) {
      return new Installation.Kept(name, place);
    }
    long bytes = Files.size(staged);
    Path folder = Files.createDirectories(Objects.requireNonNull(place.getParent()));
    force(staged, StandardOpenOption.WRITE);
    Files.move(staged, place, StandardCopyOption.ATOMIC_MOVE);
    force(folder, StandardOpenOption.READ);
    return new Installation.Installed(name, place, origin, bytes);
  }

  /** So that a power failure cannot leave the name without its content. */
  private static void force(Path path, StandardOpenOption access) throws IOException {
    try (FileChannel channel = FileChannel.open(path, access)) {
      channel.force(true);
    } catch (IOException e) {
      if (!Files.isDirectory(path)) {
        throw e;
      }
      // Windows cannot open a folder; there the move itself is as durable as it gets.
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
