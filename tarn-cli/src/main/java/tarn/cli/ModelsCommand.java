package tarn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import tarn.assets.AssetKey;
import tarn.base.Json;
import tarn.files.FileFinding;
import tarn.files.ModelPush;
import tarn.files.ModelReference;
import tarn.files.ModelResult;
import tarn.files.ModelVersion;
import tarn.files.PicklePolicy;
import tarn.lake.Access;
import tarn.lake.Session;
import tarn.lake.Snapshots;
import tarn.lake.TableName;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code tarn models}: versions of models. */
final class ModelsCommand {
  private static final String NAME = "--name";
  private static final String DESCRIPTION = "--description";
  private static final String TAG = "--tag";
  private static final String METADATA = "--metadata";
  private static final String METRIC = "--metric";
  private static final String TRAINED_ON = "--trained-on";
  private static final String RUN = "--run";
  private static final String ALIAS = "--alias";
  private static final String ALLOW_UNKNOWN = "--allow-unknown";
  private static final String INTO = "--into";
  private static final String REMOVE = "--remove";

  private ModelsCommand() {}

  static CommandSpec specification(Shell shell) {
    return Declared.group(
        "models",
        "Keep versions of models: their files, what they were trained on, how good they are, and"
            + " which one is in use.",
        push(shell),
        list(shell),
        show(shell),
        pull(shell),
        alias(shell),
        diff(shell),
        verify(shell));
  }

  private static CommandSpec push(Shell shell) {
    CommandSpec push =
        Declared.command(
            shell,
            "push",
            "Make a version of a model from files. It never changes afterwards; pushing the same"
                + " files again makes none. Pickles are looked into and never loaded: one that is"
                + " dangerous is refused.",
            ModelsCommand::push);
    push.addPositional(Declared.arguments("PATH", "Files, or one folder of them."))
        .addOption(Declared.value(NAME, "NAME", String.class, "The model."))
        .addOption(Declared.value(DESCRIPTION, "TEXT", String.class, "What this version is."))
        .addOption(repeated(TAG, "TAG", "A word to find it by. May be given several times."))
        .addOption(
            Declared.value(
                METADATA,
                "JSON",
                String.class,
                "A JSON object, or the name of a file that holds one."))
        .addOption(repeated(METRIC, "NAME=NUMBER", "How good it is. May be given several times."))
        .addOption(
            repeated(
                TRAINED_ON,
                "KEY[@SNAPSHOT]",
                "An asset that it was trained on, as it was in a snapshot; without one, as it is"
                    + " now. May be given several times."))
        .addOption(Declared.value(RUN, "RUN", String.class, "The run that trained it."))
        .addOption(repeated(ALIAS, "ALIAS", "Point this alias to it. May be given several times."))
        .addOption(
            Declared.flag(
                ALLOW_UNKNOWN, "Take pickles too of which nobody knows whether they are safe."))
        .addOption(Declared.json());
    return Declared.withExamples(
        push,
        "tarn models push model.safetensors config.json --name sepsis-risk \\",
        "    --metric auroc=0.87 --trained-on mart/sepsis_features --alias staging");
  }

