package tarn.assets.definition;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetModule;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.station.Station;

/** Reads the jars below {@code plugins}. */
final class PluginFiles {
  private static final String SERVICE = "META-INF/services/" + AssetModule.class.getName();

  private final Path station;
  private final Path plugins;
  private final Mistakes mistakes;

  PluginFiles(Station station, Mistakes mistakes) {
    this.station = station.folder();
    this.plugins = station.plugins();
    this.mistakes = mistakes;
  }

  /** What is known of the plugins' assets. */
  record Read(List<Draft> drafts, Completeness completeness) {}

  enum Completeness {
    ALL,
    /** A plugin has a mistake in it, and nobody knows what else it would declare. */
    NOT_ALL
  }

  /** In the order of the jars' names. */
  Read read() {
    List<Draft> drafts = new ArrayList<>();
    Completeness completeness = Completeness.ALL;
    for (Path jar : jars()) {
      Optional<List<Draft>> read = mistakes.attempt(Optional.empty(), () -> Optional.of(read(jar)));
      drafts.addAll(read.orElse(List.of()));
      completeness = read.isPresent() ? completeness : Completeness.NOT_ALL;
    }
    return new Read(drafts, completeness);
  }

  private List<Path> jars() {
    if (!Files.isDirectory(plugins)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(plugins)) {
      return files
          .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".jar"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.ASSET_PLUGIN_INVALID,
          "Cannot read the folder " + plugins + ": " + e.getMessage(),
          "Check the folder's rights.",
          e);
    }
  }

  private List<Draft> read(Path jar) {
    String name = station.relativize(jar).toString().replace('\\', '/');
    PluginJar plugin = new PluginJar(name, contentVersion(jar, name));
    try {
      List<Draft> drafts = new ArrayList<>();
      for (AssetModule module : modules(jar)) {
        drafts.addAll(new PluginModule(plugin, module).drafts());
      }
      return drafts;
    } catch (ServiceConfigurationError e) {
      throw invalid(
          name, String.valueOf(e.getMessage()).replace(AssetModule.class.getName() + ": ", ""), e);
    } catch (LinkageError e) {
      throw invalid(name, linkage(e), e);
    } catch (TarnException e) {
      throw e;
    } catch (RuntimeException e) {
      // Such as a signature that does not fit what was signed.
      throw invalid(name, "it cannot be read: " + e, e);
    }
  }

  /**
   * The modules that this jar names. Its class loader is never closed: the assets' code runs in it
   * for as long as the program does.
   */
  private static List<AssetModule> modules(Path jar) {
    ClassLoader loader =
        new URLClassLoader(
            "plugin " + jar.getFileName(),
            new URL[] {url(jar)},
            new OfferedClasses(AssetModule.class.getClassLoader()));
    return ServiceLoader.load(AssetModule.class, loader).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a file has a URL: " + jar, e);
    }
  }

  /**
   * A hash of what the jar holds; the times in it make no difference, so a new build may be equal.
   */
  private static String contentVersion(Path jar, String name) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.getEntry(SERVICE) == null) {
        throw invalid(
            name, "it names no asset module: the file " + SERVICE + " is missing in it", null);
      }
      return CodeVersion.sha256(
          zip.stream()
              .filter(entry -> !entry.isDirectory())
              .map(PluginFiles::describe)
              .sorted()
              .collect(Collectors.joining("\n")));
    } catch (IOException e) {
      throw invalid(name, "it is no readable jar: " + e.getMessage(), e);
    }
  }

  private static String describe(ZipEntry entry) {
    return entry.getName() + " " + entry.getSize() + " " + Long.toHexString(entry.getCrc());
  }

  private static String linkage(LinkageError error) {
    return switch (error) {
      case UnsupportedClassVersionError _ ->
          "it was compiled for a newer Java than this one (%s): %s"
              .formatted(Runtime.version().feature(), error.getMessage());
      case NoClassDefFoundError _ ->
          "a class that it needs is not there: %s".formatted(error.getMessage());
      default -> String.valueOf(error);
    };
  }

  private static TarnException invalid(String name, String complaint, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.ASSET_PLUGIN_INVALID,
        name + " cannot be used: " + complaint + ".",
        "Mend the plugin or take it out of the folder; docs/reference/java-assets.md says how one is"
            + " made. A plugin carries its own libraries.",
        cause);
  }
}
