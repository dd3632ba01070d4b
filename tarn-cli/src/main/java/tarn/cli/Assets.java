package tarn.cli;

import tarn.assets.definition.StationAssets;
import tarn.assets.graph.AssetGraph;
import tarn.station.Station;

/** A station's assets, as every command that works with them reads them. */
final class Assets {
  private Assets() {}

  /** Reads the definitions; the lake is opened only if a query names a table of no asset. */
  static AssetGraph load(Station station, LakeGlance lake) {
    return AssetGraph.of(StationAssets.load(station, lake::relations));
  }
}
