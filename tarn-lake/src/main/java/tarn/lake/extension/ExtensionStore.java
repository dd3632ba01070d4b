package tarn.lake.extension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * The folder in which the engine finds its extensions, laid out as the engine lays it out: {@code
 * v1.5.5/linux_amd64/ducklake.duckdb_extension}. Whatever reaches it has been loaded before by an
 * engine that checks signatures.
 */
public final class ExtensionStore {
  /** What a station may need: the lake itself, object stores, and the catalogs of other engines. */
  public static final List<String> STANDARD =
      List.of("ducklake", "httpfs", "azure", "postgres_scanner", "sqlite_scanner");

  private static final String INSTALL_REMEDY =
      "Run `tarn extensions install`, or `tarn extensions install --from DIR` on a machine without"
          + " internet.";

  private final Path folder;
  private final Consumer<String> notice;

  /** One that says nothing when it brings an extension. */
  public ExtensionStore(Path folder) {
    this(folder, _ -> {});
  }

  /**
   * @param notice takes a line for a person before something slow begins; it belongs on standard
   *     error
   */
  public ExtensionStore(Path folder, Consumer<String> notice) {
    this.folder = folder.toAbsolutePath().normalize();
    this.notice = notice;
  }

  public Path folder() {
    return folder;
  }

  /**
   * Loads an extension into an engine that has this store as its {@code extension_directory};
   * brings it first when the store lacks it.
   *
   * @param engine runs a statement there
   * @throws TarnException {@code extension.missing} when nobody has it, {@code extension.refused}
   *     when what the store has is not loaded
   */
  public void load(Consumer<String> engine, String name) {
    try {
      engine.accept("LOAD " + name);
    } catch (TarnException e) {
      // The usual case costs nothing but the LOAD itself; only a failure is looked into.
      ensure(List.of(name));
      engine.accept("LOAD " + name);
    }
  }

  /**
   * Brings those extensions that the store lacks, from the engine's repository or PyPI.
   *
   * @throws TarnException {@code extension.missing} when nobody has one, {@code extension.refused}
   *     when what the store has is no good: it is left for a person to look at
   */
  public void ensure(Collection<String> names) {
    for (Extension extension : list(names)) {
      switch (extension) {
        case Extension.Usable _ -> {}
        case Extension.Missing missing -> install(List.of(missing.name()));
        case Extension.Refused(String name, Path file, String reason) ->
            throw new TarnException(
                ErrorCode.EXTENSION_REFUSED,
                "The engine refuses its extension " + name + " in " + file + ": " + reason + ".",
                INSTALL_REMEDY);
      }
    }
  }

  /** Brings what is missing or refused, from the engine's repository or PyPI. */
  public List<Installation> install(Collection<String> names) {
    return installer(new EngineRepository(), new PythonWheels()).install(names);
  }

  /**
   * Brings extensions from a folder, replacing what is there; what the folder lacks comes from the
   * engine's repository or PyPI. A binary of the folder that is refused is an error, and the store
   * keeps what it has.
   */
  public List<Installation> install(Collection<String> names, Path from) {
    if (!Files.isDirectory(from)) {
      throw new TarnException(
          ErrorCode.USAGE,
          "The folder " + from + " does not exist.",
          "Name the folder that holds the extensions' files or wheels.");
    }
    return installer(new FolderSource(from), new EngineRepository(), new PythonWheels())
        .install(names);
  }

  /** The engine's version and platform: {@code v1.5.5 linux_amd64}. */
  public String engine() {
    Build build = TrialEngine.build();
    return build.version() + " " + build.platform();
  }

  /** Tries each of these extensions. */
  public List<Extension> list(Collection<String> names) {
    Build build = TrialEngine.build();
    return names.stream().map(name -> look(build, name)).toList();
  }

  private Extension look(Build build, String name) {
    Path file = file(build, name);
    if (!Files.exists(file)) {
      return new Extension.Missing(name, file);
    }
    try {
      Optional<String> refusal = TrialEngine.refusal(file, build);
      return refusal.isPresent()
          ? new Extension.Refused(name, file, refusal.get())
          : new Extension.Usable(
              name,
              file,
              Footer.of(file).map(Footer::extensionVersion).orElse(""),
              Files.size(file));
    } catch (IOException e) {
      return new Extension.Refused(name, file, "it cannot be read: " + e.getMessage());
    }
  }

  private Installer installer(Source... sources) {
    return new Installer(this, List.of(sources), notice);
  }

  Path file(Build build, String name) {
    return folder
        .resolve(build.version())
        .resolve(build.platform())
        .resolve(name + CandidateFile.SUFFIX);
  }
}
