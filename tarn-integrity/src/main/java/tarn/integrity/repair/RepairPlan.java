package tarn.integrity.repair;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What is to be done about a check's findings, as {@code spec/repair-plan.md} specifies it.
 *
 * @param checkRun the check that found what it mends
 * @param dataPath of the lake that it is for: a plan is good for one lake only
 */
public record RepairPlan(
    Instant made, String checkRun, long snapshot, String dataPath, List<Step> steps) {
  private static final int VERSION = 1;

  public RepairPlan {
    steps = List.copyOf(steps);
  }

  public String json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", VERSION);
    fields.put("made_at", made.toString());
    fields.put("check_run", checkRun);
    fields.put("snapshot_id", snapshot);
    fields.put("data_path", dataPath);
    fields.put("steps", steps.stream().map(RepairPlan::fields).toList());
    return Json.pretty(fields);
  }

  private static Map<String, @Nullable Object> fields(Step step) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("number", step.number());
    fields.put("do", step.wanted());
    fields.put("action", step.action().text());
    fields.put("code", step.type().code());
    fields.put("subject", step.subject());
    fields.put("table", step.table().orElse(null));
    fields.put("source", step.source().orElse(null));
    fields.put("why", step.why());
    fields.put("consequence", step.consequence());
    fields.put("rows_lost", step.rowsLost());
    fields.put("finding", step.finding());
    fields.put("level", step.level().text());
    return fields;
  }

  /**
   * Reads a plan that a person may have changed.
   *
   * @throws TarnException {@code usage} when it is no plan
   */
  public static RepairPlan parse(String text) {
    try {
      JsonNode plan = Json.mapper().readTree(text);
      if (plan.path("version").asInt(0) != VERSION) {
        throw unreadable("its version is not " + VERSION);
      }
      List<Step> steps = new ArrayList<>();
      for (JsonNode step : plan.path("steps")) {
        steps.add(step(step));
      }
      return new RepairPlan(
          Instant.parse(required(plan, "made_at")),
          required(plan, "check_run"),
          plan.path("snapshot_id").asLong(-1),
          required(plan, "data_path"),
          steps);
    } catch (JacksonException | java.time.DateTimeException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static Step step(JsonNode step) {
    int number = step.path("number").asInt(-1);
    String where = "step " + number + ": ";
    if (!step.path("do").isBoolean()) {
      throw unreadable(where + "`do` is neither true nor false");
    }
    return new Step(
        number,
        step.path("do").asBoolean(),
        required(step, "finding"),
        FindingClass.of(required(step, "code"))
            .orElseThrow(() -> unreadable(where + "its code is unknown")),
        Level.of(required(step, "level"))
            .orElseThrow(() -> unreadable(where + "its level is unknown")),
        required(step, "subject"),
        optional(step, "table"),
        Action.of(required(step, "action"))
            .orElseThrow(() -> unreadable(where + "its action is unknown")),
        optional(step, "source"),
        step.path("why").asString(""),
        step.path("consequence").asString(""),
        step.path("rows_lost").asLong(0));
  }

  private static Optional<String> optional(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? Optional.of(value.asString()) : Optional.empty();
  }

  private static String required(JsonNode node, String field) {
    return optional(node, field).orElseThrow(() -> unreadable("it lacks `" + field + "`"));
  }

  private static TarnException unreadable(String reason) {
    return new TarnException(
        ErrorCode.USAGE,
        "This is no plan of repair: " + reason + ".",
        "Make one with `tarn repair plan`.");
  }
}
