package tarn.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import tarn.lake.AsOf;

/** Reads what a person types for a moment of the lake's history. */
final class Moments {
  /** From the most exact to the least. */
  private static final List<Function<String, Instant>> FORMS =
      List.of(
          text -> OffsetDateTime.parse(text).toInstant(),
          text -> LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant(),
          text -> LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant());

  private Moments() {}

  static AsOf parse(String text) {
    if (text.matches("\\d{1,18}")) {
      return new AsOf.Version(Long.parseLong(text));
    }
    String iso = text.strip().replaceFirst("(?<=\\d) (?=\\d)", "T");
    for (Function<String, Instant> form : FORMS) {
      try {
        return new AsOf.Time(form.apply(iso));
      } catch (DateTimeException e) {
        // The next form may fit.
      }
    }
    throw Invocation.usage(
        "`" + text + "` is neither a snapshot's number nor a time.",
        "`tarn snapshots` lists both; a time is written as 2026-05-04T13:00:00+02:00.");
  }
}
