package tarn.assets.definition;

import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * A plugin as messages and versions name it.
 *
 * @param name relative to the station's folder, such as {@code plugins/clinic.jar}
 * @param version a hash of what it holds
 */
record PluginJar(String name, String version) {

  /**
   * @param place such as a class and a method
   */
  TarnException invalid(String place, String complaint, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.ASSET_PLUGIN_INVALID,
        "%s: %s %s".formatted(name, place, complaint),
        "Mend the plugin; docs/reference/java-assets.md says what it may declare.",
        cause);
  }
}
