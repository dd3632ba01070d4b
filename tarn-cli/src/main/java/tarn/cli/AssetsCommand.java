package tarn.cli;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import picocli.CommandLine.Model.CommandSpec;
import tarn.assets.AssetKey;
import tarn.assets.graph.AssetGraph;
import tarn.assets.graph.Selection;
import tarn.assets.status.AssetStatus;
import tarn.assets.status.StatusReader;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.cli.Shell.Stream;
import tarn.lake.Session;
import tarn.station.Station;

/** {@code tarn assets}: what there is, and how each asset stands. */
final class AssetsCommand {
  private AssetsCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec assets =
        Declared.command(
            shell,
            "assets",
            "List the station's assets and how each one stands; of a single asset, tell all that is"
                + " known.",
            AssetsCommand::run);
    assets
        .addPositional(
            Declared.argument(
                "SELECTION",
                "Which ones, as for `tarn materialize`: `omop/person`, `+omop/person`,"
                    + " `group:omop`, `tag:layer=raw`. A key alone shows that asset."))
        .addOption(Declared.json());
    return Declared.withExamples(
        assets,
        "tarn assets",
        "tarn assets omop/person",
        "tarn assets 'group:omop and kind:sql'",
        "tarn assets --json | jq -r '.[] | select(.state != \"current\") | .key'");
  }

  private static ExitCode run(Invocation invocation) {
    Station station = invocation.station();
    try (LakeGlance lake = LakeGlance.begun(invocation, station)) {
      AssetGraph graph = Assets.load(station, lake);
      Optional<String> selection = invocation.argument();
      SortedSet<AssetKey> keys =
          selection.map(text -> Selection.select(graph, text)).orElseGet(graph::keys);
      List<AssetStatus> assets = assets(station, lake, graph, keys);
      lake.trouble().ifPresent(trouble -> warn(invocation, trouble));
      boolean single = selection.filter(text -> isKey(graph, text)).isPresent();
      invocation.shell().print(text(invocation, graph, assets, single));
    }
    return ExitCode.DONE;
  }

  private static List<AssetStatus> assets(
      Station station, LakeGlance lake, AssetGraph graph, SortedSet<AssetKey> keys) {
    Optional<Session> session = lake.session();
    if (session.isPresent()) {
      return new StatusReader(session.get(), station.folder(), Instant.now()).of(graph, keys);
    }
    return lake.trouble().isPresent()
        ? StatusReader.unknown(graph, keys)
        : StatusReader.withoutLake(graph, keys);
  }

  private static void warn(Invocation invocation, TarnException trouble) {
    invocation
        .shell()
        .say("warning: the lake cannot be read, so states are unknown: " + trouble.getMessage());
  }

  private static boolean isKey(AssetGraph graph, String text) {
    return graph.keys().stream().anyMatch(key -> key.toString().equals(text));
  }

  private static String text(
      Invocation invocation, AssetGraph graph, List<AssetStatus> assets, boolean single) {
    if (invocation.json()) {
      return Json.pretty(assets.stream().map(each -> AssetsReport.fields(graph, each)).toList())
          + "\n";
    }
    return single
        ? AssetsReport.details(graph, assets.getFirst(), invocation.style(Stream.OUT))
        : AssetsReport.table(assets, invocation.style(Stream.OUT));
  }
}
