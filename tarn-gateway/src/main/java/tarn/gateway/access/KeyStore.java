package tarn.gateway.access;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * A station's keys, in {@code keys.json} of its folder. Whoever holds the file can read which keys
 * there are but not use them. A change by one process is seen by the others with their next look.
 */
public final class KeyStore {
  private static final String PREFIX = "tarn_";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ReentrantLock CHANGES = new ReentrantLock();

  private final Path file;
  private volatile @Nullable Seen seen;

  public KeyStore(Path station) {
    this.file = station.resolve("keys.json");
  }

  private record Seen(Object version, List<ApiKey> keys) {}

  /** A key that was just made, with the secret that is shown this one time. */
  public record Made(ApiKey key, String secret) {}

  /** Every key there ever was. */
  public List<ApiKey> keys() {
    Object version = version();
    Seen known = seen;
    if (known == null || !known.version.equals(version)) {
      known = new Seen(version, KeyFile.read(file));
      seen = known;
    }
    return known.keys;
  }

  /** The file is replaced as a whole, so these tell one content from another. */
  private Object version() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return List.of(
          String.valueOf(attributes.fileKey()), attributes.lastModifiedTime(), attributes.size());
    } catch (IOException e) {
      return "none";
    }
  }

  /** The key that this secret belongs to, if it may be used now. */
  public Optional<ApiKey> find(String secret, Instant now) {
    if (!secret.startsWith(PREFIX)) {
      return Optional.empty();
    }
    byte[] hash = hash(secret);
    return keys().stream()
        .filter(key -> key.isValid(now))
        .filter(
            key ->
                key.hashes().stream()
                    .filter(each -> each.until().filter(end -> !now.isBefore(end)).isEmpty())
                    .anyMatch(
                        each ->
                            MessageDigest.isEqual(hash, HexFormat.of().parseHex(each.sha256()))))
        .findFirst();
  }

  public Made create(
      String name, String role, List<String> grants, Optional<Instant> expires, Instant now) {
    String id = "k" + HexFormat.of().formatHex(random(4));
    String secret = secret(id);
    ApiKey key =
        new ApiKey(
            id,
            name,
            role,
            grants,
            now.truncatedTo(ChronoUnit.SECONDS),
            expires,
            Optional.empty(),
            List.of(new ApiKey.Hash(hex(secret), Optional.empty())));
    change(
        keys -> {
          List<ApiKey> more = new ArrayList<>(keys);
          more.add(key);
          return more;
        });
    return new Made(key, secret);
  }

  /**
   * Gives a key a new secret.
   *
   * @param grace how long the old one is still taken
   * @throws TarnException {@code key.unknown}
   */
  public Made rotate(String idOrName, Duration grace, Instant now) {
    ApiKey old = require(idOrName);
    String secret = secret(old.id());
    List<ApiKey.Hash> hashes = new ArrayList<>();
    hashes.add(new ApiKey.Hash(hex(secret), Optional.empty()));
    if (grace.isPositive()) {
      hashes.add(new ApiKey.Hash(old.hashes().getFirst().sha256(), Optional.of(now.plus(grace))));
    }
    ApiKey key =
        new ApiKey(
            old.id(),
            old.name(),
            old.role(),
            old.grants(),
            old.created(),
            old.expires(),
            old.revoked(),
            hashes);
    replace(key);
    return new Made(key, secret);
  }

  /**
   * @throws TarnException {@code key.unknown}
   */
  public ApiKey revoke(String idOrName, Instant now) {
    ApiKey old = require(idOrName);
    ApiKey key =
        new ApiKey(
            old.id(),
            old.name(),
            old.role(),
            old.grants(),
            old.created(),
            old.expires(),
            Optional.of(old.revoked().orElse(now.truncatedTo(ChronoUnit.SECONDS))),
            old.hashes());
    replace(key);
    return key;
  }

  private ApiKey require(String idOrName) {
    List<ApiKey> found =
        keys().stream()
            .filter(key -> key.id().equals(idOrName) || key.name().equals(idOrName))
            .filter(key -> key.id().equals(idOrName) || key.revoked().isEmpty())
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new TarnException(
        ErrorCode.KEY_UNKNOWN,
        found.isEmpty()
            ? "There is no key `" + idOrName + "`."
            : "Several keys are called `" + idOrName + "`.",
        "`tarn keys list` shows each key's number.");
  }

  private void replace(ApiKey key) {
    change(keys -> keys.stream().map(each -> each.id().equals(key.id()) ? key : each).toList());
  }

  /** One process at a time; readers see the file before or after. */
  private void change(UnaryOperator<List<ApiKey>> edit) {
    Path lock = file.resolveSibling("keys.json.lock");
    CHANGES.lock();
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      Path next = file.resolveSibling("keys.json.next");
      Files.deleteIfExists(next);
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            next,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.write(
          next,
          KeyFile.text(edit.apply(KeyFile.read(file))).getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_DENIED,
          "The file of keys " + file + " cannot be written: " + e.getMessage(),
          "Check the folder's rights.",
          e);
    } finally {
      CHANGES.unlock();
    }
  }

  private static String secret(String id) {
    return PREFIX + id + "_" + HexFormat.of().formatHex(random(24));
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }

  private static String hex(String secret) {
    return HexFormat.of().formatHex(hash(secret));
  }

  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
