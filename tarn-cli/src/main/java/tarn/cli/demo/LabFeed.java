package tarn.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes what an external laboratory might deliver: the numeric results of the last three months of
 * the record, one file a month, in another shape. A few rows of the last file are damaged on
 * purpose, so that the example shows what becomes of such rows.
 */
final class LabFeed {
  private static final String HEADER = "sample;patient;collected;loinc;test;value;unit";
  private static final int MONTHS = 3;

  /** Of so many rows one is damaged, which stays well below what the example station tolerates. */
  private static final int ROWS_FOR_ONE_DAMAGE = 25;

  private LabFeed() {}

  /**
   * @param observations Synthea's {@code observations.csv}, whose fields hold no comma
   * @param folder where {@code lab-<month>.csv} files are written
   * @param last the month of the newest file
   */
  static void write(Path observations, Path folder, YearMonth last) throws IOException {
    Map<YearMonth, List<Result>> months = new TreeMap<>();
    for (int back = 0; back < MONTHS; back++) {
      months.put(last.minusMonths(back), new ArrayList<>());
    }
    try (Stream<String> lines = Files.lines(observations)) {
      lines
          .skip(1)
          .map(line -> line.split(",", -1))
          .filter(LabFeed::isLabValue)
          .forEach(
              fields -> {
                List<Result> month = months.get(YearMonth.parse(fields[0].substring(0, 7)));
                if (month != null) {
                  month.add(Result.of(fields));
                }
              });
    }
    long all = months.values().stream().mapToLong(List::size).sum();
    Files.createDirectories(folder);
    for (Map.Entry<YearMonth, List<Result>> month : months.entrySet()) {
      List<String> lines = lines(month.getKey(), month.getValue());
      if (month.getKey().equals(last)) {
        damage(lines, all / ROWS_FOR_ONE_DAMAGE);
      }
      lines.addFirst(HEADER);
      Files.write(folder.resolve("lab-" + month.getKey() + ".csv"), lines);
    }
  }

  private static boolean isLabValue(String[] fields) {
    return fields[3].equals("laboratory") && fields[8].equals("numeric");
  }

  private static List<String> lines(YearMonth month, List<Result> results) {
    results.sort(
        Comparator.comparing(Result::collected)
            .thenComparing(Result::patient)
            .thenComparing(Result::loinc)
            .thenComparing(Result::value));
    List<String> lines = new ArrayList<>();
    for (Result result : results) {
      lines.add(String.format(Locale.ROOT, "%s-%05d;%s", month, lines.size() + 1, result.line()));
    }
    return lines;
  }

  /** Spreads the kinds of damage over the rows. */
  private static void damage(List<String> lines, long atMost) {
    Damage[] kinds = Damage.values();
    int count = (int) Math.min(Math.min(atMost, kinds.length), lines.size());
    for (int index = 0; index < count; index++) {
      int row = lines.size() * (index + 1) / (count + 1);
      lines.set(row, kinds[index].applyTo(lines.get(row)));
    }
  }

  private record Result(
      String patient, String collected, String loinc, String test, String value, String unit) {

    static Result of(String[] observation) {
      return new Result(
          observation[1],
          observation[0],
          observation[4],
          observation[5].replace(';', ','),
          observation[6],
          observation[7].replace(';', ','));
    }

    String line() {
      return String.join(";", patient, collected, loinc, test, value, unit);
    }
  }

  /** What goes wrong in files that people touch. */
  private enum Damage {
    /** A remark where a number should be. */
    REMARK {
      @Override
      String applyTo(String line) {
        String[] fields = line.split(";", -1);
        fields[5] = "haemolysed";
        return String.join(";", fields);
      }
    },
    /** A date as a spreadsheet writes it back. */
    SPREADSHEET_DATE {
      @Override
      String applyTo(String line) {
        String[] fields = line.split(";", -1);
        String day = fields[2];
        fields[2] = day.substring(8, 10) + "." + day.substring(5, 7) + "." + day.substring(0, 4);
        return String.join(";", fields);
      }
    },
    /** A line that ends too early. */
    CUT_OFF {
      @Override
      String applyTo(String line) {
        String[] fields = line.split(";", -1);
        return String.join(";", fields[0], fields[1], fields[2], fields[3]);
      }
    },
    /** The separator inside a text that is not quoted. */
    STRAY_SEPARATOR {
      @Override
      String applyTo(String line) {
        String[] fields = line.split(";", -1);
        fields[4] = fields[4] + "; repeated";
        return String.join(";", fields);
      }
    };

    abstract String applyTo(String line);
  }
}
