package tarn.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tarn.testkit.Checkout;

/** Python with pyarrow, a witness of what a result says that shares no code with this program. */
public final class Python {
  private Python() {}

  /** What {@code program} prints when it reads {@code input} from its standard input. */
  public static String prints(String program, byte[] input) throws Exception {
    Path python = Checkout.folder().resolve(".tarn/venv/bin/python");
    Path out = Files.createTempFile("python", ".out");
    Path in = Files.write(Files.createTempFile("python", ".in"), input);
    try {
      Process process =
          new ProcessBuilder(python.toString(), "-c", program)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .start();
      String err = text(process.getErrorStream());
      if (process.waitFor() != 0) {
        throw new AssertionError(err);
      }
      return Files.readString(out);
    } finally {
      Files.delete(out);
      Files.delete(in);
    }
  }

  private static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }
}
