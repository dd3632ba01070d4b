package tarn.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tarn.base.ErrorCode;
import tarn.base.Home;
import tarn.base.TarnException;
import tarn.cli.Shell.Stream;
import tarn.cli.text.Style;
import tarn.integrity.files.LakeFiles;
import tarn.lake.Access;
import tarn.lake.AsOf;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.WorkingFolder;
import tarn.lake.extension.ExtensionStore;
import tarn.station.Station;

/** One command as it was typed, and what it works with. */
record Invocation(Shell shell, CommandSpec command) {

  /** The value of an option that was given to this command or to one before it. */
  <T> Optional<T> option(String name) {
    CommandSpec level = command;
    while (level != null) {
      OptionSpec option = level.findOption(name);
      T value = option == null ? null : option.getValue();
      if (value != null && !Boolean.FALSE.equals(value)) {
        return Optional.of(value);
      }
      level = level.parent();
    }
    return Optional.empty();
  }

  boolean has(String flag) {
    return option(flag).isPresent();
  }

  /** The argument that stands for itself, if it was given. */
  Optional<String> argument() {
    return command.positionalParameters().stream()
        .findFirst()
        .flatMap(argument -> Optional.ofNullable(argument.<@Nullable String>getValue()));
  }

  /** All of them, where a command takes several. */
  List<String> arguments() {
    return command.positionalParameters().stream()
        .findFirst()
        .flatMap(argument -> Optional.ofNullable(argument.<@Nullable List<String>>getValue()))
        .orElseGet(List::of);
  }

  /** A path as the one who typed it means it. */
  Path path(String text) {
    return shell.folder().resolve(text).normalize();
  }

  boolean json() {
    return has(Declared.JSON);
  }

  Style style(Stream stream) {
    return Styles.of(shell, stream, has(Declared.COLOUR), has(Declared.NO_COLOUR));
  }

  /** The station that was named, or that the shell stands in; says what it warns of. */
  Station station() {
    Station station = quietStation();
    station.warnings().forEach(warning -> shell.say("warning: " + warning));
    return station;
  }

  /** The same, for whoever says it otherwise. */
  Station quietStation() {
    return this.<String>option(Declared.STATION)
        .or(
            () ->
                Optional.ofNullable(shell.environment().get(Station.FOLDER_VARIABLE))
                    .filter(text -> !text.isBlank()))
        .map(text -> Station.find(path(text), shell.environment()))
        .orElseGet(() -> Station.find(shell.folder(), shell.environment()));
  }

  /** Opens a station's lake, which must be there. */
  Lake open(Station station, Access access) {
    WorkingFolder.enter(station.folder());
    return Served.lake(station)
        .orElseGet(() -> Lake.open(station.settings().lake(), access, extensions()));
  }

  /** Opens a station's lake, and makes an empty one where there is none. */
  Lake create(Station station) {
    WorkingFolder.enter(station.folder());
    return Served.lake(station)
        .orElseGet(() -> Lake.create(station.settings().lake(), extensions()));
  }

  /** Opens the files of a station's lake, wherever its data lie. */
  LakeFiles files(Station station) {
    return LakeFiles.open(station.settings().location(), station.settings().store());
  }

  /** Opens a station's lake as it once was. */
  Lake openAt(Station station, AsOf moment) {
    WorkingFolder.enter(station.folder());
    return Served.lakeAt(station, moment, extensions())
        .orElseGet(() -> Lake.openAt(station.settings().lake(), moment, extensions()));
  }

  /** Opens a session that ends when the command is interrupted. */
  Session session(Lake lake) {
    Session session = lake.session();
    Interruption.onInterrupt(session::cancel);
    return session;
  }

  ExtensionStore extensions() {
    return new ExtensionStore(Home.ofThisProcess().extensions(), shell::say);
  }

  static TarnException usage(String message, String remedy) {
    return new TarnException(ErrorCode.USAGE, message, remedy);
  }
}
