package tarn.it.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import tarn.testkit.Checkout;

/**
 * A program of one class in place of Tarn's own, for the launcher to start: as a distribution, or
 * as a checkout that Maven builds in seconds.
 */
final class SmallProgram {
  private static final Pattern PLUGIN =
      Pattern.compile("<artifactId>(maven-[a-z]+-plugin)</artifactId>\\s*<version>([^<]+)<");

  static final String SOURCE =
      """
      package tarn.cli;

      public class Main {
        public static void main(String[] arguments) throws Exception {
          switch (arguments.length == 0 ? "" : arguments[0]) {
            case "warm-up" -> {
              if (System.getenv("TARN_CATALOG") != null) {
                throw new IllegalStateException("this would have written to a real lake");
              }
            }
            case "copy" -> System.in.transferTo(System.out);
            case "exit" -> System.exit(Integer.parseInt(arguments[1]));
            case "sleep" -> {
              System.out.println("ready");
              Thread.sleep(60_000);
            }
            case "folders" -> {
              System.out.println(System.getProperty("user.dir"));
              System.out.println(System.getProperty("tarn.home"));
              System.out.println(System.getProperty("java.library.path"));
              System.out.println(System.getProperty("java.home"));
            }
            default -> {
              System.out.println("first edition");
              for (String argument : arguments) {
                System.out.println("<" + argument + ">");
              }
            }
          }
        }
      }
      """;

  private SmallProgram() {}

  /** Lays it out as {@code ./dev dist} lays out a distribution. */
  static Path distribution(Path folder) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources/tarn/cli"));
    Path source = Files.writeString(sources.resolve("Main.java"), SOURCE);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    int result =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(System.out, System.err, "-d", classes.toString(), source.toString());
    if (result != 0) {
      throw new AssertionError("the small program does not compile");
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "tarn.cli.Main");
    Path jar = Files.createDirectories(folder.resolve("lib")).resolve("tarn.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry("tarn/cli/Main.class"));
      Files.copy(classes.resolve("tarn/cli/Main.class"), out);
    }
    Path launcher = Files.createDirectories(folder.resolve("bin")).resolve("tarn");
    Files.copy(Checkout.folder().resolve("tarn"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    return launcher;
  }

  /** Lays it out as a checkout with this project's own launcher and chores; nothing is built. */
  static Path checkout(Path folder) throws IOException {
    for (String name : new String[] {"tarn", "dev", "tools/UpgradeClassFiles.java"}) {
      Path copy = folder.resolve(name);
      createParent(copy);
      Files.copy(Checkout.folder().resolve(name), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    write(folder.resolve("pom.xml"), PARENT.replace("PLUGINS", plugins()));
    write(folder.resolve("tarn-cli/pom.xml"), MODULE);
    write(folder.resolve("tarn-cli/src/main/java/tarn/cli/Main.java"), SOURCE);
    write(folder.resolve("tarn-lake/target/native/libduckdb_java.so"), "a native library");
    return folder.resolve("tarn");
  }

  static void write(Path file, String text) throws IOException {
    createParent(file);
    Files.writeString(file, text);
  }

  /** The builds that a checkout has made and keeps. */
  static long builds(Path checkout) throws IOException {
    try (Stream<Path> apps = Files.list(checkout.resolve(".tarn/app"))) {
      return apps.filter(Files::isDirectory).count();
    }
  }

  private static void createParent(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
  }

  /** The same plugins as this project uses, so that nothing else must be downloaded. */
  private static String plugins() throws IOException {
    Matcher plugin = PLUGIN.matcher(Files.readString(Checkout.folder().resolve("pom.xml")));
    StringBuilder plugins = new StringBuilder();
    while (plugin.find()) {
      plugins.append(
          "<plugin><artifactId>%s</artifactId><version>%s</version></plugin>\n"
              .formatted(plugin.group(1), plugin.group(2)));
    }
    return plugins.toString();
  }

  private static final String PARENT =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>small</groupId><artifactId>small</artifactId><version>1</version>
        <packaging>pom</packaging>
        <modules><module>tarn-cli</module></modules>
        <properties>
          <maven.compiler.release>25</maven.compiler.release>
          <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
        </properties>
        <build><pluginManagement><plugins>
        PLUGINS
        </plugins></pluginManagement></build>
      </project>
      """;

  private static final String MODULE =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <parent><groupId>small</groupId><artifactId>small</artifactId><version>1</version></parent>
        <artifactId>tarn-cli</artifactId>
        <dependencies>
          <dependency>
            <groupId>info.picocli</groupId><artifactId>picocli</artifactId><version>4.7.7</version>
          </dependency>
        </dependencies>
        <build><plugins>
          <plugin>
            <artifactId>maven-jar-plugin</artifactId>
            <configuration><archive><manifest>
              <mainClass>tarn.cli.Main</mainClass><addClasspath>true</addClasspath>
            </manifest></archive></configuration>
          </plugin>
          <plugin>
            <artifactId>maven-dependency-plugin</artifactId>
            <executions><execution>
              <phase>package</phase><goals><goal>copy-dependencies</goal></goals>
              <configuration>
                <outputDirectory>${project.build.directory}/libraries</outputDirectory>
              </configuration>
            </execution></executions>
          </plugin>
        </plugins></build>
      </project>
      """;
}
