package tarn.storage;

import java.text.Normalizer;
import java.util.List;

/** Names that programs between here and a disk have been known to change. */
final class OddKeys {
  static final String CONTROL = "control\u0001\u001f\u007f";
  static final String DOUBLE_SLASH = "double//slash";
  static final String LEADING_SLASH = "/leading";
  static final String TRAILING_SLASH = "trailing/";
  static final String BACKSLASH = "back\\slash";
  static final String TRAILING_DOT = "trailing-dot.";
  static final String DOT_BEFORE_SLASH = "dot./before-slash";
  static final String LONG_NAME = "n".repeat(300);
  static final String DOTS = "...";

  static final List<String> ALL =
      List.of(
          "plain",
          "with space",
          " leading space",
          "trailing space ",
          "two  spaces",
          "plus+plus",
          "%20",
          "100%",
          "%",
          "%%zz",
          "%41",
          "A",
          "slash%2Fencoded",
          "slash/encoded",
          "a&b=c",
          "hash#tag",
          "question?mark",
          "semi;colon,comma",
          "quote'\"quote",
          "<angle>&amp;",
          "[brackets]{braces}",
          "pipe|caret^back`tick~",
          "star*dollar$at@bang!(paren)",
          "colon:",
          ".hidden",
          "a..b",
          "tab\tnewline\nreturn\r",
          "year=2026/p=1&q/ü%2Fx.parquet",
          "UPPER",
          "upper",
          Normalizer.normalize("nfc-ü-é", Normalizer.Form.NFC),
          Normalizer.normalize("nfc-ü-é", Normalizer.Form.NFD),
          "日本語/ファイル",
          "emoji-😀",
          "right-to-left-\u202eשלום",
          "no-break\u00a0space",
          "replacement-\ufffd",
          "deep/" + "d/".repeat(50) + "end",
          DOTS,
          CONTROL,
          DOUBLE_SLASH,
          LEADING_SLASH,
          TRAILING_SLASH,
          BACKSLASH,
          TRAILING_DOT,
          DOT_BEFORE_SLASH,
          LONG_NAME);

  private OddKeys() {}
}
