package tarn.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The program. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    if (List.of(arguments).equals(List.of("warm-up"))) {
      // The launcher's business, so no command that anyone sees.
      WarmUp.run(each -> run(Shell.ofThisProcess().silenced(), each));
      return;
    }
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Interruption.listen(ended);
    int code = run(Shell.ofThisProcess(), arguments);
    ended.complete(code);
    System.exit(code);
  }

  /** Runs one command in this process and returns its exit code. */
  static int run(Shell shell, String... arguments) {
    return new Program(shell).run(arguments);
  }
}
