package tarn.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import tarn.base.TarnException;
import tarn.gateway.local.LocalClient;
import tarn.gateway.local.LocalCommand;
import tarn.lake.AsOf;
import tarn.lake.CatalogLocation;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.extension.ExtensionStore;
import tarn.station.Station;

/**
 * Commands of other processes that run in this one, because it serves the station and so has its
 * catalog open.
 *
 * @param lake the station's, which is not to be closed
 * @param gone what to do when the one who typed the command has gone
 */
record Served(Station station, Lake lake, List<Runnable> gone) {
  /** Bound while such a command runs. */
  static final ScopedValue<Served> COMMAND = ScopedValue.newInstance();

  /** Those that open the lake, and of the rest only what others may have open too. */
  private static final Set<String> COMMANDS =
      Set.of("query", "materialize", "assets", "snapshots", "manifest", "fsck", "files", "models");

  private static final Set<String> VARIABLES = Set.of("TERM", "COLUMNS", "NO_COLOR");

  /** The lake for a command on this station. */
  static Optional<Lake> lake(Station station) {
    return COMMAND.isBound() && COMMAND.get().station.folder().equals(station.folder())
        ? Optional.of(COMMAND.get().lake.borrowed())
        : Optional.empty();
  }

  /** The same as it once was, over a copy of the catalog. */
  static Optional<Lake> lakeAt(Station station, AsOf moment, ExtensionStore extensions) {
    return lake(station)
        .map(
            lake -> {
              Path copy = station.work().resolve("at-" + UUID.randomUUID() + ".ducklake");
              lake.copyCatalog(copy);
              try {
                LakeSettings settings = lake.settings();
                Lake past =
                    Lake.openAt(
                        new LakeSettings(
                            new CatalogLocation.DuckDbFile(copy),
                            settings.dataPath(),
                            settings.engine(),
                            settings.access()),
                        moment,
                        extensions);
                // The engine has the file open; its name is not needed any more.
                Files.deleteIfExists(copy);
                return past;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /** Runs a command of another process. */
  int run(LocalCommand command, OutputStream out, OutputStream err) {
    Shell shell =
        new Shell(
            new ByteArrayInputStream(command.input().getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            command.environment(),
            Path.of(command.folder()),
            command.terminals().stream().map(Shell.Stream::valueOf).collect(Collectors.toSet()));
    return ScopedValue.where(COMMAND, this)
        .call(() -> new Program(shell).run(command.arguments().toArray(String[]::new)));
  }

  /**
   * Has the service of the station run a command, when there is one.
   *
   * @return its exit code; nothing when this process is to run it
   */
  static OptionalInt elsewhere(Shell shell, Optional<String> name, List<String> arguments) {
    boolean mine = name.filter(COMMANDS::contains).isEmpty() || COMMAND.isBound();
    if (mine || arguments.contains("--help") || arguments.contains("-h")) {
      return OptionalInt.empty();
    }
    Station station;
    try {
      station = station(shell, arguments);
    } catch (TarnException e) {
      return OptionalInt.empty(); // The command itself says so best.
    }
    try {
      return LocalClient.run(
          station, () -> request(shell, station, arguments), shell.out(), shell.err());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Station station(Shell shell, List<String> arguments) {
    for (int at = 0; at < arguments.size(); at++) {
      String argument = arguments.get(at);
      boolean named = argument.equals("-C") || argument.equals(Declared.STATION);
      if (named && at + 1 < arguments.size()) {
        return Station.find(shell.folder().resolve(arguments.get(at + 1)), shell.environment());
      }
      if (argument.startsWith(Declared.STATION + "=")) {
        String folder = argument.substring(Declared.STATION.length() + 1);
        return Station.find(shell.folder().resolve(folder), shell.environment());
      }
    }
    String variable = shell.environment().getOrDefault(Station.FOLDER_VARIABLE, "");
    return Station.find(
        variable.isBlank() ? shell.folder() : shell.folder().resolve(variable),
        shell.environment());
  }

  private static LocalCommand request(Shell shell, Station station, List<String> arguments)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    shell
        .environment()
        .forEach(
            (name, value) -> {
              if (VARIABLES.contains(name) || name.startsWith("TARN_")) {
                environment.put(name, value);
              }
            });
    environment.put(Station.FOLDER_VARIABLE, station.folder().toString());
    return new LocalCommand(
        arguments,
        shell.folder().toString(),
        environment,
        shell.terminals().stream().map(Enum::name).collect(Collectors.toSet()),
        arguments.contains("-")
            ? new String(shell.in().readAllBytes(), StandardCharsets.UTF_8)
            : "");
  }
}
