package tarn.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tarn.assets.definition.LakeTables;
import tarn.assets.graph.AssetGraph;
import tarn.assets.io.Materialization;
import tarn.assets.run.AssetResult;
import tarn.assets.run.AssetState;
import tarn.assets.run.RunReport;
import tarn.base.Human;
import tarn.base.Json;
import tarn.cli.demo.Question;
import tarn.cli.demo.Records;
import tarn.cli.query.Destination;
import tarn.cli.query.QueryRun;
import tarn.cli.query.QueryRun.Wish;
import tarn.cli.query.ResultFormat;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.station.Station;

/** What a demo came to: what is in the lake now, and what its records tell. */
record DemoReport(Station station, Records records, AssetGraph graph, RunReport run) {

  /** Assets by what became of them. */
  private record Tally(int written, int unchanged, int failed, int notRun) {

    Tally plus(AssetState state) {
      return switch (state) {
        case AssetState.Written _ -> new Tally(written + 1, unchanged, failed, notRun);
        case AssetState.Unchanged _, AssetState.Skipped _ ->
            new Tally(written, unchanged + 1, failed, notRun);
        case AssetState.Failed _ -> new Tally(written, unchanged, failed + 1, notRun);
        case AssetState.NotRun _ -> new Tally(written, unchanged, failed, notRun + 1);
      };
    }
  }

  /** The assets of one layer, and the rows of their tables. */
  private record Layer(int assets, long rows) {

    Layer plus(long more) {
      return new Layer(assets + 1, rows + more);
    }
  }

  /** For a person. */
  String text(Session session, Style style) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(summary()).append("\n\n");
    TextTable table =
        new TextTable(List.of(Column.left("layer"), Column.right("tables"), Column.right("rows")));
    layers()
        .forEach(
            (name, layer) ->
                table.add(List.of(name, Human.count(layer.assets()), Human.count(layer.rows()))));
    text.append(table.render(style));
    for (Question question : askable(session)) {
      text.append('\n').append(style.bold(question.title())).append("\n\n");
      text.append(answer(session, question, ResultFormat.TABLE, style));
    }
    return text.toString();
  }

  /** For a program. */
  String json(Session session) throws IOException {
    Tally tally = tally();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("station", station.folder().toString());
    report.put("records", records.describe());
    report.put("run_id", run.runId());
    report.put("seconds", run.duration().toMillis() / 1000.0);
    report.put("written", tally.written());
    report.put("unchanged", tally.unchanged());
    report.put("failed", tally.failed());
    report.put("not_run", tally.notRun());
    List<Map<String, Object>> layers = new ArrayList<>();
    layers()
        .forEach(
            (name, layer) -> {
              Map<String, Object> fields = new LinkedHashMap<>();
              fields.put("layer", name);
              fields.put("tables", layer.assets());
              fields.put("rows", layer.rows());
              layers.add(fields);
            });
    report.put("layers", layers);
    List<Map<String, Object>> answers = new ArrayList<>();
    for (Question question : askable(session)) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("title", question.title());
      fields.put("sql", question.sql());
      fields.put(
          "rows",
          Json.mapper().readTree(answer(session, question, ResultFormat.JSON, Style.PLAIN)));
      answers.add(fields);
    }
    report.put("answers", answers);
    return Json.pretty(report) + "\n";
  }

  private String summary() {
    Tally tally = tally();
    String seconds = Human.duration(run.duration());
    int all = run.results().size();
    if (tally.unchanged() == all) {
      return "Nothing has changed, so nothing was written: %d assets looked at in %s."
          .formatted(all, seconds);
    }
    return "%d assets in %s: %d written, %d unchanged%s."
        .formatted(
            all,
            seconds,
            tally.written(),
            tally.unchanged(),
            tally.failed() + tally.notRun() == 0
                ? ""
                : ", %d failed, %d not run".formatted(tally.failed(), tally.notRun()));
  }

  private Tally tally() {
    Tally tally = new Tally(0, 0, 0, 0);
    for (AssetResult result : run.results()) {
      tally = tally.plus(result.state());
    }
    return tally;
  }

  /** In the order in which the first asset of each is made. */
  private Map<String, Layer> layers() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (AssetResult result : run.results()) {
      switch (result.state()) {
        case AssetState.Written(Materialization.Written made, var _) -> add(layers, made);
        case AssetState.Unchanged(Materialization.Unchanged made, var _) -> add(layers, made);
        case AssetState.Skipped(Materialization.Unchanged made) -> add(layers, made);
        case AssetState.Failed _, AssetState.NotRun _ -> {}
      }
    }
    return layers;
  }

  private void add(Map<String, Layer> layers, Materialization made) {
    String group = graph.definition(made.key()).group();
    layers.merge(group, new Layer(0, 0).plus(made.rows()), (layer, _) -> layer.plus(made.rows()));
  }

  /** A run that failed, or few records, may leave a table out. */
  private static List<Question> askable(Session session) {
    Set<TableName> tables = LakeTables.of(session).relations().tables();
    return Question.ALL.stream().filter(each -> tables.contains(each.table())).toList();
  }

  private String answer(Session session, Question question, ResultFormat format, Style style)
      throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    new QueryRun(session, station.settings().engine().temporaryFolder())
        .run(question.sql(), new Wish(format, null, style), new Destination.Stream(answer));
    return answer.toString(StandardCharsets.UTF_8);
  }
}
