package tarn.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Reads locations as people, DuckDB and its catalogs write them. */
public final class StoreLocations {
  private static final Pattern URL =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://(.*)", Pattern.DOTALL);
  private static final Pattern BUCKET =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]");
  private static final Pattern CONTAINER =
      Pattern.compile("\\$root|\\$web|[a-z0-9](-?[a-z0-9]){2,62}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");
  private static final String FORMS =
      "Write s3://bucket/prefix/, az://container/prefix/, "
          + "abfss://container@account.dfs.core.windows.net/prefix/, or a folder's path.";

  private StoreLocations() {}

  /**
   * Nothing is decoded: {@code s3://b/a%20b/} is the prefix {@code a%20b/}, as DuckDB reads it too.
   *
   * @param base what a relative path is relative to
   * @throws TarnException {@code setting.invalid} when it is no location; the message repeats no
   *     part of the text in which a secret could hide
   */
  public static StoreLocation parse(String text, Path base) {
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      return folder(text, base);
    }
    String rest = url.group(2);
    String scheme = url.group(1).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "s3" -> s3(rest);
      case "az", "azure" -> azure(rest);
      case "abfss" -> dataLake(rest);
      case "file" -> file(rest, base);
      default -> throw invalid("The location begins with " + scheme + "://, which is not known.");
    };
  }

  private static StoreLocation folder(String text, Path base) {
    if (text.isBlank()) {
      throw invalid("The location is empty.");
    }
    try {
      return new StoreLocation.Folder(base.resolve(text).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      throw invalid("The location is no path of this machine: " + e.getReason() + ".");
    }
  }

  private static StoreLocation file(String rest, Path base) {
    if (!rest.startsWith("/") || rest.contains("%")) {
      throw invalid(
          "A file:// location needs an absolute path without percent signs, "
              + "as programs disagree about decoding them.");
    }
    return folder(rest, base);
  }

  private static StoreLocation s3(String rest) {
    Split split = Split.of(rest);
    refuseSecrets("s3", split);
    if (!BUCKET.matcher(split.head).matches()) {
      throw invalid("The location s3://" + split.head + "/ names no valid bucket.");
    }
    return new StoreLocation.S3(split.head, prefix(split.tail));
  }

  private static StoreLocation azure(String rest) {
    Split split = Split.of(rest);
    refuseSecrets("az", split);
    if (!split.head.contains(".")) {
      return new StoreLocation.Azure(
          Optional.empty(), container(split.head), prefix(split.tail), "az");
    }
    Split below = Split.of(split.tail);
    return new StoreLocation.Azure(
        Optional.of(host(split.head)), container(below.head), prefix(below.tail), "az");
  }

  private static StoreLocation dataLake(String rest) {
    Split split = Split.of(rest);
    int at = split.head.indexOf('@');
    if (at < 0) {
      refuseSecrets("abfss", split);
      return new StoreLocation.Azure(
          Optional.empty(), container(split.head), prefix(split.tail), "abfss");
    }
    String account = host(split.head.substring(at + 1));
    refuseSecrets("abfss", new Split(account, split.tail));
    return new StoreLocation.Azure(
        Optional.of(account.replaceFirst("\\.dfs\\.", ".blob.")),
        container(split.head.substring(0, at)),
        prefix(split.tail),
        "abfss");
  }

  /** A user part or a query could hold keys, and DuckDB reads a query as settings. */
  private static void refuseSecrets(String scheme, Split split) {
    if (split.head.contains("@")
        || split.head.contains(":")
        || split.tail.contains("?")
        || split.head.contains("?")) {
      throw invalid(
          "The "
              + scheme
              + ":// location holds `@`, `:` or `?`, which belong into the settings of the store.");
    }
  }

  private static String host(String text) {
    if (!HOST.matcher(text).matches()) {
      throw invalid("The location names no valid host of a storage account.");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private static String container(String text) {
    if (!CONTAINER.matcher(text).matches()) {
      throw invalid(
          "The location names no valid container: lower case letters, digits and single hyphens.");
    }
    return text;
  }

  private static String prefix(String text) {
    if (text.isEmpty()) {
      return text;
    }
    String prefix = text.endsWith("/") ? text : text + "/";
    if (Arrays.stream(prefix.split("/")).anyMatch(each -> each.equals(".") || each.equals(".."))) {
      throw invalid("The location's prefix holds a segment `.` or `..`.");
    }
    return prefix;
  }

  private static TarnException invalid(String message) {
    return new TarnException(ErrorCode.SETTING_INVALID, message, FORMS);
  }

  /** What stands before the first slash, and what after it. */
  private record Split(String head, String tail) {
    static Split of(String text) {
      int slash = text.indexOf('/');
      return slash < 0
          ? new Split(text, "")
          : new Split(text.substring(0, slash), text.substring(slash + 1));
    }
  }
}
