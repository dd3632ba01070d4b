package tarn.cli.materialize;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import tarn.assets.AssetKey;
import tarn.assets.run.AssetResult;
import tarn.assets.run.RunListener;
import tarn.cli.text.Style;

/**
 * For a terminal: a line for each asset that has ended, and below them one that is drawn again and
 * again, with a bar for the whole run and the assets at work.
 */
public final class LiveDisplay implements RunListener, AutoCloseable {
  private static final int INTERVAL_MILLISECONDS = 150;

  /** The bar's steps for each asset. */
  private static final int STEPS = 100;

  /** An asset at work has never done all. */
  private static final double MOST = 0.99;

  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final Style style;
  private final Supplier<Map<AssetKey, Double>> progress;

  /** The assets at work, each with the farthest that it was seen to be. */
  private final Map<AssetKey, Double> running = new LinkedHashMap<>();

  private final ProgressBar bar;
  private int ended;
  private String drawn = "";

  private LiveDisplay(
      PrintStream out, Style style, int assets, Supplier<Map<AssetKey, Double>> progress) {
    this.out = out;
    this.style = style;
    this.progress = progress;
    this.bar =
        new ProgressBarBuilder()
            .setTaskName("")
            .setInitialMax((long) assets * STEPS)
            .setUnit("", STEPS)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(INTERVAL_MILLISECONDS)
            .hideEta()
            .continuousUpdate()
            .setConsumer(new OneLine(new ConsoleProgressBarConsumer(out)))
            .build();
  }

  /**
   * @param progress how far the assets at work are, 0 to 1, as far as the engine tells
   */
  public static LiveDisplay start(
      PrintStream out, Style style, int assets, Supplier<Map<AssetKey, Double>> progress) {
    return new LiveDisplay(out, style, assets, progress);
  }

  @Override
  public synchronized void started(AssetKey key) {
    running.put(key, 0.0);
    describe();
  }

  @Override
  public synchronized void postponed(AssetKey key) {
    running.remove(key);
    print(Lines.postponed(key));
    describe();
  }

  @Override
  public synchronized void ended(AssetResult result) {
    running.remove(result.key());
    ended++;
    print(Lines.ended(result, style));
    describe();
  }

  @Override
  public synchronized void logged(AssetKey key, String message) {
    print(Lines.logged(key, message));
  }

  private void print(String line) {
    out.print(CLEAR_LINE + line + "\n");
    out.flush();
    drawn = "";
  }

  private synchronized void describe() {
    // An asset takes several statements, each from nothing to all: the bar must not go back.
    Map<AssetKey, Double> parts = progress.get();
    running.replaceAll(
        (key, part) -> Math.max(part, Math.clamp(parts.getOrDefault(key, 0.0), 0.0, MOST)));
    double all = running.values().stream().mapToDouble(Double::doubleValue).sum();
    bar.setExtraMessage(
        running.entrySet().stream()
            .map(entry -> entry.getKey() + percent(entry.getValue()))
            .collect(Collectors.joining(", ", " ", "")));
    bar.stepTo(Math.round((ended + all) * STEPS));
  }

  private static String percent(double part) {
    return part < 0.01 ? "" : " %d%%".formatted(Math.round(part * 100));
  }

  /** Takes the bar away; the lines stay. */
  @Override
  public void close() {
    bar.close();
    synchronized (this) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }

  /** Draws over one line, without clearing it first, so that nothing flickers. */
  private final class OneLine implements ProgressBarConsumer {
    private final ConsoleProgressBarConsumer console;

    OneLine(ConsoleProgressBarConsumer console) {
      this.console = console;
    }

    @Override
    public int getMaxRenderedLength() {
      return console.getMaxRenderedLength();
    }

    @Override
    public void accept(String rendered) {
      synchronized (LiveDisplay.this) {
        String frame = rendered.stripTrailing();
        if (!running.isEmpty() && !frame.equals(drawn)) {
          out.print("\r" + frame + "\u001b[K");
          out.flush();
          drawn = frame;
        }
      }
      describe();
    }

    @Override
    public void close() {}
  }
}
