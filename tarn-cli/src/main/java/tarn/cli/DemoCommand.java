package tarn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.assets.graph.AssetGraph;
import tarn.assets.run.Materializer;
import tarn.assets.run.Rerun;
import tarn.assets.run.RunReport;
import tarn.base.Home;
import tarn.cli.Shell.Stream;
import tarn.cli.demo.ExampleStation;
import tarn.cli.demo.Records;
import tarn.cli.demo.Synthea;
import tarn.cli.demo.SyntheaClassPath;
import tarn.cli.materialize.RunText;
import tarn.cli.text.Style;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;

/** {@code tarn demo}: a station of made-up hospital records, from landing files to answers. */
final class DemoCommand {
  private static final String FOLDER = "tarn-demo";
  private static final long SEED = 1;
  private static final String AUTHOR = "tarn demo";
  private static final String PATIENTS = "--patients";

  /** Settings that would lead the demo to a lake that is not its own. */
  private static final Set<String> PLACES = Set.of("TARN_CATALOG", "TARN_DATA_PATH");

  private DemoCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec demo =
        Declared.command(
            shell,
            "demo",
            "Make a station with the records of a made-up hospital, materialize all of it, and show"
                + " what is in it. Run again, it completes or updates what is there.",
            DemoCommand::run);
    demo.addPositional(
            Declared.argument("DIR", "The folder, made if it is not there; without it, " + FOLDER))
        .addOption(
            Declared.value(
                PATIENTS,
                "N",
                Integer.class,
                "Have Synthea make records of so many living patients, instead of taking the 100"
                    + " that come with Tarn. It needs Maven, and the first time 200 MB from Maven"
                    + " Central."))
        .addOption(
            Declared.value(
                "--seed",
                "S",
                Long.class,
                "With " + PATIENTS + ": another number makes other patients. Without it, " + SEED))
        .addOption(Declared.json());
    return Declared.withExamples(
        demo, "tarn demo", "tarn demo --patients 1000 big-demo", "tarn -C tarn-demo assets");
  }

  private static ExitCode run(Invocation invocation) throws IOException {
    Shell shell = invocation.shell();
    Records records = records(invocation);
    refuseOtherLake(shell);
    String typed = invocation.argument().orElse(FOLDER);
    try (ExampleStation example = ExampleStation.claim(invocation.path(typed), records)) {
      shell.say(
          switch (example.found()) {
            case NOTHING -> "Making the station " + typed + " with " + records.describe() + ".";
            case EARLIER_DEMO -> "Bringing the station " + typed + " up to date.";
          });
      deliver(invocation, example, records);
      example.copyDefinitions();
      Station station = Station.open(example.folder(), shell.environment());
      return materialize(invocation, typed, station, records);
    }
  }

  private static Records records(Invocation invocation) {
    Optional<Integer> patients = invocation.option(PATIENTS);
    Optional<Long> seed = invocation.option("--seed");
    if (patients.isEmpty() && seed.isPresent()) {
      throw Invocation.usage(
          "--seed changes nothing without " + PATIENTS + ".",
          "Say how many patients there are to be: `tarn demo --patients 100 --seed 7`.");
    }
    if (patients.isPresent() && patients.get() < 1) {
      throw Invocation.usage(
          PATIENTS + " " + patients.get() + " is below 1.", "Give a number of patients.");
    }
    return patients
        .<Records>map(count -> new Records.Generated(count, seed.orElse(SEED)))
        .orElseGet(Records.Sample::new);
  }

  /** These records are made up: they must never get into a lake with real ones. */
  private static void refuseOtherLake(Shell shell) {
    PLACES.stream()
        .sorted()
        .filter(name -> !shell.environment().getOrDefault(name, "").isBlank())
        .findFirst()
        .ifPresent(
            name -> {
              throw Invocation.usage(
                  name + " is set, so the demo's records would get into another lake.",
                  "Unset it for this command: `env -u " + name + " tarn demo`.");
            });
  }

  private static void deliver(Invocation invocation, ExampleStation example, Records records) {
    switch (records) {
      case Records.Sample _ -> example.copySample();
      case Records.Generated(int patients, long seed) -> {
        if (!example.holdsRecords()) {
          Shell shell = invocation.shell();
          Path remembered = Home.ofThisProcess().folder().resolve("synthea");
          Synthea synthea =
              new Synthea(
                  new SyntheaClassPath(
                      remembered,
                      () -> shell.say("Bringing Synthea from Maven Central, once (200 MB) …")));
          Interruption.onInterrupt(synthea::cancel);
          try (Count made = Count.upTo(shell, patients, "Synthea's patients")) {
            synthea.run(patients, seed, example.landing(), example.scratch(), made::at);
          }
        }
      }
    }
  }

  private static ExitCode materialize(
      Invocation invocation, String typed, Station station, Records records) throws IOException {
    try (Lake lake = invocation.create(station)) {
      AssetGraph graph;
      try (Session session = lake.session()) {
        graph = AssetGraph.of(StationAssets.load(station, LakeTables.of(session)));
      }
      Materializer materializer = new Materializer(lake, station, graph, AUTHOR);
      Interruption.onInterrupt(materializer::cancel);
      RunReport run =
          MaterializeCommand.watch(invocation, materializer, graph.keys(), Rerun.WHAT_CHANGED);
      show(invocation, typed, lake, new DemoReport(station, records, graph, run));
      return MaterializeCommand.exitCode(run);
    }
  }

  private static void show(Invocation invocation, String typed, Lake lake, DemoReport report)
      throws IOException {
    Shell shell = invocation.shell();
    try (Session session = invocation.session(lake)) {
      if (invocation.json()) {
        shell.print(report.json(session));
        return;
      }
      Style style = invocation.style(Stream.OUT);
      String troubles = RunText.troubles(report.run(), invocation.style(Stream.ERR));
      if (!troubles.isEmpty()) {
        shell.say("\n" + troubles.stripTrailing());
      }
      shell.print("\n" + report.text(session, style));
      switch (report.run().outcome()) {
        case DONE -> shell.print(next(invocation, typed, style));
        case FAILED, INTERRUPTED, UNKNOWN ->
            shell.say("\nThe demo is not complete; run it again to go on.");
      }
    }
  }

  private static String next(Invocation invocation, String typed, Style style) {
    String tarn =
        "%s -C %s "
            .formatted(
                CalledAs.ofThisProcess(invocation.shell().environment()), CalledAs.word(typed));
    return """

        %s

          %sassets
          %squery "FROM mart.length_of_stay ORDER BY year, sex"
          %squery "FROM raw.lab_results_quarantine"
          %ssnapshots
          %smaterialize '+mart/polypharmacy'

        Its assets are the files in %s: change one, and materialize again.
        """
        .formatted(
            style.bold("What you can do next"),
            tarn,
            tarn,
            tarn,
            tarn,
            tarn,
            CalledAs.word(Path.of(typed, "assets").toString()));
  }
}
