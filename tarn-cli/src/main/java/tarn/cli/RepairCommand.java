package tarn.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tarn.base.Json;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.finding.Level;
import tarn.integrity.repair.Repair;
import tarn.integrity.repair.RepairPlan;
import tarn.integrity.repair.Replicas;
import tarn.integrity.report.FsckReport;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.station.Station;
import tarn.storage.StoreLocations;

/** {@code tarn repair}: plans, does and undoes what mends a lake. */
final class RepairCommand {
  static final String DRY_RUN = "--dry-run";
  private static final String REPLICA = "--replica";
  private static final String LEVEL = "--level";
  private static final String AGE = "--age";
  private static final String PLAN = "repair-plan.json";

  /** A writer that takes longer than this to commit is not at work any more. */
  private static final Duration QUARANTINE_AGE = Duration.ofDays(1);

  private static final Duration PURGE_AGE = Duration.ofDays(30);

  private RepairCommand() {}

  static CommandSpec specification(Shell shell) {
    return Declared.group(
        "repair",
        "Mend what `tarn fsck` finds: a plan first, which a person reads; then its steps, each of"
            + " which can be undone.",
        plan(shell),
        apply(shell),
        undo(shell),
        purge(shell));
  }

  private static CommandSpec plan(Shell shell) {
    CommandSpec plan =
        Declared.command(
                shell,
                "plan",
                "Check the lake and write a plan of what could be done about each finding. Nothing"
                    + " is changed. Edit the plan: a step whose `do` is false is not done.",
                RepairCommand::plan)
            .addPositional(Declared.argument("FILE", "The plan's file; without it, " + PLAN + "."))
            .addOption(
                Declared.value(
                    LEVEL,
                    "LEVEL",
                    String.class,
                    "How closely to check, as for `tarn fsck`; without it, footer."))
            .addOption(
                OptionSpec.builder(REPLICA)
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("DIR")
                    .description(
                        "A folder, or a URL such as s3://bucket/prefix/, with copies of the data"
                            + " path's files, such as a backup. May be given several times. The setting"
                            + " `integrity.replica` names one that is always looked at.")
                    .build())
            .addOption(
                Declared.value(
                    AGE,
                    "SPAN",
                    String.class,
                    "Leave files alone that no snapshot needs and that are newer than this;"
                        + " without it, 1d."))
            .addOption(Declared.flag(DRY_RUN, "Show the plan and write no file."))
            .addOption(Declared.json());
    return Declared.withExamples(
        plan,
        "tarn repair plan                                what could be done",
        "tarn repair plan --level content --replica /backup/ward-7/data");
  }

  private static CommandSpec apply(Shell shell) {
    CommandSpec apply =
        Declared.command(
                shell,
                "apply",
                "Do what a plan says. Each finding is looked at again before, and what was done is"
                    + " looked at afterwards. The catalog is copied first.",
                RepairCommand::apply)
            .addPositional(Declared.argument("FILE", "The plan's file; without it, " + PLAN + "."))
            .addOption(Declared.flag(DRY_RUN, "Look at each finding again and change nothing."))
            .addOption(Declared.json());
    return Declared.withExamples(
        apply, "tarn repair apply repair-plan.json --dry-run", "tarn repair apply");
  }

  private static CommandSpec undo(Shell shell) {
    CommandSpec undo =
        Declared.command(
                shell, "undo", "Take back everything that one repair did.", RepairCommand::undo)
            .addPositional(Declared.argument("REPAIR", "Its name, as `apply` printed it."))
            .addOption(Declared.flag(DRY_RUN, "Say how much would be taken back."))
            .addOption(Declared.json());
    return Declared.withExamples(undo, "tarn repair undo 20261123-071500-123");
  }

  private static CommandSpec purge(Shell shell) {
    CommandSpec purge =
        Declared.command(
                shell,
                "purge",
                "Delete files for good that repairs have moved to quarantine.",
                RepairCommand::purge)
            .addOption(
                Declared.value(
                    AGE,
                    "SPAN",
                    String.class,
                    "Only those that were moved longer ago than this; without it, 30d."))
            .addOption(Declared.flag(DRY_RUN, "Show them and delete none."))
            .addOption(Declared.json());
    return Declared.withExamples(
        purge, "tarn repair purge --dry-run", "tarn repair purge --age 90d");
  }

  private static Repair repair(Station station, Lake lake, LakeFiles files, Copies copies) {
    return new Repair(lake, files.files(), copies, station.folder().resolve("repairs"));
  }

  /** Places that hold copies, opened with the station's credentials as long as a command runs. */
  private record Copies(Station station, List<LakeFiles> opened)
      implements Replicas, AutoCloseable {
    static Copies of(Station station) {
      return new Copies(station, new ArrayList<>());
    }

    @Override
    public FileStore at(String folder) {
      LakeFiles files =
          LakeFiles.open(
              StoreLocations.parse(folder, station.folder()), station.settings().store());
      opened.add(files);
      return files.files();
    }

    @Override
    public void close() {
      opened.forEach(LakeFiles::close);
    }
  }