  private static OptionSpec repeated(String name, String label, String description) {
    return OptionSpec.builder(name)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  private static ExitCode push(Invocation invocation) {
    String name =
        invocation
            .<String>option(NAME)
            .orElseThrow(
                () ->
                    Invocation.usage(
                        "--name is missing.", "Name the model, such as --name sepsis-risk."));
    Map<String, Double> metrics = metrics(values(invocation, METRIC));
    JsonNode metadata = metadata(invocation);
    ModelResult result;
    try (OpenFiles open = OpenFiles.of(invocation, Access.WRITE)) {
      result =
          open.models()
              .push(
                  open.session(),
                  new ModelPush(
                      invocation.arguments().stream().map(invocation::path).toList(),
                      name,
                      invocation.option(DESCRIPTION),
                      values(invocation, TAG),
                      metadata,
                      metrics,
                      lineage(open.session(), values(invocation, TRAINED_ON)),
                      invocation.option(RUN),
                      values(invocation, ALIAS),
                      policy(invocation)));
    }
    String reference = result.name() + "@" + result.version();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", result.name());
    fields.put("version", result.version());
    fields.put("digest", result.digest());
    fields.put("new", result.outcome() == ModelResult.Outcome.PUSHED);
    fields.put("pickles", result.pickles().orElse(null));
    print(
        invocation,
        fields,
        switch (result.outcome()) {
          case PUSHED -> reference + " is there.\n";
          case WAS_THERE -> reference + " has exactly these files, so there is no new version.\n";
        });
    return ExitCode.DONE;
  }

  private static List<String> values(Invocation invocation, String option) {
    return invocation.<List<String>>option(option).orElseGet(List::of);
  }

  private static PicklePolicy policy(Invocation invocation) {
    return invocation.has(ALLOW_UNKNOWN) ? PicklePolicy.ALLOW_UNKNOWN : PicklePolicy.ONLY_ALLOWED;
  }

  private static Map<String, Double> metrics(List<String> typed) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (String each : typed) {
      int equals = each.indexOf('=');
      try {
        double value = Double.parseDouble(each.substring(equals + 1));
        if (equals < 1 || !Double.isFinite(value)) {
          throw new NumberFormatException();
        }
        metrics.put(each.substring(0, equals), value);
      } catch (NumberFormatException e) {
        throw Invocation.usage(
            "`" + each + "` is no metric.", "Write a name and a number: --metric auroc=0.87.");
      }
    }
    return metrics;
  }

  private static JsonNode metadata(Invocation invocation) {
    Optional<String> given = invocation.option(METADATA);
    if (given.isEmpty()) {
      return Json.mapper().createObjectNode();
    }
    try {
      String text =
          given.get().stripLeading().startsWith("{")
              ? given.get()
              : Files.readString(invocation.path(given.get()));
      JsonNode node = Json.mapper().readTree(text);
      if (node.isObject()) {
        return node;
      }
    } catch (IOException | JacksonException e) {
      throw Invocation.usage(
          "The metadata cannot be read: " + e.getMessage(),
          "Give a JSON object, or the name of a file that holds one.");
    }
    throw Invocation.usage("The metadata are no JSON object.", "Write {\"name\": value, …}.");
  }

  private static List<ModelVersion.TrainedOn> lineage(Session session, List<String> typed) {
    List<ModelVersion.TrainedOn> lineage = new ArrayList<>();
    for (String each : typed) {
      int at = each.lastIndexOf('@');
      AssetKey key = AssetKey.parse(at < 0 ? each : each.substring(0, at));
      long snapshot = at < 0 ? Snapshots.current(session) : snapshot(each, each.substring(at + 1));
      requireTable(session, key, snapshot);
      lineage.add(new ModelVersion.TrainedOn(key.toString(), snapshot));
    }
    return lineage;
  }

