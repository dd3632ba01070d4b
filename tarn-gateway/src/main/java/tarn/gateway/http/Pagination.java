package tarn.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Lists in pages: a page's {@code next} names its last item, so items that come or go do no harm.
 */
public final class Pagination {
  private static final long USUAL = 100;
  private static final long MOST = 1000;

  private Pagination() {}

  /**
   * Answers with one page.
   *
   * @param items in an order that {@code name} keeps
   * @param name of an item, unlike any other's
   */
  public static <T> void answer(
      Exchange exchange, List<T> items, Function<T, String> name, Function<T, ?> document) {
    long limit = exchange.queryNumber("limit", 1, MOST).orElse(USUAL);
    Optional<String> after = exchange.query("cursor").map(Pagination::decoded);
    int start = 0;
    if (after.isPresent()) {
      while (start < items.size() && !name.apply(items.get(start)).equals(after.get())) {
        start++;
      }
      if (start == items.size()) {
        throw invalid();
      }
      start++;
    }
    int end = (int) Math.min(items.size(), start + limit);
    List<T> page = items.subList(start, end);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("items", page.stream().map(document).toList());
    answer.put("next", end < items.size() ? encoded(name.apply(page.getLast())) : null);
    exchange.json(200, answer);
  }

  private static String encoded(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String cursor) {
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static TarnException invalid() {
    return new TarnException(
        ErrorCode.REQUEST_INVALID,
        "`cursor` is none that this service gave, or its item is gone.",
        "Begin again without it.");
  }
}
