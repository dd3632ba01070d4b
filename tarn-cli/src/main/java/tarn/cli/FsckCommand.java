package tarn.cli;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.TarnException;
import tarn.dagster.reconcile.Reconciliation;
import tarn.files.BlobCheck;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.catalog.Scope;
import tarn.integrity.check.FurtherFiles;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.integrity.report.JsonReport;
import tarn.integrity.report.JunitReport;
import tarn.integrity.report.SarifReport;
import tarn.lake.Access;
import tarn.lake.AsOf;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;

/** {@code tarn fsck}: whether every byte that the catalog promises is there and right. */
final class FsckCommand {
  private static final String LEVEL = "--level";
  private static final String TABLE = "--table";
  private static final String SCHEMA = "--schema";
  private static final String PARTITION = "--partition";
  private static final String SINCE = "--since";
  private static final String BUDGET = "--budget";
  private static final String WITHIN = "--within";
  private static final String RATE = "--rate";
  private static final String ORPHAN_AGE = "--orphan-age";
  private static final String FORMAT = "--format";
  private static final String REPORT_DAGSTER = "--report-dagster";

  private static final Duration BESIDE_WRITERS = Duration.ofHours(1);

  private static final List<String> FORMATS = List.of("text", "json", "junit", "sarif");

  private FsckCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec fsck =
        Declared.command(
            shell,
            "fsck",
            "Check that every file that the catalog refers to is there and right, and find what is"
                + " there and should not be. Nothing is repaired. What was found is kept in"
                + " _tarn.fsck_runs and _tarn.fsck_findings.",
            FsckCommand::run);
    fsck.addOption(
            Declared.value(
                LEVEL,
                "LEVEL",
                String.class,
                "How closely: catalog (its own rules), exists (files and sizes, by listing), footer"
                    + " (rows, columns, statistics), content (the digest of every byte), decode"
                    + " (every page read). Each includes the ones before; without it, footer."))
        .addOption(Declared.value(SCHEMA, "NAME", String.class, "Only tables of this schema."))
        .addOption(Declared.value(TABLE, "NAME", String.class, "Only this table, as schema.table."))
        .addOption(
            Declared.value(
                PARTITION,
                "COLUMN=VALUE",
                String.class,
                "Only data files of this partition, and their delete files."))
        .addOption(
            Declared.value(
                SINCE,
                "SNAPSHOT",
                String.class,
                "Only files that were added since: a snapshot's number or a time."))
        .addOption(
            Declared.value(
                BUDGET,
                "AMOUNT",
                String.class,
                "Begin no further file after so much time (30m) or so many bytes (200GB). Those that"
                    + " were verified longest ago come first, so that the next run goes on where"
                    + " this one ended."))
        .addOption(
            Declared.value(
                WITHIN,
                "SPAN",
                String.class,
                "Leave out contents that were verified within this time, such as 30d."))
        .addOption(
            Declared.value(RATE, "SIZE", String.class, "Read at most so many bytes a second."))
        .addOption(
            Declared.value(
                ORPHAN_AGE,
                "SPAN",
                String.class,
                "Leave files alone that no catalog knows and that are newer than this: a writer may"
                    + " be about to commit them. Without it, an hour beside a running service, and"
                    + " nothing for a catalog that only one process can write."))
        .addOption(
            Declared.value(
                FORMAT,
                "FORMAT",
                String.class,
                "How the report is written: " + String.join(", ", FORMATS) + "."))
        .addOption(
            Declared.flag(REPORT_DAGSTER, "Tell Dagster what was found, as `tarn reconcile` does."))
        .addOption(ReconcileCommand.dagster())
        .addOption(Declared.json());
    fsck.usageMessage().exitCodeList(exitCodes());
    return Declared.withExamples(
        fsck,
        "tarn fsck                               files, sizes, rows, columns, statistics",
        "tarn fsck --level content --budget 2h   digests, those verified longest ago first",
        "tarn fsck --table omop.person --json | jq '.findings[].path'",
        "tarn query \"FROM _tarn.fsck_findings WHERE resolved_at IS NULL\"");
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "Nothing is wrong that a check of this level can see.");
    codes.put("1", "Something is wrong; the report says what.");
    codes.put("2", "Something could not be checked, or nothing could.");
    codes.put("130", "Interrupted. The report has what was found until then.");
    return codes;
  }

  private static ExitCode run(Invocation invocation) {
    try {
      return check(invocation);
    } catch (TarnException e) {
      ExitCode code = ExitCode.of(e.code());
      if (code == ExitCode.INTERRUPTED) {
        throw e;
      }
      ErrorReport.print(
          invocation.shell(), e, invocation.json(), invocation.style(Shell.Stream.ERR));
      return ExitCode.USAGE;
    }
  }

  private static ExitCode check(Invocation invocation) {
    String format = format(invocation);
    Station station = invocation.station();
    FsckReport report;
    try (Lake lake = invocation.open(station, Access.WRITE);
        LakeFiles files = invocation.files(station);
        BlobCheck blobs =
            BlobCheck.beside(station.settings().dataPath(), station.settings().store())) {
      report = check(invocation, lake, files.files(), blobs);
    }
    invocation.shell().print(text(invocation, format, report));
    tellDagster(invocation, station, report);
    return switch (report.status()) {
      case CLEAN -> ExitCode.DONE;
      case FINDINGS -> ExitCode.FAILED;
      case INCOMPLETE -> ExitCode.USAGE;
      case INTERRUPTED -> ExitCode.INTERRUPTED;
    };
  }

  private static void tellDagster(Invocation invocation, Station station, FsckReport report) {
    if (invocation.has(REPORT_DAGSTER)) {
      Reconciliation done =
          ReconcileCommand.reconcile(invocation, station, Optional.of(JsonReport.of(report)));
      invocation.shell().say(ReconcileCommand.text(done));
    }
  }

  private static FsckReport check(
      Invocation invocation, Lake lake, FileStore files, FurtherFiles blobs) {
    try (FsckProgress progress = FsckProgress.of(invocation)) {
      AtomicBoolean stopped = new AtomicBoolean();
      Interruption.onInterrupt(() -> stopped.set(true));
      Fsck fsck = new Fsck(lake, files, blobs, stopped::get, progress);
      FsckReport report = fsck.run(request(invocation, lake));
      show(invocation, fsck);
      return report;
    }
  }

  /** A lake too broken to take the views is a finding already. */
  private static void show(Invocation invocation, Fsck fsck) {
    try {
      fsck.showResults();
    } catch (TarnException e) {
      invocation
          .shell()
          .say("warning: the results cannot be shown as tables of the lake: " + e.getMessage());
    }
  }

  private static String text(Invocation invocation, String format, FsckReport report) {
    return switch (format) {
      case "json" -> JsonReport.of(report) + "\n";
      case "junit" -> JunitReport.of(report);
      case "sarif" -> SarifReport.of(report) + "\n";
      default -> FsckText.of(report, invocation.style(Shell.Stream.OUT));
    };
  }

  private static String format(Invocation invocation) {
    String format = invocation.<String>option(FORMAT).orElse(invocation.json() ? "json" : "text");
    if (!FORMATS.contains(format)) {
      throw Invocation.usage(
          "There is no format `" + format + "`.", "Use " + String.join(", ", FORMATS) + ".");
    }
    return format;
  }

  private static FsckRequest request(Invocation invocation, Lake lake) {
    Level level = invocation.<String>option(LEVEL).map(FsckCommand::level).orElse(Level.FOOTER);
    Optional<String> budget = invocation.option(BUDGET);
    Optional<Duration> time = budget.flatMap(Amounts::span);
    Optional<Long> bytes = time.isPresent() ? Optional.empty() : budget.map(FsckCommand::size);
    return new FsckRequest(
        level,
        scope(invocation, lake),
        invocation.<String>option(WITHIN).map(FsckCommand::span),
        new FsckRequest.Limits(time, bytes, invocation.<String>option(RATE).map(FsckCommand::size)),
        invocation
            .<String>option(ORPHAN_AGE)
            .map(FsckCommand::span)
            .orElseGet(FsckCommand::orphanAge),
        FsckRequest.DELETION_AGE);
  }

  /** The service may be about to commit what it has just written. */
  private static Duration orphanAge() {
    return Served.COMMAND.isBound() ? BESIDE_WRITERS : Duration.ZERO;
  }

  static Level level(String text) {
    return Level.of(text)
        .orElseThrow(
            () ->
                Invocation.usage(
                    "There is no level `" + text + "`.",
                    "Use one of "
                        + Stream.of(Level.values())
                            .map(Level::text)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  static Duration span(String text) {
    return Amounts.span(text)
        .orElseThrow(
            () ->
                Invocation.usage(
                    "`" + text + "` is no span of time.",
                    "Write a number and a unit (s, m, h, d or w), such as 30m or 1d12h."));
  }

  private static long size(String text) {
    return Amounts.bytes(text)
        .filter(bytes -> bytes > 0)
        .orElseThrow(
            () ->
                Invocation.usage(
                    "`" + text + "` is neither a span of time nor a size.",
                    "Write a number and a unit, such as 30m or 200GB."));
  }

  private static Scope scope(Invocation invocation, Lake lake) {
    Optional<String> table = invocation.option(TABLE);
    Optional<String> schema =
        invocation
            .<String>option(SCHEMA)
            .or(
                () ->
                    table.map(
                        name ->
                            name.contains(".") ? name.substring(0, name.indexOf('.')) : "main"));
    Scope scope =
        new Scope(
            schema,
            table.map(name -> name.substring(name.indexOf('.') + 1)),
            invocation.<String>option(SINCE).map(text -> since(lake, Moments.parse(text))),
            invocation.<String>option(PARTITION).map(FsckCommand::partition));
    requireTables(lake, scope);
    return scope;
  }

  private static Scope.Partition partition(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw Invocation.usage(
          "`" + text + "` is no partition.", "Write a column and a value, such as region=north.");
    }
    return new Scope.Partition(text.substring(0, equals), text.substring(equals + 1));
  }

  private static void requireTables(Lake lake, Scope scope) {
    if (!Fsck.knows(lake, scope)) {
      throw Invocation.usage(
          "The lake has no " + scope.display() + ", and had none in its history.",
          "`tarn query 'SHOW ALL TABLES'` lists the tables; names are as they are listed there.");
    }
  }

  /** The first snapshot of that time or later. */
  private static long since(Lake lake, AsOf moment) {
    return switch (moment) {
      case AsOf.Version(long id) -> id;
      case AsOf.Time time -> {
        try (Session session = lake.catalogSession()) {
          yield session
              .queryFirst(
                  """
                  SELECT coalesce(min(snapshot_id) FILTER (snapshot_time >= ?),
                    max(snapshot_id) + 1) FROM %s.ducklake_snapshot"""
                      .formatted(Lake.METADATA),
                  row -> row.getLong(1),
                  time.time().atOffset(ZoneOffset.UTC))
              .orElseThrow();
        }
      }
    };
  }
}