  private static long snapshot(String typed, String number) {
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw Invocation.usage(
          "`" + typed + "` names no snapshot.",
          "Write the key and a snapshot's number: --trained-on mart/features@12.");
    }
  }

  private static void requireTable(Session session, AssetKey key, long snapshot) {
    TableName table = key.table();
    try {
      session.query(
          "FROM %s AT (VERSION => %d) LIMIT 0".formatted(table.quoted(), snapshot), _ -> 0);
    } catch (RuntimeException e) {
      throw Invocation.usage(
          "There was no table of %s in snapshot %d.".formatted(key, snapshot),
          "`tarn assets` shows the assets, `tarn snapshots` the snapshots.");
    }
  }

  private static CommandSpec list(Shell shell) {
    CommandSpec list =
        Declared.command(
                shell, "list", "List the models, or the versions of one.", ModelsCommand::list)
            .addPositional(Declared.argument("NAME", "A model."))
            .addOption(Declared.json());
    return Declared.withExamples(list, "tarn models list", "tarn models list sepsis-risk");
  }

  private static ExitCode list(Invocation invocation) {
    List<ModelVersion> versions;
    try (OpenFiles open = OpenFiles.of(invocation, Access.READ)) {
      Optional<String> name = invocation.argument();
      versions =
          name.isEmpty()
              ? open.models().newest(open.session())
              : open.models().versions(open.session(), ModelReference.requireName(name.get()));
    }
    print(
        invocation,
        versions.stream().map(ModelsText::fields).toList(),
        ModelsText.table(versions, invocation.style(Shell.Stream.OUT)));
    return ExitCode.DONE;
  }

  private static CommandSpec show(Shell shell) {
    CommandSpec show =
        Declared.command(
                shell,
                "show",
                "Show all that is known of a version: files, tensors, lineage, and where the"
                    + " model's aliases pointed.",
                ModelsCommand::show)
            .addPositional(modelArgument())
            .addOption(Declared.json());
    return Declared.withExamples(show, "tarn models show sepsis-risk@production");
  }

  private static ExitCode show(Invocation invocation) {
    try (OpenFiles open = OpenFiles.of(invocation, Access.READ)) {
      ModelVersion version = open.models().find(open.session(), reference(invocation));
      Map<String, @Nullable Object> fields = ModelsText.fields(version);
      fields.put(
          "contents",
          open.models().files(open.session(), version).stream().map(ModelsText::fields).toList());
      fields.put("tensors", open.models().tensors(open.session(), version));
      fields.put(
          "alias_history",
          open.models().history(open.session(), version.name()).stream()
              .map(ModelsText::fields)
              .toList());
      print(invocation, fields, ModelsText.details(fields));
    }
    return ExitCode.DONE;
  }

  private static PositionalParamSpec modelArgument() {
    return Declared.argument("MODEL", "A version: name@3, name@alias, or name for the newest.");
  }

  private static ModelReference reference(Invocation invocation) {
    return ModelReference.parse(
        invocation
            .argument()
            .orElseThrow(
                () ->
                    Invocation.usage(
                        "There is no model named.", "`tarn models list` shows them.")));
  }

  private static CommandSpec pull(Shell shell) {
    CommandSpec pull =
        Declared.command(
                shell,
                "pull",
                "Write a version's files into a folder, each verified while it is written.",
                ModelsCommand::pull)
            .addPositional(modelArgument())
            .addOption(
                Declared.value(
                    INTO, "DIR", String.class, "The folder; without it, the current one."))
            .addOption(
                Declared.flag(
                    ALLOW_UNKNOWN, "Pickles too of which nobody knows whether they are safe."))
            .addOption(Declared.json());
    return Declared.withExamples(pull, "tarn models pull sepsis-risk@production --into model");
  }

  private static ExitCode pull(Invocation invocation) {
    Path folder = invocation.path(invocation.<String>option(INTO).orElse("."));
    ModelVersion version;
    try (OpenFiles open = OpenFiles.of(invocation, Access.READ)) {
      version = open.models().find(open.session(), reference(invocation));
      open.models().pull(open.session(), version, folder, policy(invocation));
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", version.name());
    fields.put("version", version.version());
    fields.put("digest", version.digest());
    fields.put("folder", folder.toString());
    print(invocation, fields, "%s: its files are in %s%n".formatted(version.reference(), folder));
    return ExitCode.DONE;
  }

  private static CommandSpec alias(Shell shell) {
    CommandSpec alias =
        Declared.command(
                shell,
                "alias",
                "Point an alias to a version, or take it away. Who moved it and when is kept.",
                ModelsCommand::alias)
            .addPositional(
                Declared.arguments("MODEL ALIAS", "A version, and the alias that is to name it."))
            .addOption(Declared.flag(REMOVE, "Take the alias away from the model instead."))
            .addOption(Declared.json());
    return Declared.withExamples(
        alias,
        "tarn models alias sepsis-risk@3 production",
        "tarn models alias sepsis-risk production --remove");
  }

  private static ExitCode alias(Invocation invocation) {
    if (invocation.arguments().size() != 2) {
      throw Invocation.usage(
          "A model and an alias must be named.", "Such as sepsis-risk@3 production.");
    }
    ModelReference reference = ModelReference.parse(invocation.arguments().getFirst());
    String alias = invocation.arguments().get(1);
    Optional<Integer> version;
    boolean moved;
    try (OpenFiles open = OpenFiles.of(invocation, Access.WRITE)) {
      ModelVersion found = open.models().find(open.session(), reference);
      version = invocation.has(REMOVE) ? Optional.empty() : Optional.of(found.version());
      moved = open.models().move(open.session(), found.name(), alias, version);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", reference.name());
    fields.put("alias", alias);
    fields.put("version", version.orElse(null));
    fields.put("moved", moved);
    print(
        invocation,
        fields,
        "%s@%s %s%n"
            .formatted(
                reference.name(),
                alias,
                version.map(number -> "is version " + number).orElse("is no more")));
    return ExitCode.DONE;
  }

  private static CommandSpec diff(Shell shell) {
    CommandSpec diff =
        Declared.command(
                shell,
                "diff",
                "Say what differs between two versions: files, tensors, metrics, what they were"
                    + " trained on.",
                ModelsCommand::diff)
            .addPositional(Declared.arguments("MODEL MODEL", "Two versions."))
            .addOption(Declared.json());
    return Declared.withExamples(
        diff, "tarn models diff sepsis-risk@production sepsis-risk@staging");
  }

  private static ExitCode diff(Invocation invocation) {
    if (invocation.arguments().size() != 2) {
      throw Invocation.usage("Two versions must be named.", "Such as risk@1 risk@2.");
    }
    List<ModelReference> references =
        invocation.arguments().stream().map(ModelReference::parse).toList();
    ModelDifferences differences;
    try (OpenFiles open = OpenFiles.of(invocation, Access.READ)) {
      differences =
          ModelDifferences.between(
              ModelDifferences.facts(open, references.get(0)),
              ModelDifferences.facts(open, references.get(1)));
    }
    print(invocation, differences.changes(), differences.text());
    return ExitCode.DONE;
  }

  private static CommandSpec verify(Shell shell) {
    CommandSpec verify =
        Declared.command(
                shell,
                "verify",
                "Read every byte of a version, or of all versions, and compare it with its digest.",
                ModelsCommand::verify)
            .addPositional(modelArgument())
            .addOption(Declared.json());
    return Declared.withExamples(
        verify, "tarn models verify", "tarn models verify sepsis-risk@production");
  }

  private static ExitCode verify(Invocation invocation) {
    List<FileFinding> findings = new ArrayList<>();
    List<ModelVersion> versions;
    try (OpenFiles open = OpenFiles.of(invocation, Access.READ)) {
      versions =
          invocation.argument().isPresent()
              ? List.of(open.models().find(open.session(), reference(invocation)))
              : open.models().newest(open.session()).stream()
                  .flatMap(each -> open.models().versions(open.session(), each.name()).stream())
                  .toList();
      for (ModelVersion each : versions) {
        findings.addAll(open.models().verify(open.session(), each));
      }
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("versions", versions.size());
    fields.put("findings", findings);
    StringBuilder text = new StringBuilder();
    findings.forEach(
        each -> text.append("%s  %s%n  %s%n".formatted(each.code(), each.path(), each.message())));
    text.append("%d versions verified, %d damages.%n".formatted(versions.size(), findings.size()));
    print(invocation, fields, text.toString());
    return findings.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static void print(Invocation invocation, Object json, String text) {
    invocation.shell().print(invocation.json() ? Json.pretty(json) + "\n" : text);
  }
}
