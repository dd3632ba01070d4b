package tarn.files;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * A version of a model as a person names it: {@code sepsis-risk@3}, {@code sepsis-risk@production},
 * or {@code sepsis-risk} for the newest.
 */
public record ModelReference(String name, Which which) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
  private static final Pattern TEXT = Pattern.compile("([^@]+)(?:@([^@]+))?");
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  /** What comes after the {@code @}. */
  public sealed interface Which {
    record Numbered(int version) implements Which {}

    record Alias(String alias) implements Which {}

    record Newest() implements Which {}
  }

  /**
   * @throws TarnException {@code usage} when it is no reference
   */
  public static ModelReference parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new TarnException(
          ErrorCode.USAGE,
          "`" + text + "` names no model.",
          "Write name, name@3 or name@alias, such as sepsis-risk@production.");
    }
    String which = matcher.group(2);
    String name = requireName(matcher.group(1));
    if (which == null || which.equals("latest")) {
      return new ModelReference(name, new Which.Newest());
    }
    return new ModelReference(
        name,
        NUMBER.matcher(which).matches()
            ? new Which.Numbered(Integer.parseInt(which))
            : new Which.Alias(requireAlias(which)));
  }

  /**
   * @throws TarnException {@code usage} when a model cannot be called so
   */
  public static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new TarnException(
          ErrorCode.USAGE,
          "`" + name + "` is no name of a model.",
          "Use letters, digits, `.`, `_` and `-`, at most 100, such as sepsis-risk.");
    }
    return name;
  }

  /**
   * @throws TarnException {@code usage} when an alias cannot be called so
   */
  public static String requireAlias(String alias) {
    if (!ALIAS.matcher(alias).matches() || alias.equals("latest")) {
      throw new TarnException(
          ErrorCode.USAGE,
          "`" + alias + "` is no alias.",
          "Begin with a letter, then letters, digits, `.`, `_` and `-`; `latest` is taken.");
    }
    return alias;
  }

  @Override
  public String toString() {
    return switch (which) {
      case Which.Numbered(int version) -> name + "@" + version;
      case Which.Alias(String alias) -> name + "@" + alias;
      case Which.Newest _ -> name;
    };
  }
}
