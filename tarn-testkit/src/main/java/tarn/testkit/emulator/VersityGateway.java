package tarn.testkit.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Versity's gateway over a folder: checks signatures, and keeps versions where a bucket asks for
 * it.
 */
public final class VersityGateway implements S3Emulator {
  private final EmulatorProcess process;
  private final String scheme;

  private VersityGateway(EmulatorProcess process, String scheme) {
    this.process = process;
    this.scheme = scheme;
  }

  /** The one that all tests of this process share; each uses a bucket of its own. */
  public static VersityGateway shared() {
    return Shared.INSTANCE;
  }

  public static VersityGateway start() {
    return start(Optional.empty());
  }

  /** One that is reached through TLS only. */
  public static VersityGateway start(Optional<ServerCertificate> certificate) {
    Path program = Tools.folder("versitygw").resolve("bin/versitygw");
    EmulatorProcess process =
        EmulatorProcess.start(
            "versitygw",
            (folder, port) -> command(program, folder, port, certificate),
            Map.of("GOMEMLIMIT", "400MiB"));
    return new VersityGateway(process, certificate.isPresent() ? "https" : "http");
  }

  private static List<String> command(
      Path program, Path folder, int port, Optional<ServerCertificate> certificate)
      throws IOException {
    for (String each : List.of("root", "versions")) {
      Files.createDirectory(folder.resolve(each));
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--port",
                "127.0.0.1:" + port,
                "--access",
                ACCESS_KEY,
                "--secret",
                SECRET_KEY,
                "--quiet"));
    certificate.ifPresent(
        each ->
            command.addAll(
                List.of("--cert", each.certificate().toString(), "--key", each.key().toString())));
    command.addAll(List.of("posix", "--versioning-dir", folder.resolve("versions").toString()));
    if (!Files.getFileStore(folder).supportsFileAttributeView("user")) {
      // Beside the files it is not written in one step with them: a reader may see a new ETag with
      // the
      // old content.
      Path sidecar = Files.createDirectory(folder.resolve("sidecar"));
      command.addAll(List.of("--sidecar", sidecar.toString()));
    }
    command.add(folder.resolve("root").toString());
    return command;
  }

  @Override
  public URI endpoint() {
    return URI.create(scheme + "://127.0.0.1:" + port());
  }

  @Override
  public int port() {
    return process.port();
  }

  /** A new bucket, empty. */
  public String newBucket() {
    String bucket = "test-" + UUID.randomUUID();
    try {
      Files.createDirectory(process.folder().resolve("root").resolve(bucket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bucket;
  }

  /**
   * Puts files of one byte where the gateway keeps a bucket's objects: much faster than by
   * requests.
   */
  public void plant(String bucket, Stream<String> keys) {
    Path folder = process.folder().resolve("root").resolve(bucket);
    keys.forEach(
        key -> {
          try {
            Path file = folder.resolve(key);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, new byte[1]);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** The gateway's processes, for tests of their end. */
  public List<ProcessHandle> processes() {
    return process.processes();
  }

  @Override
  public void close() {
    process.close();
  }

  private static final class Shared {
    static final VersityGateway INSTANCE = start();
  }
}
