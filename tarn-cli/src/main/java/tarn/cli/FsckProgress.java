package tarn.cli;

import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import tarn.base.Human;
import tarn.integrity.check.Progress;

/**
 * Shows how far a check, or some work with files, is: a bar with rate and time left on a terminal,
 * plain lines elsewhere.
 */
final class FsckProgress implements Progress, tarn.files.Progress, AutoCloseable {
  private static final long MEGABYTE = 1_000_000;

  /** So that a check of a small lake says nothing, and one in a log says little. */
  private static final long QUIET_NANOSECONDS = 10_000_000_000L;

  private final Shell shell;
  private final boolean terminal;
  private Optional<ProgressBar> bar = Optional.empty();
  private @Nullable String phase;
  private boolean countsBytes;
  private long files;
  private long bytes;
  private long spoke = System.nanoTime();

  private FsckProgress(Shell shell, boolean terminal) {
    this.shell = shell;
    this.terminal = terminal;
  }

  static FsckProgress of(Invocation invocation) {
    Shell shell = invocation.shell();
    return new FsckProgress(shell, shell.isTerminal(Shell.Stream.ERR));
  }

  @Override
  public void phase(String name, long plannedFiles, long plannedBytes) {
    close();
    phase = name;
    countsBytes = plannedBytes > 0;
    files = 0;
    bytes = 0;
    if (terminal && (plannedFiles > 0 || plannedBytes > 0)) {
      bar = Optional.of(bar(name, plannedFiles, plannedBytes));
    }
  }

  private ProgressBar bar(String name, long plannedFiles, long plannedBytes) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(countsBytes ? plannedBytes : plannedFiles)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .setConsumer(new ConsoleProgressBarConsumer(shell.err()))
            .clearDisplayOnFinish()
            .showSpeed();
    if (countsBytes) {
      builder.setUnit(" MB", MEGABYTE);
    }
    return builder.build();
  }

  @Override
  public void advance(long moreFiles, long moreBytes) {
    files += moreFiles;
    bytes += moreBytes;
    bar.ifPresent(shown -> shown.stepBy(countsBytes ? moreBytes : moreFiles));
    if (!terminal && System.nanoTime() - spoke > QUIET_NANOSECONDS) {
      spoke = System.nanoTime();
      shell.say(
          "%s: %s files%s"
              .formatted(phase, Human.count(files), countsBytes ? ", " + Human.bytes(bytes) : ""));
    }
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