  private static ExitCode plan(Invocation invocation) {
    Level level = invocation.<String>option(LEVEL).map(FsckCommand::level).orElse(Level.FOOTER);
    Station station = invocation.station();
    try (Lake lake = invocation.open(station, Access.WRITE);
        LakeFiles files = invocation.files(station);
        Copies copies = Copies.of(station);
        FsckProgress progress = FsckProgress.of(invocation)) {
      FsckReport report =
          new Fsck(lake, files.files(), Interruption::isRequested, progress)
              .run(FsckRequest.of(level));
      RepairPlan plan =
          repair(station, lake, files, copies)
              .plan(report, replicas(invocation, station), age(invocation, QUARANTINE_AGE));
      invocation
          .shell()
          .print(
              invocation.json()
                  ? plan.json() + "\n"
                  : RepairText.plan(plan, invocation.style(Shell.Stream.OUT)));
      if (!invocation.has(DRY_RUN)) {
        Path file = planFile(invocation);
        write(file, plan.json());
        invocation
            .shell()
            .say("The plan is in %s; do it with `tarn repair apply`.".formatted(file));
      }
      return ExitCode.DONE;
    }
  }

  /** Those that were typed first, then the one of the settings. */
  private static List<String> replicas(Invocation invocation, Station station) {
    List<String> places = new ArrayList<>();
    invocation.<List<String>>option(REPLICA).orElseGet(List::of).stream()
        .map(text -> text.contains("://") ? text : invocation.path(text).toString())
        .forEach(places::add);
    station.settings().integrity().replica().ifPresent(places::add);
    return places;
  }

  private static Duration age(Invocation invocation, Duration otherwise) {
    return invocation.<String>option(AGE).map(FsckCommand::span).orElse(otherwise);
  }

  private static Path planFile(Invocation invocation) {
    return invocation.path(invocation.argument().orElse(PLAN));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text + "\n", StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Invocation.usage(
          "The plan cannot be written to " + file + ": " + e, "Name another file.");
    }
  }

  private static RepairPlan read(Path file) {
    try {
      return RepairPlan.parse(Files.readString(file));
    } catch (IOException e) {
      throw Invocation.usage(
          "The plan " + file + " cannot be read: " + e, "Make one with `tarn repair plan`.");
    }
  }

  private static ExitCode apply(Invocation invocation) {
    RepairPlan plan = read(planFile(invocation));
    Station station = invocation.station();
    try (Lake lake = invocation.open(station, Access.WRITE);
        LakeFiles files = invocation.files(station);
        Copies copies = Copies.of(station)) {
      Repair repair = repair(station, lake, files, copies);
      Optional<Repair.Applied> applied =
          invocation.has(DRY_RUN) ? Optional.empty() : Optional.of(repair.apply(plan));
      List<Repair.Done> done =
          applied.map(Repair.Applied::done).orElseGet(() -> repair.preview(plan));
      invocation
          .shell()
          .print(
              invocation.json()
                  ? Json.pretty(RepairText.fields(applied, done)) + "\n"
                  : RepairText.done(applied, done, invocation.style(Shell.Stream.OUT)));
      boolean failed = done.stream().anyMatch(each -> each.ending() == Repair.Ending.FAILED);
      return failed ? ExitCode.FAILED : ExitCode.DONE;
    }
  }

  private static ExitCode undo(Invocation invocation) {
    String name =
        invocation
            .argument()
            .orElseThrow(
                () ->
                    Invocation.usage(
                        "Missing argument: the repair's name.",
                        "It is the name of a folder in `repairs` of the station."));
    Station station = invocation.station();
    try (Lake lake = invocation.open(station, Access.WRITE);
        LakeFiles files = invocation.files(station);
        Copies copies = Copies.of(station)) {
      Repair repair = repair(station, lake, files, copies);
      Repair.Undone undone = invocation.has(DRY_RUN) ? repair.previewUndo(name) : repair.undo(name);
      invocation
          .shell()
          .print(
              invocation.json()
                  ? Json.pretty(RepairText.fields(undone)) + "\n"
                  : RepairText.undone(undone));
      return ExitCode.DONE;
    }
  }

  private static ExitCode purge(Invocation invocation) {
    Duration age = age(invocation, PURGE_AGE);
    Station station = invocation.station();
    try (Lake lake = invocation.open(station, Access.WRITE);
        LakeFiles files = invocation.files(station);
        Copies copies = Copies.of(station)) {
      Repair repair = repair(station, lake, files, copies);
      Repair.Purged purged = invocation.has(DRY_RUN) ? repair.quarantined(age) : repair.purge(age);
      invocation
          .shell()
          .print(
              invocation.json()
                  ? Json.pretty(RepairText.fields(purged)) + "\n"
                  : RepairText.purged(purged, station.folder()));
      return ExitCode.DONE;
    }
  }
}
