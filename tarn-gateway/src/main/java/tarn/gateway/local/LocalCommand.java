package tarn.gateway.local;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A command as it was typed in another process.
 *
 * @param folder from which its relative paths start
 * @param terminals the names of its streams that a person is looking at
 * @param input what it was given on standard input
 */
public record LocalCommand(
    List<String> arguments,
    String folder,
    Map<String, String> environment,
    Set<String> terminals,
    String input) {
  public LocalCommand {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    terminals = Set.copyOf(terminals);
  }
}
