package tarn.gateway.lineage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import tarn.lake.TableName;
import tools.jackson.databind.JsonNode;

/** Follows columns through a plan, where an expression names a column of what is below by place. */
final class PlanReader {
  private final Map<Integer, List<SortedSet<ColumnSource>>> common = new HashMap<>();
  private boolean exact = true;

  boolean isExact() {
    return exact;
  }

  /** For each column of an operator's output, what it is made from. */
  List<SortedSet<ColumnSource>> read(JsonNode operator) {
    String type = operator.path("type").asString("");
    JsonNode children = operator.path("children");
    return switch (type) {
      case "LOGICAL_GET" -> scan(operator);
      case "LOGICAL_PROJECTION" -> expressions(operator.path("expressions"), inputs(children));
      case "LOGICAL_AGGREGATE_AND_GROUP_BY" -> {
        List<SortedSet<ColumnSource>> below = inputs(children);
        List<SortedSet<ColumnSource>> out = expressions(operator.path("groups"), below);
        out.addAll(expressions(operator.path("expressions"), below));
        yield out;
      }
      case "LOGICAL_WINDOW", "LOGICAL_UNNEST" -> {
        List<SortedSet<ColumnSource>> below = inputs(children);
        List<SortedSet<ColumnSource>> out = new ArrayList<>(below);
        out.addAll(expressions(operator.path("expressions"), below));
        yield out;
      }
      case "LOGICAL_FILTER", "LOGICAL_ORDER_BY" ->
          projected(operator.path("projection_map"), inputs(children));
      case "LOGICAL_LIMIT", "LOGICAL_DISTINCT", "LOGICAL_SAMPLE", "LOGICAL_TOP_N" ->
          inputs(children);
      case "LOGICAL_UNION", "LOGICAL_EXCEPT", "LOGICAL_INTERSECT" -> together(children);
      case "LOGICAL_COMPARISON_JOIN",
          "LOGICAL_ANY_JOIN",
          "LOGICAL_CROSS_PRODUCT",
          "LOGICAL_POSITIONAL_JOIN",
          "LOGICAL_ASOF_JOIN" ->
          join(operator);
      case "LOGICAL_MATERIALIZED_CTE" -> {
        common.put(operator.path("table_index").asInt(), read(children.path(0)));
        yield read(children.path(1));
      }
      case "LOGICAL_CTE_REF" -> {
        List<SortedSet<ColumnSource>> named = common.get(operator.path("cte_index").asInt());
        yield named == null ? unknown(operator) : named;
      }
      case "LOGICAL_DUMMY_SCAN" -> columns(1);
      case "LOGICAL_EXPRESSION_GET" -> columns(operator.path("expr_types").size());
      default -> unknown(operator);
    };
  }

  private List<SortedSet<ColumnSource>> inputs(JsonNode children) {
    List<SortedSet<ColumnSource>> all = new ArrayList<>();
    children.forEach(child -> all.addAll(read(child)));
    return all;
  }

  private List<SortedSet<ColumnSource>> scan(JsonNode operator) {
    JsonNode table = operator.path("function_data");
    if (!table.path("table").isString()) {
      // A table function makes its rows of its arguments.
      return columns(Math.max(operator.path("returned_types").size(), 1));
    }
    TableName name =
        new TableName(table.path("schema").asString(""), table.path("table").asString(""));
    List<SortedSet<ColumnSource>> columns = new ArrayList<>();
    for (JsonNode index : operator.path("column_indexes")) {
      JsonNode column = operator.path("names").path(index.path("index").asInt(-1));
      SortedSet<ColumnSource> source = new TreeSet<>();
      if (column.isString()) {
        source.add(new ColumnSource(name, column.asString()));
      }
      columns.add(source);
    }
    return projected(operator.path("projection_ids"), columns);
  }

  private static List<SortedSet<ColumnSource>> projected(
      JsonNode map, List<SortedSet<ColumnSource>> columns) {
    if (map.isEmpty()) {
      return columns;
    }
    List<SortedSet<ColumnSource>> out = new ArrayList<>();
    map.forEach(index -> out.add(columns.get(index.asInt())));
    return out;
  }

  private List<SortedSet<ColumnSource>> together(JsonNode children) {
    List<SortedSet<ColumnSource>> out = new ArrayList<>();
    for (JsonNode child : children) {
      List<SortedSet<ColumnSource>> columns = read(child);
      for (int at = 0; at < columns.size(); at++) {
        if (at == out.size()) {
          out.add(new TreeSet<>());
        }
        out.get(at).addAll(columns.get(at));
      }
    }
    return out;
  }

  private List<SortedSet<ColumnSource>> join(JsonNode operator) {
    JsonNode children = operator.path("children");
    List<SortedSet<ColumnSource>> left =
        projected(operator.path("left_projection_map"), read(children.path(0)));
    List<SortedSet<ColumnSource>> right =
        projected(operator.path("right_projection_map"), read(children.path(1)));
    List<SortedSet<ColumnSource>> out = new ArrayList<>(left);
    switch (operator.path("join_type").asString("INNER")) {
      case "SEMI", "ANTI" -> {}
      case "MARK" -> {
        SortedSet<ColumnSource> mark = new TreeSet<>();
        for (SortedSet<ColumnSource> sources : right) {
          mark.addAll(sources);
        }
        out.add(mark);
      }
      default -> out.addAll(right);
    }
    return out;
  }

  private List<SortedSet<ColumnSource>> expressions(
      JsonNode list, List<SortedSet<ColumnSource>> below) {
    List<SortedSet<ColumnSource>> out = new ArrayList<>();
    list.forEach(
        expression -> {
          SortedSet<ColumnSource> sources = new TreeSet<>();
          collect(expression, below, sources);
          out.add(sources);
        });
    return out;
  }

  private void collect(
      JsonNode node, List<SortedSet<ColumnSource>> below, SortedSet<ColumnSource> sources) {
    if (node.path("expression_class").asString("").equals("BOUND_REF")) {
      int index = node.path("index").asInt(-1);
      if (index >= 0 && index < below.size()) {
        sources.addAll(below.get(index));
      } else {
        exact = false;
      }
      return;
    }
    node.forEach(child -> collect(child, below, sources));
  }

  private static List<SortedSet<ColumnSource>> columns(int count) {
    List<SortedSet<ColumnSource>> columns = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      columns.add(new TreeSet<>());
    }
    return columns;
  }

  /** Each column of it may be made from everything below; more than one could ask for. */
  private List<SortedSet<ColumnSource>> unknown(JsonNode operator) {
    exact = false;
    SortedSet<ColumnSource> all = new TreeSet<>();
    for (SortedSet<ColumnSource> sources : inputs(operator.path("children"))) {
      all.addAll(sources);
    }
    List<SortedSet<ColumnSource>> columns = new ArrayList<>();
    for (int at = 0; at < 64; at++) {
      columns.add(all);
    }
    return columns;
  }
}
