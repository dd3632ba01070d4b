package tarn.assets.definition;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;

/** Spoils the classes of a jar, such as by making them look compiled by a Java of the future. */
final class NewerClass {
  private static final int MAJOR_VERSION = 7;

  private NewerClass() {}

  static byte[] in(byte[] jar) throws IOException {
    return changed(jar, MAJOR_VERSION);
  }

  /** The first byte of a class says that it is one. */
  static byte[] damaged(byte[] jar) throws IOException {
    return changed(jar, 0);
  }

  private static byte[] changed(byte[] jar, int place) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar));
        JarOutputStream out = new JarOutputStream(bytes)) {
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        byte[] content = in.readAllBytes();
        if (entry.getName().endsWith(".class")) {
          content[place] = (byte) (content[place] + 10);
        }
        out.putNextEntry(new JarEntry(entry.getName()));
        out.write(content);
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
