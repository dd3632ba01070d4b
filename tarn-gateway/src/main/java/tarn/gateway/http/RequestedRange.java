package tarn.gateway.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of a representation that a request asks for (RFC 9110, section 14). */
public sealed interface RequestedRange {
  /** All of it: no range, several of them, or one of a unit that is not known. */
  record Whole() implements RequestedRange {}

  /** Counted from 0, both included. */
  record Bytes(long first, long last) implements RequestedRange {}

  /** It begins after the end. */
  record Unsatisfiable() implements RequestedRange {}

  Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  static RequestedRange of(Optional<String> header, long size) {
    Matcher matcher = ONE.matcher(header.orElse("").strip());
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return new Whole();
    }
    if (matcher.group(1).isEmpty()) {
      long length = Long.parseLong(matcher.group(2));
      return length == 0 || size == 0
          ? new Unsatisfiable()
          : new Bytes(Math.max(0, size - length), size - 1);
    }
    long first = Long.parseLong(matcher.group(1));
    long last = matcher.group(2).isEmpty() ? size - 1 : Long.parseLong(matcher.group(2));
    if (!matcher.group(2).isEmpty() && last < first) {
      return new Whole();
    }
    return first >= size ? new Unsatisfiable() : new Bytes(first, Math.min(last, size - 1));
  }
}
