package tarn.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Json;
import tarn.cli.Shell.Stream;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.cli.text.Times;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Snapshot;
import tarn.lake.Snapshots;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code tarn snapshots}: the lake's history. */
final class SnapshotsCommand {
  private static final int LIMIT = 20;

  private SnapshotsCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec snapshots =
        Declared.command(
            shell,
            "snapshots",
            "List the lake's snapshots, the newest first: what each changed, and which asset and run"
                + " made it.",
            SnapshotsCommand::run);
    snapshots
        .addOption(
            Declared.value(
                "--limit", "N", Integer.class, "List at most so many; without it, " + LIMIT + "."))
        .addOption(Declared.json());
    return Declared.withExamples(
        snapshots, "tarn snapshots", "tarn snapshots --limit 1 --json | jq '.[0].id'");
  }

  private static ExitCode run(Invocation invocation) {
    int limit = invocation.<Integer>option("--limit").orElse(LIMIT);
    if (limit < 1) {
      throw Invocation.usage("--limit " + limit + " is below 1.", "Give a number of snapshots.");
    }
    try (Lake lake = invocation.open(invocation.station(), Access.READ);
        Session session = invocation.session(lake)) {
      List<Snapshot> snapshots = Snapshots.newest(session, limit);
      Changes changes = Changes.of(session);
      invocation
          .shell()
          .print(
              invocation.json()
                  ? Json.pretty(snapshots.stream().map(each -> fields(each, changes)).toList())
                      + "\n"
                  : table(snapshots, changes).render(invocation.style(Stream.OUT)));
    }
    return ExitCode.DONE;
  }

  private static TextTable table(List<Snapshot> snapshots, Changes changes) {
    TextTable table =
        new TextTable(
            List.of(
                Column.right("snapshot"),
                Column.left("time"),
                Column.left("asset"),
                Column.left("changes"),
                Column.left("author"),
                Column.left("message")));
    for (Snapshot each : snapshots) {
      table.add(
          List.of(
              Long.toString(each.id()),
              Times.local(each.time()),
              extra(each, "asset_key").orElse(""),
              changes.words(each.changes()),
              Objects.requireNonNullElse(each.author(), ""),
              message(each)));
    }
    return table;
  }

  /** One that only says what the other columns say is left out. */
  private static String message(Snapshot snapshot) {
    String message = Objects.requireNonNullElse(snapshot.message(), "");
    return extra(snapshot, "asset_key")
        .filter(key -> message.equals("materialize " + key))
        .map(_ -> "")
        .orElse(message);
  }

  private static Map<String, @Nullable Object> fields(Snapshot snapshot, Changes changes) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", snapshot.id());
    fields.put("time", snapshot.time().toString());
    fields.put("schema_version", snapshot.schemaVersion());
    fields.put("author", snapshot.author());
    fields.put("message", snapshot.message());
    fields.put("asset_key", extra(snapshot, "asset_key").orElse(null));
    fields.put("run_id", extra(snapshot, "run_id").orElse(null));
    fields.put("changes", changes.fields(snapshot.changes()));
    return fields;
  }

  /** Other writers may put anything there, or nothing. */
  private static Optional<String> extra(Snapshot snapshot, String field) {
    String text = snapshot.extraInfo();
    if (text == null || !text.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode value = Json.mapper().readTree(text).path(field);
      return value.isString() ? Optional.of(value.asString()) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
