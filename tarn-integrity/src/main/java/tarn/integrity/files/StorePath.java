package tarn.integrity.files;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a URL of an object store leads to. An object's key is what stands there: stores keep {@code
 * a//b}, {@code ./a} and {@code a%20b} apart from each other, so nothing is normalised but the ways
 * to write the store itself.
 *
 * @param host of the account, when the URL names it
 * @param container a bucket, or a container of an account
 */
record StorePath(Kind kind, Optional<String> host, String container, String key) {
  private static final Pattern URL =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);

  /** Kinds of stores, however the URL's scheme calls them. */
  enum Kind {
    S3,
    AZURE,
    OTHER
  }

  /** Nothing for a path that is no URL. */
  static Optional<StorePath> of(String path) {
    Matcher parts = URL.matcher(path);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    String rest = parts.group(2);
    return Optional.of(
        switch (scheme) {
          case "s3", "s3a", "s3n" -> plain(Kind.S3, Optional.empty(), rest);
          case "az", "azure" -> azure(rest);
          case "abfss", "abfs" -> dataLake(rest);
          default ->
              head(rest).matches(".*\\.(blob|dfs)\\..*")
                  ? azure(rest)
                  : plain(Kind.OTHER, Optional.of(scheme), rest);
        });
  }

  private static StorePath plain(Kind kind, Optional<String> host, String rest) {
    return new StorePath(kind, host, head(rest), tail(rest));
  }

  private static StorePath azure(String rest) {
    return head(rest).contains(".")
        ? plain(Kind.AZURE, Optional.of(account(head(rest))), tail(rest))
        : plain(Kind.AZURE, Optional.empty(), rest);
  }

  private static StorePath dataLake(String rest) {
    String head = head(rest);
    int at = head.indexOf('@');
    return at < 0
        ? plain(Kind.AZURE, Optional.empty(), rest)
        : new StorePath(
            Kind.AZURE,
            Optional.of(account(head.substring(at + 1))),
            head.substring(0, at),
            tail(rest));
  }

  private static String account(String host) {
    return host.substring(0, host.indexOf('.') < 0 ? host.length() : host.indexOf('.'))
        .toLowerCase(Locale.ROOT);
  }

  private static String head(String rest) {
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }

  private static String tail(String rest) {
    int slash = rest.indexOf('/');
    return slash < 0 ? "" : rest.substring(slash + 1);
  }

  /** Whether both lie in one bucket or container; a URL without an account means the same one. */
  boolean isBeside(StorePath other) {
    return kind == other.kind
        && container.equals(other.container)
        && (host.isEmpty() || other.host.isEmpty() || host.equals(other.host));
  }
}
