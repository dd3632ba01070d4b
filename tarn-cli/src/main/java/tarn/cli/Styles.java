package tarn.cli;

import tarn.cli.Shell.Stream;
import tarn.cli.text.Style;

/** Decides about colours: what was asked for, then NO_COLOR, then whether a person looks. */
final class Styles {
  private static final String VARIABLE = "NO_COLOR";

  private Styles() {}

  static Style of(Shell shell, Stream stream, boolean wanted, boolean unwanted) {
    if (unwanted) {
      return Style.PLAIN;
    }
    if (wanted) {
      return Style.COLOURED;
    }
    boolean refused = !shell.environment().getOrDefault(VARIABLE, "").isEmpty();
    boolean dumb = "dumb".equals(shell.environment().get("TERM"));
    return shell.isTerminal(stream) && !refused && !dumb ? Style.COLOURED : Style.PLAIN;
  }
}
