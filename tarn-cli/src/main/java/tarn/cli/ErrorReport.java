package tarn.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.cli.text.Style;

/**
 * Says what went wrong, on standard error: for a person, or (with {@code --json}) for a program.
 */
final class ErrorReport {
  private static final String DEBUG = "TARN_DEBUG";

  private ErrorReport() {}

  static void print(Shell shell, TarnException error, boolean json, Style style) {
    shell.say(json ? Json.line(Map.of("error", fields(error))) : text(error, style));
    if ("1".equals(shell.environment().get(DEBUG))) {
      error.printStackTrace(shell.err());
    }
  }

  /** {@code error[catalog.locked]: …} and the way out on the next line. */
  static String text(TarnException error, Style style) {
    return style.red("error[" + error.code().code() + "]")
        + ": "
        + error.getMessage().stripTrailing()
        + "\n"
        + style.bold("  → ")
        + error.remedy();
  }

  /** As {@code spec/reports.md} has it. */
  static Map<String, Object> fields(TarnException error) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("code", error.code().code());
    fields.put("fault", error.code().fault().name().toLowerCase(Locale.ROOT));
    fields.put("message", error.getMessage());
    fields.put("remedy", error.remedy());
    fields.put("effect", error.effect().name().toLowerCase(Locale.ROOT));
    fields.put("exit_code", ExitCode.of(error.code()).number());
    return fields;
  }
}
