package tarn.dagster.pipes;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.base.TarnException;
import tools.jackson.databind.JsonNode;

/**
 * A conversation with the Dagster run that has started this program. Messages are sent in the order
 * of the calls; Dagster reads them while the program goes on. A message that cannot be sent stops
 * nothing: it is told once.
 */
public final class PipesSession implements AutoCloseable {
  private final MessageStream messages;
  private final List<String> prefix;
  private final Consumer<String> trouble;
  private boolean troubled;
  private @Nullable Map<String, Object> exception;

  private PipesSession(MessageStream messages, List<String> prefix, Consumer<String> trouble) {
    this.messages = messages;
    this.prefix = prefix;
    this.trouble = trouble;
  }

  /**
   * Nothing when no Dagster has started this program.
   *
   * @param trouble hears, as a line for a person, that messages cannot be sent
   * @throws TarnException {@code usage} when the variables of Dagster Pipes cannot be understood
   */
  public static Optional<PipesSession> open(
      Map<String, String> environment, Consumer<String> trouble) {
    if (environment.getOrDefault(Bootstrap.MESSAGES, "").isBlank()) {
      return Optional.empty();
    }
    JsonNode context = PipesContext.read(environment);
    List<String> prefix =
        context
            .path("extras")
            .path("asset_key_prefix")
            .valueStream()
            .map(JsonNode::asString)
            .toList();
    PipesSession session =
        new PipesSession(
            MessageStream.open(Bootstrap.decoded(environment, Bootstrap.MESSAGES)),
            prefix,
            trouble);
    session.send("opened", Map.of("extras", Map.of()));
    return Optional.of(session);
  }

  /** How much a line of the log matters, by Dagster's names. */
  public enum Level {
    DEBUG,
    INFO,
    WARNING,
    ERROR
  }

  public void log(Level level, String message) {
    send("log", Map.of("message", message, "level", level.name()));
  }

  void materialization(
      AssetKey key, Optional<String> dataVersion, Map<String, MetadataValue> metadata) {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("asset_key", text(key));
    parameters.put("data_version", dataVersion.orElse(null));
    parameters.put("metadata", MetadataValue.external(metadata));
    send("report_asset_materialization", parameters);
  }

  void check(AssetKey key, ReportedCheck check) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("asset_key", text(key));
    parameters.put("check_name", check.nameInDagster());
    parameters.put("passed", check.passed());
    parameters.put("severity", check.blocking() ? "ERROR" : "WARN");
    parameters.put("metadata", MetadataValue.external(check.metadata()));
    send("report_asset_check", parameters);
  }

  /** Says, when the session is closed, that the program failed, and why. */
  public void failed(String name, String message) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("message", message);
    said.put("stack", List.of());
    said.put("name", name);
    exception = said;
    send("report_custom_message", Map.of("payload", Map.of("error", name, "message", message)));
  }

  /** The asset as Dagster names it: segments with slashes between, a slash in one being escaped. */
  private String text(AssetKey key) {
    return Stream.concat(prefix.stream(), key.segments().stream())
        .map(segment -> segment.replace("/", "\\/"))
        .collect(Collectors.joining("/"));
  }

  private void send(String method, Map<String, ?> parameters) {
    try {
      messages.write(method, parameters);
    } catch (IOException e) {
      tell(e);
    }
  }

  private synchronized void tell(IOException e) {
    if (!troubled) {
      troubled = true;
      trouble.accept("warning: Dagster hears no more of this run: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    Map<String, Object> said = exception;
    send("closed", said == null ? Map.of() : Map.of("exception", said));
    try {
      messages.close();
    } catch (IOException e) {
      tell(e);
    }
  }
}
