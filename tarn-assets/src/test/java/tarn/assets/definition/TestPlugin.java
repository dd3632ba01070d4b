package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles a class of the package {@code clinic} and packs it as a plugin. */
final class TestPlugin {
  private static final String SERVICE = "META-INF/services/tarn.assets.AssetModule";

  private TestPlugin() {}

  /** A plugin of one module class with this body, named in the jar as its module. */
  static Path write(Path plugins, String jar, String classBody) {
    return write(plugins, jar, classBody, "clinic.Clinic\n");
  }

  static Path write(Path plugins, String jar, String classBody, String services) {
    return write(plugins, jar, Map.of("clinic/Clinic.java", module(classBody)), services);
  }

  static String module(String classBody) {
    return """
    package clinic;
    import java.util.*;
    import java.util.stream.*;
    import tarn.assets.*;
    public class Clinic implements AssetModule {
      public record Row(int id, String name) {}
    %s
    }
    """
        .formatted(classBody);
  }

  /**
   * @param sources Java files by their paths
   * @param services empty: the jar names no module
   */
  static Path write(Path plugins, String jar, Map<String, String> sources, String services) {
    try {
      Path work = Files.createTempDirectory(plugins.getParent(), "plugin");
      Path classes = Files.createDirectories(work.resolve("classes"));
      compile(writeAll(work.resolve("source"), sources), classes);
      if (!services.isEmpty()) {
        writeAll(classes, Map.of(SERVICE, services));
      }
      Files.createDirectories(plugins);
      return pack(classes, plugins.resolve(jar));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> writeAll(Path folder, Map<String, String> files) throws IOException {
    List<String> written = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(Objects.requireNonNull(path.getParent()));
      written.add(Files.writeString(path, file.getValue()).toString());
    }
    return written;
  }

  private static void compile(List<String> files, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-parameters",
                "-proc:none",
                "-d",
                classes.toString(),
                "-classpath",
                System.getProperty("java.class.path")));
    arguments.addAll(files);
    assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
  }

  private static Path pack(Path classes, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        out.write(Files.readAllBytes(file));
        out.closeEntry();
      }
    }
    return jar;
  }
}
