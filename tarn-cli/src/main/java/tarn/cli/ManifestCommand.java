package tarn.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import tarn.assets.graph.AssetGraph;
import tarn.assets.manifest.LakeColumns;
import tarn.assets.manifest.Manifest;
import tarn.base.Json;
import tarn.lake.Session;
import tarn.station.Station;

/** {@code tarn manifest}: what the station's assets are, for other programs. */
final class ManifestCommand {
  private ManifestCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec manifest =
        Declared.command(
            shell,
            "manifest",
            "Print what the station's assets are as one JSON document (spec/manifest.md): keys,"
                + " dependencies, columns, checks, partitions, tags.",
            ManifestCommand::run);
    manifest.addOption(Declared.flag(Declared.JSON, "The manifest is JSON anyway."));
    return Declared.withExamples(manifest, "tarn manifest | jq '.assets[].key'");
  }

  private static ExitCode run(Invocation invocation) {
    Station station = invocation.station();
    try (LakeGlance lake = new LakeGlance(invocation, station)) {
      AssetGraph graph = Assets.load(station, lake);
      Optional<Session> session = lake.session();
      LakeColumns columns = session.map(LakeColumns::of).orElseGet(LakeColumns::none);
      lake.trouble()
          .ifPresent(
              trouble ->
                  invocation
                      .shell()
                      .say("warning: the columns are left out, as " + trouble.getMessage()));
      invocation
          .shell()
          .print(Json.pretty(Manifest.of(station.settings().name(), graph, columns)) + "\n");
    }
    return ExitCode.DONE;
  }
}
