package tarn.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tarn.base.Json;
import tarn.files.ListedFile;
import tarn.files.ModelReference;
import tarn.files.ModelTensor;
import tarn.files.ModelVersion;

/** What differs between two versions of models. */
record ModelDifferences(List<Change> changes) {

  /**
   * @param what {@code file}, {@code tensor}, {@code metric}, {@code metadata}, {@code trained_on},
   *     {@code tags}, {@code description} or {@code run}
   * @param before null when only the second has it
   * @param after null when only the first has it
   */
  record Change(String what, String name, @Nullable String before, @Nullable String after) {}

  /** All that a version has, as text by its kind and name. */
  static Map<String, Map<String, String>> facts(OpenFiles open, ModelReference reference) {
    ModelVersion version = open.models().find(open.session(), reference);
    Map<String, Map<String, String>> facts = new LinkedHashMap<>();
    for (ListedFile file : open.models().files(open.session(), version)) {
      put(facts, "file", file.path(), file.reference().sha256().orElse(""));
    }
    for (ModelTensor tensor : open.models().tensors(open.session(), version)) {
      put(
          facts,
          "tensor",
          tensor.file() + " " + tensor.tensor(),
          tensor.dtype() + " " + tensor.shape());
    }
    version.metrics().forEach((name, value) -> put(facts, "metric", name, value.toString()));
    version
        .metadata()
        .properties()
        .forEach(each -> put(facts, "metadata", each.getKey(), Json.line(each.getValue())));
    version
        .lineage()
        .forEach(each -> put(facts, "trained_on", each.assetKey(), Long.toString(each.snapshot())));
    put(facts, "tags", "", String.join(" ", version.tags()));
    version.description().ifPresent(text -> put(facts, "description", "", text));
    version.run().ifPresent(run -> put(facts, "run", "", run));
    return facts;
  }

  private static void put(
      Map<String, Map<String, String>> facts, String what, String name, String value) {
    facts.computeIfAbsent(what, _ -> new LinkedHashMap<>()).put(name, value);
  }

  static ModelDifferences between(
      Map<String, Map<String, String>> first, Map<String, Map<String, String>> second) {
    List<Change> changes = new ArrayList<>();
    for (String what :
        List.of(
            "file", "tensor", "metric", "metadata", "trained_on", "tags", "description", "run")) {
      Map<String, String> before = first.getOrDefault(what, Map.of());
      Map<String, String> after = second.getOrDefault(what, Map.of());
      TreeSet<String> names = new TreeSet<>(before.keySet());
      names.addAll(after.keySet());
      for (String name : names) {
        if (!Objects.equals(before.get(name), after.get(name))) {
          changes.add(new Change(what, name, before.get(name), after.get(name)));
        }
      }
    }
    return new ModelDifferences(changes);
  }

  String text() {
    if (changes.isEmpty()) {
      return "Nothing differs.\n";
    }
    StringBuilder text = new StringBuilder();
    for (Change each : changes) {
      String name = (each.what() + " " + each.name()).strip();
      if (each.before() == null) {
        text.append("+ ").append(name).append("  ").append(each.after()).append('\n');
      } else if (each.after() == null) {
        text.append("- ").append(name).append("  ").append(each.before()).append('\n');
      } else {
        text.append("~ %s  %s → %s%n".formatted(name, each.before(), each.after()));
      }
    }
    return text.toString();
  }
}
