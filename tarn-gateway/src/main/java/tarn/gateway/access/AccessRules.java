package tarn.gateway.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tarn.gateway.access.Grants.Grant;
import tarn.station.toml.TomlDocument;
import tarn.station.toml.TomlSyntaxException;
import tools.jackson.databind.JsonNode;

/**
 * The roles that a station defines for itself in {@code access.toml}: one of Tarn's own roles,
 * narrowed to some tables, rows and columns.
 */
public final class AccessRules {
  /** The file's name. */
  public static final String FILE = "access.toml";

  private static final Set<String> ROLE_KEYS = Set.of("role", "description", "grants", "limits");
  private static final Set<String> GRANT_KEYS = Set.of("schema", "table", "filter", "masks");

  private final Map<String, Defined> roles;

  private AccessRules(Map<String, Defined> roles) {
    this.roles = roles;
  }

  /** What a name of a role stands for. */
  public record Defined(Role role, Grants grants, CallerLimits limits) {}

  /**
   * @throws TarnException {@code access.invalid}
   */
  public static AccessRules read(Path station) {
    Path file = station.resolve(FILE);
    if (!Files.exists(file)) {
      return new AccessRules(Map.of());
    }
    try {
      TomlDocument document = TomlDocument.parse(Files.readString(file), 1);
      return new Reader(file, document).read();
    } catch (TomlSyntaxException e) {
      throw new TarnException(
          ErrorCode.ACCESS_FILE_INVALID, file + ": " + e.getMessage(), "Mend the line.", e);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.ACCESS_FILE_INVALID,
          file + " cannot be read: " + e.getMessage(),
          "Check its rights.",
          e);
    }
  }

  /** One of Tarn's own roles by its name, or one of the file's. */
  public Optional<Defined> role(String name) {
    return Role.of(name)
        .map(role -> new Defined(role, Grants.ALL, CallerLimits.NONE))
        .or(() -> Optional.ofNullable(roles.get(name)));
  }

  public List<String> names() {
    List<String> names = new ArrayList<>(List.of("reader", "ingester", "operator", "admin"));
    names.addAll(roles.keySet());
    return names;
  }

  private record Reader(Path file, TomlDocument document) {

    AccessRules read() {
      refuseUnknown(document.root(), Set.of("roles"), List.of());
      Map<String, Defined> roles = new LinkedHashMap<>();
      document
          .root()
          .path("roles")
          .properties()
          .forEach(entry -> roles.put(entry.getKey(), role(entry.getKey(), entry.getValue())));
      return new AccessRules(roles);
    }

    private Defined role(String name, JsonNode fields) {
      List<String> path = List.of("roles", name);
      if (Role.of(name).isPresent()) {
        throw mistake(path, "`" + name + "` is one of Tarn's own roles", "Give it another name.");
      }
      refuseUnknown(fields, ROLE_KEYS, path);
      String word = fields.path("role").asString("reader");
      Role role =
          Role.of(word)
              .orElseThrow(
                  () ->
                      mistake(
                          List.of("roles", name, "role"),
                          "`" + word + "` is no role",
                          "Write reader, ingester, operator or admin."));
      List<Grant> grants = new ArrayList<>();
      JsonNode list = fields.path("grants");
      for (int at = 0; at < list.size(); at++) {
        grants.add(grant(list.get(at), List.of("roles", name, "grants", Integer.toString(at))));
      }
      if (grants.isEmpty()) {
        throw mistake(path, "the role grants nothing", "Add `[[roles." + name + ".grants]]`.");
      }
      CallerLimits limits =
          new LimitsReader(
                  fields.path("limits"),
                  (key, what) ->
                      mistake(
                          List.of("roles", name, "limits", key),
                          what,
                          "Mend it; there are " + String.join(", ", LimitsReader.keys()) + "."))
              .read();
      return new Defined(role, new Grants(grants), limits);
    }

    private Grant grant(JsonNode fields, List<String> path) {
      refuseUnknown(fields, GRANT_KEYS, path);
      if (!fields.path("schema").isString()) {
        throw mistake(path, "the grant names no schema", "Write `schema = \"omop\"`.");
      }
      Map<String, String> masks = new HashMap<>();
      fields
          .path("masks")
          .properties()
          .forEach(e -> masks.put(e.getKey(), e.getValue().asString()));
      return new Grant(
          fields.path("schema").asString(), text(fields, "table"), text(fields, "filter"), masks);
    }

    private static Optional<String> text(JsonNode fields, String name) {
      JsonNode value = fields.path(name);
      return value.isString() ? Optional.of(value.asString()) : Optional.empty();
    }

    private void refuseUnknown(JsonNode fields, Set<String> known, List<String> path) {
      for (String key : fields.propertyNames()) {
        if (!known.contains(key)) {
          List<String> place = new ArrayList<>(path);
          place.add(key);
          throw mistake(
              place,
              "`" + key + "` is unknown here" + Nearest.hint(key, known),
              "Take it out, or mend it.");
        }
      }
    }

    private TarnException mistake(List<String> path, String what, String remedy) {
      return new TarnException(
          ErrorCode.ACCESS_FILE_INVALID,
          "%s:%d: %s.".formatted(file, document.line(path), what),
          remedy);
    }
  }
}
