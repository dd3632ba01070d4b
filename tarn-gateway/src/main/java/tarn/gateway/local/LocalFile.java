package tarn.gateway.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tarn.base.Json;
import tarn.lake.CatalogLocation;
import tarn.station.Station;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The file beside the catalog that says where the service listens for commands, and what they must
 * say to be heard. Only its owner may read it.
 */
record LocalFile(int port, String secret, long process) {

  static Path path(Station station) {
    return switch (station.settings().catalog()) {
      case CatalogLocation.DuckDbFile(Path file) ->
          file.resolveSibling(file.getFileName() + ".serve");
      case CatalogLocation.PostgreSql _ -> station.work().resolve("serve");
    };
  }

  void write(Path path) throws IOException {
    Files.deleteIfExists(path);
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("port", port);
    fields.put("secret", secret);
    fields.put("process", process);
    Files.write(path, Json.line(fields).getBytes(StandardCharsets.UTF_8));
  }

  static Optional<LocalFile> read(Path path) {
    try {
      JsonNode fields = Json.mapper().readTree(Files.readString(path));
      return Optional.of(
          new LocalFile(
              fields.path("port").asInt(),
              fields.path("secret").asString(),
              fields.path("process").asLong()));
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }
}
