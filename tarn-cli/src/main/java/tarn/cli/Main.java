package tarn.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The program. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    if (List.of(arguments).equals(List.of("warm-up"))) {
      // The launcher's business, so no command that anyone sees.
      WarmUp.run(each -> run(Shell.ofThisProcess().silenced(), each));
      return;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Interruption.listen(ended);
    int code = run(Shell.ofThisProcess(), arguments);
    ended.countDown();
    System.exit(code);
  }

  /** Runs one command in this process and returns its exit code. */
  static int run(Shell shell, String... arguments) {
    return new Program(shell).run(arguments);
  }
}
