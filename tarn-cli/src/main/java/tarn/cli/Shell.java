package tarn.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a command was typed: the streams it talks through and what surrounds it.
 *
 * @param out for data only
 * @param err for everything else that is said
 * @param folder from which the command's own relative paths start
 * @param terminals which of the streams a person is looking at
 */
record Shell(
    InputStream in,
    OutputStream out,
    PrintStream err,
    Map<String, String> environment,
    Path folder,
    Set<Stream> terminals) {

  /** What may be a terminal. */
  enum Stream {
    OUT,
    ERR
  }

  static Shell ofThisProcess() {
    return new Shell(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        terminalsOfThisProcess());
  }

  /** The same with nobody listening. */
  Shell silenced() {
    OutputStream nowhere = OutputStream.nullOutputStream();
    return new Shell(
        InputStream.nullInputStream(),
        nowhere,
        new PrintStream(nowhere, false, StandardCharsets.UTF_8),
        environment,
        folder,
        Set.of());
  }

  boolean isTerminal(Stream stream) {
    return terminals.contains(stream);
  }

  /** Prints text as data. */
  void print(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints a line for a person. */
  void say(String line) {
    err.println(line);
  }

  /** The JDK only tells whether both input and output are a terminal, and takes its time to. */
  private static Set<Stream> terminalsOfThisProcess() {
    Set<Stream> found = EnumSet.noneOf(Stream.class);
    if (isTerminal(1)) {
      found.add(Stream.OUT);
    }
    if (isTerminal(2)) {
      found.add(Stream.ERR);
    }
    return found;
  }

  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if (!Files.isSymbolicLink(link)) {
      return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }
}
