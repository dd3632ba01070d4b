package tarn.gateway.dicomweb;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.gateway.http.Exchange;
import tarn.gateway.sandbox.Guard;
import tarn.gateway.sandbox.Sandboxes;
import tarn.station.ServeSettings.QueryLimits;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** QIDO-RS: a search is a query that the caller could have asked itself. */
final class Search {
  private static final long MOST = 1000;

  private final Sandboxes sandboxes;
  private final QueryLimits limits;

  Search(Sandboxes sandboxes, QueryLimits limits) {
    this.sandboxes = sandboxes;
    this.limits = limits;
  }

  /** One study, series or instance. */
  private record Found(
      JsonNode header,
      String study,
      String series,
      String instance,
      JsonNode modalities,
      long seriesCount,
      long instances) {}

  void answer(Exchange exchange, Level level) {
    Scope scope = Scope.of(exchange);
    long limit = exchange.queryNumber("limit", 1, Integer.MAX_VALUE).orElse(MOST);
    long offset = exchange.queryNumber("offset", 0, Integer.MAX_VALUE).orElse(0L);
    Set<String> fields = fields(exchange, level, scope);
    boolean all = exchange.queries("includefield").contains("all");
    long count = Math.min(limit, MOST);
    List<Found> found = find(exchange, level, scope, count + 1, offset);
    boolean more = found.size() > count;
    if (more && limit > count) {
      exchange.answerHeader("Warning", "299 tarn \"There are more results; use offset.\"");
    }
    List<ObjectNode> objects = new ArrayList<>();
    for (Found each : more ? found.subList(0, (int) count) : found) {
      objects.add(object(scope, level, each, fields, all));
    }
    Answers.send(exchange, 200, objects);
  }

  private static Set<String> fields(Exchange exchange, Level level, Scope scope) {
    Set<String> fields = new LinkedHashSet<>(level.attributes());
    if (scope.study().isEmpty()) {
      fields.addAll(Level.STUDY.attributes());
    }
    if (level == Level.INSTANCE && scope.series().isEmpty()) {
      fields.addAll(Level.SERIES.attributes());
    }
    for (String list : exchange.queries("includefield")) {
      for (String name : list.split(",", -1)) {
        if (!name.equals("all") && !name.isEmpty()) {
          fields.add(Matching.tag(name));
        }
      }
    }
    exchange.queryNames().stream()
        .map(tarn.files.dicom.DicomAttributes::tag)
        .flatMap(Optional::stream)
        .forEach(fields::add);
    return fields;
  }

  private List<Found> find(Exchange exchange, Level level, Scope scope, long limit, long offset) {
    String sql = sql(level, scope, Matching.of(exchange), limit, offset);
    try (Sandboxes.Admitted query = sandboxes.admit(exchange.caller(), sql, Optional.empty());
        Guard guard = Guard.watch(query.session(), limits.seconds(), () -> true)) {
      exchange.touches(scope.table().toString());
      try {
        return query
            .session()
            .query(
                query.sql(),
                row ->
                    new Found(
                        Json.mapper().readTree(row.getString(1)),
                        String.valueOf(row.getString(2)),
                        String.valueOf(row.getString(3)),
                        String.valueOf(row.getString(4)),
                        Json.mapper().readTree(row.getString(5)),
                        row.getLong(6),
                        row.getLong(7)));
      } catch (TarnException e) {
        throw guard.explain(e);
      }
    }
  }

  private static String sql(Level level, Scope scope, Matching matching, long limit, long offset) {
    String instances =
        """
        WITH i AS (SELECT study_instance_uid AS s, series_instance_uid AS e, sop_instance_uid AS o,
          modality AS m, header AS h, coalesce(%s, false) AS hit
          FROM %s WHERE %s %s)
        """
            .formatted(matching.condition(), scope.from(), scope.condition(), Scope.NEWEST);
    String studies = matching.ofStudies().map(each -> " AND " + each).orElse("");
    String selected =
        switch (level) {
          case STUDY ->
              """
              SELECT arg_min(h, o)::VARCHAR, s, '', '', to_json(list_sort(list(DISTINCT m)))::VARCHAR,
                count(DISTINCT e), count(*)
              FROM i GROUP BY s HAVING bool_or(hit)%s ORDER BY s"""
                  .formatted(studies);
          case SERIES ->
              """
              SELECT arg_min(h, o)::VARCHAR, s, e, '', '[]', 1, count(*)
              FROM i GROUP BY s, e HAVING bool_or(hit)%s ORDER BY s, e"""
                  .formatted(studies);
          case INSTANCE ->
              "SELECT h::VARCHAR, s, e, o, '[]', 1, 1 FROM i WHERE hit%s ORDER BY s, e, o"
                  .formatted(studies);
        };
    return instances + selected + " LIMIT " + limit + " OFFSET " + offset;
  }

  private static ObjectNode object(
      Scope scope, Level level, Found found, Set<String> fields, boolean all) {
    ObjectNode object = Answers.object();
    found
        .header()
        .properties()
        .forEach(
            each -> {
              boolean inline = !each.getValue().has("BulkDataURI");
              if ((all && inline) || fields.contains(each.getKey())) {
                object.set(each.getKey(), each.getValue());
              }
            });
    Answers.put(object, "00080056", "CS", "ONLINE");
    Answers.put(
        object,
        "00081190",
        "UR",
        Scope.url(scope.schema(), found.study(), found.series(), found.instance()));
    switch (level) {
      case STUDY -> {
        List<String> modalities = new ArrayList<>();
        found.modalities().forEach(each -> modalities.add(each.asString("")));
        modalities.removeIf(String::isEmpty);
        Answers.put(object, "00080061", "CS", modalities.toArray());
        Answers.put(object, "00201206", "IS", found.seriesCount());
        Answers.put(object, "00201208", "IS", found.instances());
      }
      case SERIES -> Answers.put(object, "00201209", "IS", found.instances());
      case INSTANCE -> {}
    }
    return object;
  }
}
