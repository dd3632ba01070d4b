package tarn.gateway.sandbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a result is sent. */
public enum ResultType {
  /** One array of objects. */
  JSON("application/json"),
  /** One object a line. */
  NDJSON("application/x-ndjson"),
  CSV("text/csv"),
  PARQUET("application/vnd.apache.parquet"),
  /** Arrow's streaming IPC format. */
  ARROW("application/vnd.apache.arrow.stream");

  private final String mediaType;

  ResultType(String mediaType) {
    this.mediaType = mediaType;
  }

  public String mediaType() {
    return mediaType;
  }

  public static List<String> mediaTypes() {
    return Arrays.stream(values()).map(ResultType::mediaType).toList();
  }

  private record Wish(String range, double weight) {}

  /** The one that an Accept header likes best; nothing when it likes none. */
  public static Optional<ResultType> of(String accept) {
    List<Wish> wishes = new ArrayList<>();
    for (String part : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] fields = part.strip().split("\\s*;\\s*", -1);
      double weight = 1;
      for (String field : fields) {
        if (field.matches("q=[01](\\.\\d{0,3})?")) {
          weight = Double.parseDouble(field.substring(2));
        }
      }
      wishes.add(new Wish(fields[0], weight));
    }
    wishes.sort(Comparator.comparingDouble(Wish::weight).reversed());
    return wishes.stream()
        .filter(wish -> wish.weight > 0)
        .flatMap(wish -> Arrays.stream(values()).filter(type -> type.fits(wish.range)))
        .findFirst();
  }

  private boolean fits(String range) {
    return range.equals("*/*")
        || range.equals(mediaType)
        || (range.endsWith("/*") && mediaType.startsWith(range.substring(0, range.length() - 1)));
  }
}
