package tarn.cli.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as a person reads them. */
public final class Times {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private Times() {}

  /** In this machine's time zone, to the second. */
  public static String local(Instant time) {
    return LOCAL.withZone(ZoneId.systemDefault()).format(time);
  }
}
