package tarn.assets.definition;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tarn.assets.landing.LandingSource;
import tarn.base.Json;

/**
 * Names a definition by a hash: SHA-256 over a JSON object of all that decides what is written and
 * what is checked. A description or a tag can change without a new version.
 */
final class CodeVersion {
  private CodeVersion() {}

  static String of(AssetBody body, AssetSettings settings) {
    return settings.codeVersion().orElseGet(() -> sha256(Json.line(canonical(body, settings))));
  }

  private static Map<String, Object> canonical(AssetBody body, AssetSettings settings) {
    Map<String, Object> values = new LinkedHashMap<>();
    switch (body) {
      case AssetBody.SqlQuery(String query) -> values.put("query", query.lines().toList());
      case AssetBody.Landing(LandingSource source) -> {
        values.put("files", source.patterns());
        values.put("format", source.format().name());
        values.put("options", new TreeMap<>(source.options()).toString());
        values.put("columns", source.columns().toString());
      }
      case AssetBody.JavaCode(String origin, var _) -> values.put("code", origin);
    }
    values.put("mode", settings.mode().toString());
    values.put("partition_by", settings.partitionedBy());
    values.put("checks", settings.checks().toString());
    return values;
  }

  static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
