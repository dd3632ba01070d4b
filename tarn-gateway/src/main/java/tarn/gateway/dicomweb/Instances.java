package tarn.gateway.dicomweb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.files.FileContents;
import tarn.gateway.http.Exchange;
import tarn.gateway.sandbox.Guard;
import tarn.gateway.sandbox.Sandboxes;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.station.ServeSettings.QueryLimits;
import tools.jackson.databind.JsonNode;

/**
 * Finds instances and their bytes as the caller's own queries would: who may see the header but not
 * the file's row in its collection gets the one and not the other.
 */
final class Instances {
  private static final int MOST = 20_000;

  private final Sandboxes sandboxes;
  private final QueryLimits limits;
  private final FileContents contents;

  Instances(Sandboxes sandboxes, QueryLimits limits, FileContents contents) {
    this.sandboxes = sandboxes;
    this.limits = limits;
    this.contents = contents;
  }

  /**
   * @throws TarnException {@code request.not-found} when there is none
   */
  List<Instance> find(Exchange exchange, Scope scope) {
    String sql =
        """
        SELECT study_instance_uid, series_instance_uid, sop_instance_uid, collection, path,
          header::VARCHAR, transfer_syntax_uid, pixel_data_offset, pixel_data_length,
          to_json(pixel_data_fragments)::VARCHAR, to_json(pixel_data_frames)::VARCHAR
        FROM %s WHERE %s %s ORDER BY 1, 2, instance_number, 3 LIMIT %d"""
            .formatted(scope.from(), scope.condition(), Scope.NEWEST, MOST + 1);
    List<Instance> found;
    try (Sandboxes.Admitted query = sandboxes.admit(exchange.caller(), sql, Optional.empty());
        Guard guard = Guard.watch(query.session(), limits.seconds(), () -> true)) {
      exchange.touches(scope.table().toString());
      try {
        found = query.session().query(query.sql(), Instances::instance);
      } catch (TarnException e) {
        throw guard.explain(e);
      }
    }
    if (found.isEmpty()) {
      throw new TarnException(
          ErrorCode.REQUEST_NOT_FOUND,
          "There is no such instance.",
          "Search for those that there are: /dicomweb/%s/studies.".formatted(scope.schema()));
    }
    if (found.size() > MOST) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "There are more than " + MOST + " instances.",
          "Ask for one series at a time.");
    }
    return found;
  }

  private static Instance instance(java.sql.ResultSet row) throws java.sql.SQLException {
    long offset = row.getLong(8);
    boolean pixels = !row.wasNull();
    List<Instance.Fragment> fragments = new ArrayList<>();
    list(row.getString(10))
        .forEach(
            each ->
                fragments.add(
                    new Instance.Fragment(
                        each.path("offset").asLong(), each.path("length").asLong())));
    List<Long> frames = new ArrayList<>();
    list(row.getString(11)).forEach(each -> frames.add(each.asLong()));
    return new Instance(
        text(row.getString(1)),
        text(row.getString(2)),
        text(row.getString(3)),
        text(row.getString(4)),
        text(row.getString(5)),
        Json.mapper().readTree(text(row.getString(6))),
        text(row.getString(7)),
        pixels ? offset : -1,
        row.getLong(9),
        fragments,
        frames);
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNullElse(value, "");
  }

  private static JsonNode list(@Nullable String value) {
    return Json.mapper().readTree(Objects.requireNonNullElse(value, "[]"));
  }

  /** The bytes of each instance, in the same order. */
  List<FileContents.Content> contents(Exchange exchange, Scope scope, List<Instance> instances) {
    Map<String, FileContents.Content> byPlace = new LinkedHashMap<>();
    TreeSet<String> collections = new TreeSet<>();
    instances.forEach(each -> collections.add(each.collection()));
    for (String collection : collections) {
      references(exchange, scope, collection)
          .forEach(
              (path, reference) ->
                  reference
                      .find(contents)
                      .ifPresent(content -> byPlace.put(collection + "/" + path, content)));
    }
    return instances.stream()
        .map(
            each ->
                Optional.ofNullable(byPlace.get(each.collection() + "/" + each.path()))
                    .orElseThrow(
                        () ->
                            new TarnException(
                                ErrorCode.REQUEST_CONFLICT,
                                "The bytes of the instance " + each.uid() + " are not to be had.",
                                "They lie outside of the station's store, are missing, or the key"
                                    + " may not see them; `tarn files verify` tells more.")))
        .toList();
  }

  private record Reference(String sha256, long size) {
    Optional<FileContents.Content> find(FileContents contents) {
      return sha256.matches("[0-9a-f]{64}") ? contents.find(sha256, size) : Optional.empty();
    }
  }

  private Map<String, Reference> references(Exchange exchange, Scope scope, String collection) {
    String sql =
        """
        SELECT path, file.sha256, file.size FROM %s.%s
        WHERE file.state = 'stored' AND path IN (SELECT path FROM %s WHERE %s AND collection = %s)"""
            .formatted(
                Sql.identifier(scope.schema()),
                Sql.identifier(collection),
                scope.from(),
                scope.condition(),
                Sql.literal(collection));
    Map<String, Reference> references = new LinkedHashMap<>();
    try (Sandboxes.Admitted query = sandboxes.admit(exchange.caller(), sql, Optional.empty())) {
      exchange.touches(new TableName(scope.schema(), collection).toString());
      query
          .session()
          .query(
              query.sql(),
              row ->
                  references.put(
                      text(row.getString(1)),
                      new Reference(text(row.getString(2)), row.getLong(3))));
    }
    return references;
  }
}
