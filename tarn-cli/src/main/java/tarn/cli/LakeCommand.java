package tarn.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Human;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.files.FileLocations;
import tarn.station.Station;
import tarn.storage.StoreLocation;
import tarn.storage.move.LakeCopy;

/** {@code tarn lake}: what is done with a lake as a whole. */
final class LakeCommand {
  private LakeCommand() {}

  static CommandSpec specification(Shell shell) {
    return Declared.group(
        "lake",
        "Copy a lake to another place, or make a station over one that is there.",
        copy(shell),
        LakeAttachCommand.specification(shell));
  }

  private static CommandSpec copy(Shell shell) {
    CommandSpec copy =
        Declared.command(
                shell,
                "copy",
                "Copy this station's lake, with its history, into the empty lake of another station:"
                    + " from any store and catalog to any other. Each file is compared by its hash."
                    + " A copy that was interrupted goes on when it is started again.",
                LakeCommand::copy)
            .addOption(
                Declared.value(
                    "--to", "DIR", String.class, "The other station, made with `tarn init`."))
            .addOption(Declared.json());
    return Declared.withExamples(copy, "tarn lake copy --to ../ward-7-in-s3");
  }

  private static ExitCode copy(Invocation invocation) {
    Station from = invocation.station();
    Path folder =
        invocation
            .<String>option("--to")
            .map(invocation::path)
            .orElseThrow(
                () ->
                    Invocation.usage("There is no --to.", "Name the folder of the other station."));
    Station to = Station.open(folder, invocation.shell().environment());
    if (from.folder().equals(to.folder())) {
      throw Invocation.usage("A lake cannot be copied onto itself.", "Name another station.");
    }
    LakeCopy.Copied copied =
        new LakeCopy(invocation.extensions(), invocation.shell()::say).copy(place(from), place(to));
    if (invocation.json()) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("from", from.folder().toString());
      report.put("to", to.folder().toString());
      report.put("files", copied.files());
      report.put("files_present", copied.present());
      report.put("bytes_written", copied.bytes());
      report.put("snapshot", copied.snapshot());
      invocation.shell().print(Json.pretty(report) + "\n");
    } else {
      invocation
          .shell()
          .print(
              "Copied snapshot %d and all before it: %d files, %d of them there already, %s written\n"
                  .formatted(
                      copied.snapshot(),
                      copied.files(),
                      copied.present(),
                      Human.bytes(copied.bytes())));
    }
    return ExitCode.DONE;
  }

  private static LakeCopy.Place place(Station station) {
    return new LakeCopy.Place(
        station.settings().lake(),
        station.settings().location(),
        files(station),
        station.settings().store());
  }

  /** Data at the top of a bucket have no place for files beside them. */
  private static Optional<StoreLocation> files(Station station) {
    try {
      return Optional.of(FileLocations.beside(station.settings().dataPath()));
    } catch (TarnException e) {
      return Optional.empty();
    }
  }
}
