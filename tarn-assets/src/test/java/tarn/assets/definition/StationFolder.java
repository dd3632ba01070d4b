package tarn.assets.definition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tarn.station.Station;

/** A station's folder that a test fills with files. */
record StationFolder(Path folder) {

  static StationFolder in(Path temporary) {
    StationFolder station = new StationFolder(temporary);
    station.write("station.toml", "name = 'test'\n");
    return station;
  }

  StationFolder write(String file, String content) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Station station() {
    return Station.open(folder, Map.of());
  }

  List<AssetDefinition> load() {
    return load(LakeTables.none());
  }

  List<AssetDefinition> load(LakeTables lake) {
    return StationAssets.load(station(), lake);
  }
}
