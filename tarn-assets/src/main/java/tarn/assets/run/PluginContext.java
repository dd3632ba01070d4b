package tarn.assets.run;

import java.nio.file.Path;
import tarn.assets.AssetContext;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.io.IoManager;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** What the code of one asset may ask for in one run. */
record PluginContext(AssetDefinition asset, String runId, Path station, IoManager manager, Log log)
    implements AssetContext {

  /** Where lines of an asset's code go. */
  @FunctionalInterface
  interface Log {
    void add(AssetKey key, String message);
  }

  @Override
  public AssetKey key() {
    return asset.key();
  }

  @Override
  public Output.Relation input(AssetKey key) {
    if (!asset.dependencies().contains(key)) {
      throw new TarnException(
          ErrorCode.ASSET_FAILED,
          "%s reads %s without having declared it as an input, so it may run before it."
              .formatted(asset.key(), key),
          "Declare %s as an input of %s.".formatted(key, asset.key()));
    }
    return manager.loadInput(key);
  }

  @Override
  public void log(String message) {
    log.add(asset.key(), message);
  }
}
