package tarn.assets;

import java.nio.file.Path;

/** What an asset's code may ask while it runs. */
public interface AssetContext {
  AssetKey key();

  /** Identifies this run in the lake's history. */
  String runId();

  /** The station's folder, to which an asset's paths are relative. */
  Path station();

  /** Another asset's table as a lazy relation; declare it as an input so that it runs first. */
  Output.Relation input(AssetKey key);

  /** A line for the run's log. */
  void log(String message);
}
