package tarn.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import tarn.cli.Shell.Stream;

/**
 * Shows on standard error how far something has come: a bar for a person who looks, a line for each
 * tenth otherwise.
 */
final class Count implements AutoCloseable {
  private static final int WIDTH = 78;
  private static final int LINES = 10;

  private final Shell shell;
  private final String what;
  private final long all;
  private final @Nullable ProgressBar bar;
  private long said;

  private Count(Shell shell, String what, long all, @Nullable ProgressBar bar) {
    this.shell = shell;
    this.what = what;
    this.all = all;
    this.bar = bar;
  }

  static Count upTo(Shell shell, long all, String what) {
    return new Count(shell, what, all, shell.isTerminal(Stream.ERR) ? bar(shell, all, what) : null);
  }

  private static ProgressBar bar(Shell shell, long all, String what) {
    return new ProgressBarBuilder()
        .setTaskName(what)
        .setInitialMax(all)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(shell.err(), WIDTH))
        .build();
  }

  /** There may be more in the end than was thought. */
  void at(long count) {
    if (bar != null) {
      bar.maxHint(Math.max(all, count));
      bar.stepTo(count);
    } else if (count * LINES / all > said * LINES / all) {
      shell.say("%s: %,d of about %,d".formatted(what, count, all));
      said = count;
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
