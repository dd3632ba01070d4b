package tarn.integrity.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * Files of this machine. A canonical path is absolute, without {@code .} or {@code ..}, and its
 * folder is reached without a symbolic link; the name itself is left as it is, as two names that
 * look alike may be two files.
 */
public final class LocalFiles implements FileStore {
  private final Path dataPath;
  private final Path root;
  private final ConcurrentMap<Path, Path> realFolders = new ConcurrentHashMap<>();

  /**
   * @param dataPath the folder; it need not be there
   */
  public LocalFiles(Path dataPath) throws IOException {
    this.dataPath = dataPath.toAbsolutePath();
    this.root = realFolder(this.dataPath);
  }

  @Override
  public String root() {
    return root.toString();
  }

  @Override
  public String canonical(String path) throws IOException {
    Path absolute = absolute(path);
    Path name = absolute.getFileName();
    Path folder = absolute.getParent();
    if (name == null || folder == null) {
      return absolute.toString();
    }
    if (name.toString().equals("..") || name.toString().equals(".")) {
      return realFolder(absolute).toString();
    }
    return realFolder(folder).resolve(name).toString();
  }

  private Path absolute(String path) {
    String plain = path.startsWith("file://") ? path.substring("file://".length()) : path;
    return dataPath.resolve(plain);
  }

  /** Where the system ends up; of what is not there, the part that is. */
  private Path realFolder(Path folder) throws IOException {
    Path known = realFolders.get(folder);
    if (known != null) {
      return known;
    }
    Path real;
    try {
      real = folder.toRealPath();
    } catch (NoSuchFileException e) {
      Path parent = folder.getParent();
      real =
          parent == null
              ? folder.normalize()
              : realFolder(parent)
                  .resolve(Objects.requireNonNull(folder.getFileName()))
                  .normalize();
    }
    realFolders.put(folder, real);
    return real;
  }

  @Override
  public List<Unlisted> list(String folder, Consumer<List<StoredFile>> sink)
      throws InterruptedException {
    return DirectoryWalk.walk(Path.of(folder), Math.max(2, parallelism()), sink);
  }

  @Override
  public Optional<StoredFile> find(String path) throws IOException {
    Path file = absolute(path);
    try {
      return Optional.of(stored(file, Files.readAttributes(file, BasicFileAttributes.class)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  static StoredFile stored(Path path, BasicFileAttributes attributes) {
    return new StoredFile(
        path.toString(), attributes.size(), attributes.lastModifiedTime().toInstant(), "");
  }

  @Override
  public OpenFile open(String path) throws IOException {
    FileChannel channel = FileChannel.open(absolute(path), StandardOpenOption.READ);
    try {
      return new OpenLocalFile(channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The file appears under its name only when it is whole and on the disk. */
  @Override
  public void put(Path source, String path) throws IOException {
    Path target = absolute(path);
    Path parent = Objects.requireNonNull(target.getParent());
    Files.createDirectories(parent);
    Path fresh = parent.resolve(".restoring-" + target.getFileName());
    copy(source, fresh);
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Durability.force(List.of(target), parent);
  }

  private static void copy(Path source, Path target) throws IOException {
    Files.copy(
        source, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    Durability.force(List.of(target), Objects.requireNonNull(target.getParent()));
  }

  @Override
  public void fetch(String path, Path target) throws IOException {
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    copy(absolute(path), target);
  }

  @Override
  public void remove(String path) throws IOException {
    Files.deleteIfExists(absolute(path));
  }

  @Override
  public void takeOut(String path, Path target) throws IOException {
    Path file = absolute(path);
    if (!file.toRealPath().startsWith(root)) {
      throw new IOException(file + " leads out of the data path " + root);
    }
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    Files.move(file, target);
  }

  @Override
  public void putBack(Path source, String path) throws IOException {
    Path file = absolute(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.move(source, file);
  }

  private record OpenLocalFile(FileChannel channel, long size) implements OpenFile {
    @Override
    public int read(long offset, byte[] into, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
      while (buffer.hasRemaining()) {
        int read = channel.read(buffer, offset + buffer.position());
        if (read < 0) {
          break;
        }
      }
      return buffer.position();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Override
  public int parallelism() {
    return Runtime.getRuntime().availableProcessors();
  }
}
