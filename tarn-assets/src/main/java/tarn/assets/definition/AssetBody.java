package tarn.assets.definition;

import java.util.function.Function;
import tarn.assets.AssetContext;
import tarn.assets.Output;
import tarn.assets.landing.LandingSource;

/** What makes an asset's content. */
public sealed interface AssetBody {

  /** A query, without its header. */
  record SqlQuery(String query) implements AssetBody {}

  /** Files that land in the station's folder. */
  record Landing(LandingSource source) implements AssetBody {}

  /** Code from a plugin. */
  record JavaCode(String origin, Function<AssetContext, Output> code) implements AssetBody {}
}
