package tarn.assets.definition;

import java.util.List;

/**
 * What a plugin sees of the program that runs it: the JDK, the interfaces that it is written
 * against, and nothing else. So a plugin may carry another version of a library that the program
 * uses too, and breaks at once, not after an upgrade, when it leans on one that it does not carry.
 */
final class OfferedClasses extends ClassLoader {
  static final List<String> PACKAGES =
      List.of("tarn.", "org.apache.arrow.", "org.jspecify.", "org.slf4j.");

  private final ClassLoader program;

  OfferedClasses(ClassLoader program) {
    super("offered to plugins", ClassLoader.getPlatformClassLoader());
    this.program = program;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (PACKAGES.stream().noneMatch(name::startsWith)) {
      throw new ClassNotFoundException(name);
    }
    return program.loadClass(name);
  }
}
