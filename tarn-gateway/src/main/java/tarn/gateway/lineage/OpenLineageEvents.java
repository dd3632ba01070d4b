package tarn.gateway.lineage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.graph.AssetGraph;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.TableState;
import tarn.lake.Tables;

/**
 * Tells a materialization as OpenLineage does: an asset is a job, its table and what it was made
 * from are datasets (docs/reference/openlineage.md).
 *
 * @param station the namespace of the jobs
 */
record OpenLineageEvents(String station, Session session, AssetGraph graph) {
  private static final String PRODUCER = "urn:tarn";
  private static final String SPECIFICATION = "https://openlineage.io/spec/";
  private static final String EVENT = "2-0-2/OpenLineage.json#/$defs/RunEvent";

  /** Its beginning and its end. */
  List<Map<String, Object>> of(MaterializationRecord record) {
    Map<String, Object> beginning = event("START", record.started(), record);
    Map<String, Object> end =
        event(record.written() ? "COMPLETE" : "FAIL", record.finished(), record);
    end.put("inputs", inputs(record));
    end.put("outputs", List.of(output(record)));
    return List.of(beginning, end);
  }

  private Map<String, Object> event(String type, Instant time, MaterializationRecord record) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("eventType", type);
    event.put("eventTime", time.toString());
    event.put("producer", PRODUCER);
    event.put("schemaURL", SPECIFICATION + EVENT);
    event.put("run", run(record));
    event.put("job", job(record));
    return event;
  }

  /** A run of several assets is one of several jobs there, whose runs have numbers of their own. */
  private Map<String, Object> run(MaterializationRecord record) {
    String name = record.runId() + "/" + record.key() + "/" + record.snapshot();
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("runId", UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
    uuid(record.runId())
        .ifPresent(
            id -> {
              Map<String, Object> parent = facet("1-1-0/ParentRunFacet.json");
              parent.put("run", Map.of("runId", id));
              parent.put("job", Map.of("namespace", station, "name", "run"));
              run.put("facets", Map.of("parent", parent));
            });
    return run;
  }

  private static Optional<String> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text).toString());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Map<String, Object> job(MaterializationRecord record) {
    Map<String, Object> facets = new LinkedHashMap<>();
    Map<String, Object> type = facet("2-0-3/JobTypeJobFacet.json");
    type.put("processingType", "BATCH");
    type.put("integration", "TARN");
    type.put("jobType", "ASSET");
    facets.put("jobType", type);
    definition(record)
        .ifPresent(
            asset -> {
              if (!asset.description().isEmpty()) {
                Map<String, Object> words = facet("1-1-0/DocumentationJobFacet.json");
                words.put("description", asset.description());
                facets.put("documentation", words);
              }
              if (asset.body() instanceof AssetBody.SqlQuery(String query)) {
                Map<String, Object> sql = facet("1-1-0/SQLJobFacet.json");
                sql.put("query", query);
                sql.put("dialect", "duckdb");
                facets.put("sql", sql);
              }
            });
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("namespace", station);
    job.put("name", record.key().toString());
    job.put("facets", facets);
    return job;
  }

  /** What the asset is now, if that is what was materialized then. */
  private Optional<AssetDefinition> definition(MaterializationRecord record) {
    return graph.keys().contains(record.key())
        ? Optional.of(graph.definition(record.key()))
            .filter(asset -> asset.codeVersion().equals(record.codeVersion()))
        : Optional.empty();
  }

  private List<Map<String, Object>> inputs(MaterializationRecord record) {
    List<Map<String, Object>> inputs = new ArrayList<>();
    for (AssetKey key : record.inputs()) {
      inputs.add(dataset(key.table()));
    }
    for (String file : record.files()) {
      Map<String, Object> dataset = new LinkedHashMap<>();
      dataset.put("namespace", "file");
      dataset.put("name", station + "/" + file);
      inputs.add(dataset);
    }
    return inputs;
  }

  private Map<String, Object> dataset(TableName table) {
    Map<String, Object> dataset = new LinkedHashMap<>();
    dataset.put("namespace", "tarn://" + station);
    dataset.put("name", table.toString());
    return dataset;
  }

  private Map<String, Object> output(MaterializationRecord record) {
    Map<String, Object> facets = new LinkedHashMap<>();
    Tables.find(session, record.key().table())
        .ifPresent(table -> facets.put("schema", schema(table)));
    record
        .dataVersion()
        .ifPresent(
            version -> {
              Map<String, Object> facet = facet("1-0-1/DatasetVersionDatasetFacet.json");
              facet.put("datasetVersion", version);
              facets.put("version", facet);
            });
    definition(record)
        .flatMap(_ -> AssetColumns.of(session, graph, record.key()))
        .ifPresent(lineage -> facets.put("columnLineage", columns(lineage)));
    Map<String, Object> statistics = facet("1-0-2/OutputStatisticsOutputDatasetFacet.json");
    statistics.put("rowCount", record.rowsWritten());
    Map<String, Object> output = dataset(record.key().table());
    output.put("facets", facets);
    output.put("outputFacets", Map.of("outputStatistics", statistics));
    return output;
  }

  private static Map<String, Object> schema(TableState table) {
    Map<String, Object> facet = facet("1-1-1/SchemaDatasetFacet.json");
    facet.put(
        "fields",
        table.columns().stream()
            .map(
                column -> {
                  Map<String, Object> field = new LinkedHashMap<>();
                  field.put("name", column.name());
                  field.put("type", column.type());
                  column.comment().ifPresent(comment -> field.put("description", comment));
                  return field;
                })
            .toList());
    return facet;
  }

  private Map<String, Object> columns(ColumnLineage.Result lineage) {
    Map<String, Object> fields = new LinkedHashMap<>();
    lineage
        .columns()
        .forEach((column, sources) -> fields.put(column, Map.of("inputFields", fields(sources))));
    Map<String, Object> facet = facet("1-2-0/ColumnLineageDatasetFacet.json");
    facet.put("fields", fields);
    return facet;
  }

  private List<Map<String, Object>> fields(SortedSet<ColumnSource> sources) {
    return sources.stream()
        .map(
            source -> {
              Map<String, Object> field = dataset(source.table());
              field.put("field", source.column());
              return field;
            })
        .toList();
  }

  private static Map<String, Object> facet(String schema) {
    Map<String, Object> facet = new LinkedHashMap<>();
    facet.put("_producer", PRODUCER);
    facet.put("_schemaURL", SPECIFICATION + "facets/" + schema);
    return facet;
  }
}
