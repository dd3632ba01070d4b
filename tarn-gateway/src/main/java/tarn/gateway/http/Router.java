package tarn.gateway.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Finds the route of a request. A parameter stands for one segment of the path, but {@code {key}}
 * for one or several: an asset's key may be written with its slashes.
 */
public final class Router {
  private static final String GREEDY = "{key}";

  private final List<Pattern> patterns;

  public Router(List<Route> routes) {
    patterns = routes.stream().map(Pattern::new).toList();
  }

  /** A route and what its parameters stand for. */
  public record Match(Route route, Map<String, String> parameters) {}

  /**
   * @param path as the request has it, not decoded
   * @throws TarnException {@code request.not-found} or {@code request.method-not-allowed}
   */
  public Match match(String method, String path) {
    List<String> segments = segments(path);
    TreeSet<String> methods = new TreeSet<>();
    for (Pattern pattern : patterns) {
      Optional<Map<String, String>> parameters = pattern.match(segments);
      if (parameters.isPresent()) {
        if (pattern.route.method().equals(method)) {
          return new Match(pattern.route, parameters.get());
        }
        methods.add(pattern.route.method());
      }
    }
    if (methods.isEmpty()) {
      throw new TarnException(
          ErrorCode.REQUEST_NOT_FOUND,
          "There is nothing here.",
          "`/openapi.json` lists the paths.");
    }
    throw new MethodNotAllowed(String.join(", ", methods));
  }

  /** Tells the methods that would do. */
  static final class MethodNotAllowed extends RuntimeException {
    MethodNotAllowed(String allowed) {
      super(allowed);
    }

    String allowed() {
      return java.util.Objects.requireNonNull(getMessage());
    }
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
      segments.add(decoded(segment));
    }
    return segments;
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "The path holds a `%` that begins no encoded character.",
          "Write a percent sign as %25.",
          e);
    }
  }

  private static final class Pattern {
    private final Route route;
    private final List<String> parts;

    Pattern(Route route) {
      this.route = route;
      this.parts = List.of(route.path().substring(1).split("/", -1));
    }

    Optional<Map<String, String>> match(List<String> segments) {
      int greedy = parts.indexOf(GREEDY);
      int more = segments.size() - parts.size();
      if (more < 0 || (more > 0 && greedy < 0)) {
        return Optional.empty();
      }
      Map<String, String> parameters = new HashMap<>();
      for (int at = 0; at < parts.size(); at++) {
        int from = at + (greedy >= 0 && at > greedy ? more : 0);
        int to = from + 1 + (at == greedy ? more : 0);
        String value = String.join("/", segments.subList(from, to));
        String part = parts.get(at);
        if (part.startsWith("{")) {
          if (value.isEmpty()) {
            return Optional.empty();
          }
          parameters.put(part.substring(1, part.length() - 1), value);
        } else if (!part.equals(value)) {
          return Optional.empty();
        }
      }
      return Optional.of(parameters);
    }
  }
}
