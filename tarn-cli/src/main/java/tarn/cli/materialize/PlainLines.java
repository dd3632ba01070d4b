package tarn.cli.materialize;

import java.io.PrintStream;
import tarn.assets.AssetKey;
import tarn.assets.run.AssetResult;
import tarn.assets.run.RunListener;
import tarn.cli.text.Style;

/** A line for each asset that ends, for logs and pipes. */
public final class PlainLines implements RunListener {
  private final PrintStream out;
  private final Style style;

  public PlainLines(PrintStream out, Style style) {
    this.out = out;
    this.style = style;
  }

  @Override
  public void postponed(AssetKey key) {
    out.println(Lines.postponed(key));
  }

  @Override
  public void ended(AssetResult result) {
    out.println(Lines.ended(result, style));
  }

  @Override
  public void logged(AssetKey key, String message) {
    out.println(Lines.logged(key, message));
  }
}
