import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites a library's class files that are older than Java 6 (version 50) into the form that Java 25
 * writes, stack maps included. The JVM keeps no older ones in its ahead-of-time cache, so it would
 * parse and verify them at every start. Their code stays as it is; each is verified.
 *
 * <p>Run as {@code java tools/UpgradeClassFiles.java library.jar}; the file is replaced.
 */
class UpgradeClassFiles {
  private static final int FIRST_WITH_STACK_MAPS = 50;

  public static void main(String[] arguments) throws IOException {
    Path library = Path.of(arguments[0]);
    Path upgraded = Path.of(arguments[0] + ".upgraded");
    try (URLClassLoader classes = new URLClassLoader(new URL[] {library.toUri().toURL()});
        JarFile jar = new JarFile(library.toFile());
        OutputStream file = Files.newOutputStream(upgraded);
        ZipOutputStream out = new ZipOutputStream(file)) {
      ClassFile context =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ConstantPoolSharingOption.NEW_POOL,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofClassLoading(classes)));
      for (JarEntry entry : jar.stream().toList()) {
        byte[] content = jar.getInputStream(entry).readAllBytes();
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        out.write(entry.getName().endsWith(".class") ? upgrade(context, content) : content);
        out.closeEntry();
      }
    }
    Files.move(upgraded, library, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] upgrade(ClassFile context, byte[] bytes) {
    ClassModel old = context.parse(bytes);
    if (old.majorVersion() >= FIRST_WITH_STACK_MAPS) {
      return bytes;
    }
    ClassTransform rewrite =
        // A transformation of its own for each body, or the library copies bodies as they are.
        ClassTransform.transformingMethodBodies(
                CodeTransform.ofStateful(() -> (code, element) -> code.with(element)))
            .andThen(
                ClassTransform.endHandler(
                    builder -> builder.withVersion(ClassFile.latestMajorVersion(), 0)));
    byte[] upgraded = context.transformClass(old, rewrite);
    List<VerifyError> errors = context.verify(upgraded);
    if (!errors.isEmpty()) {
      throw new IllegalStateException(old.thisClass().asInternalName() + ": " + errors.getFirst());
    }
    return upgraded;
  }
}
