package tarn.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tarn.base.Human;
import tarn.base.Json;
import tarn.cli.Shell.Stream;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.files.AddRequest;
import tarn.files.AddResult;
import tarn.files.CollectionSummary;
import tarn.files.Collections;
import tarn.files.Digests;
import tarn.files.FileFinding;
import tarn.files.FileReference;
import tarn.files.ListedFile;
import tarn.files.RemoveResult;
import tarn.lake.Access;
import tarn.lake.TableName;
import tarn.storage.StoreLocations;
import tarn.storage.StoredObject;

/** {@code tarn files}: files by reference. */
final class FilesCommand {
  private static final String TO = "--to";
  private static final String INTO = "--into";
  private static final String AT = "--at";
  private static final String GRACE = "--grace";
  private static final String DRY_RUN = "--dry-run";
  private static final String KEEP_ARCHIVES = "--keep-archives";
  private static final String KEEP_UNREADABLE = "--keep-unreadable";
  private static final String BY_REFERENCE = "--by-reference";
  private static final String HASH = "--hash";

  private static final Duration DEFAULT_GRACE = Duration.ofDays(7);

  private FilesCommand() {}

  static CommandSpec specification(Shell shell) {
    return Declared.group(
        "files",
        "Keep files of any kind beside the tables: their bytes once in a store, and in tables what"
            + " is known of them.",
        add(shell),
        list(shell),
        get(shell),
        verify(shell),
        remove(shell),
        collectGarbage(shell));
  }

  private static CommandSpec add(Shell shell) {
    CommandSpec add =
        Declared.command(
            shell,
            "add",
            "Add files to a collection, which is made when it is not there. All become visible in"
                + " one snapshot, or none. The same content is stored once, and files that are"
                + " there already are read and not written.",
            FilesCommand::add);
    add.addPositional(
            Declared.arguments(
                "PATH", "Files, folders, zip and tar archives; with --by-reference locations."))
        .addOption(Declared.value(TO, "SCHEMA.NAME", String.class, "The collection."))
        .addOption(Declared.flag(KEEP_ARCHIVES, "Add archives as files, without unpacking them."))
        .addOption(
            Declared.flag(
                KEEP_UNREADABLE,
                "Add files whose header cannot be read, marked as unreadable; without it nothing is"
                    + " added when there is one."))
        .addOption(
            Declared.flag(
                BY_REFERENCE,
                "Leave the bytes where they are: PATH is a folder or a location such as"
                    + " s3://bucket/prefix/."))
        .addOption(
            Declared.flag(HASH, "With --by-reference: read every object once for its SHA-256."))
        .addOption(Declared.json());
    return Declared.withExamples(
        add,
        "tarn files add scans/ week-7.zip --to imaging.ct_2026",
        "tarn files add s3://pacs/2026/ --to imaging.archive --by-reference");
  }

  private static ExitCode add(Invocation invocation) {
    TableName collection = Collections.parse(required(invocation, TO));
    if (invocation.arguments().isEmpty()) {
      throw Invocation.usage("There is nothing to add.", "Name files, folders or archives.");
    }
    AddRequest.Damaged damaged =
        invocation.has(KEEP_UNREADABLE) ? AddRequest.Damaged.KEEP : AddRequest.Damaged.REFUSE;
    AddResult result;
    try (OpenFiles open = OpenFiles.of(invocation, Access.WRITE)) {
      result =
          invocation.has(BY_REFERENCE)
              ? register(invocation, open, collection, damaged)
              : open.service()
                  .add(
                      open.session(),
                      new AddRequest(
                          invocation.arguments().stream().map(invocation::path).toList(),
                          collection,
                          invocation.has(KEEP_ARCHIVES)
                              ? AddRequest.Archives.KEEP
                              : AddRequest.Archives.UNPACK,
                          damaged));
    }
    invocation
        .shell()
        .print(
            invocation.json()
                ? Json.pretty(fields(collection, result)) + "\n"
                : text(collection, result));
    return ExitCode.DONE;
  }

  private static AddResult register(
      Invocation invocation, OpenFiles open, TableName collection, AddRequest.Damaged damaged) {
    if (invocation.arguments().size() > 1) {
      throw Invocation.usage(
          "--by-reference takes one location.", "Run the command once for each.");
    }
    return open.service()
        .register(
            open.session(),
            StoreLocations.parse(invocation.arguments().getFirst(), invocation.shell().folder()),
            collection,
            invocation.has(HASH) ? Digests.COMPUTE : Digests.OMIT,
            damaged);
  }

  private static Map<String, @Nullable Object> fields(TableName collection, AddResult result) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("collection", collection.toString());
    fields.put("files", result.files());
    fields.put("bytes", result.bytes());
    fields.put("added", result.added());
    fields.put("replaced", result.replaced());
    fields.put("unchanged", result.unchanged());
    fields.put("blobs_written", result.written().blobs());
    fields.put("bytes_written", result.written().bytes());
    fields.put("unreadable", result.unreadable());
    fields.put("remarks", result.remarks());
    fields.put("snapshot", result.snapshot().isPresent() ? result.snapshot().getAsLong() : null);
    return fields;
  }

  private static String text(TableName collection, AddResult result) {
    StringBuilder text =
        new StringBuilder(
            "%s: %s added, %s replaced, %s unchanged; %s of %s written%n"
                .formatted(
                    collection,
                    Human.count(result.added()),
                    Human.count(result.replaced()),
                    Human.count(result.unchanged()),
                    Human.bytes(result.written().bytes()),
                    Human.bytes(result.bytes())));
    result.remarks().forEach(each -> text.append("  ").append(each).append('\n'));
    result
        .snapshot()
        .ifPresentOrElse(
            id -> text.append("Snapshot ").append(id).append('\n'),
            () -> text.append("Nothing has changed, so there is no new snapshot.\n"));
    return text.toString();
  }

  private static CommandSpec list(Shell shell) {
    CommandSpec list =
        Declared.command(
                shell, "ls", "List the collections, or the files of one.", FilesCommand::list)
            .addPositional(
                Declared.arguments(
                    "COLLECTION [PATTERN…]", "A collection, and paths in it; * stands for any."))
            .addOption(atOption())
            .addOption(Declared.json());
    return Declared.withExamples(
        list, "tarn files ls", "tarn files ls imaging.ct_2026 'scans/*.dcm' --at 12");
  }

  private static OptionSpec atOption() {
    return Declared.value(AT, "SNAPSHOT", Long.class, "As it was in this snapshot.");
  }

  private static ExitCode list(Invocation invocation) {
    try (OpenFiles open = OpenFiles.of(invocation, Access.READ)) {
      if (invocation.arguments().isEmpty()) {
        listCollections(invocation, open);
      } else {
        listFiles(invocation, selected(invocation, open));
      }
    }
    return ExitCode.DONE;
  }

  private static void listCollections(Invocation invocation, OpenFiles open) {
    List<CollectionSummary> all = open.service().collections(open.session());
    if (invocation.json()) {
      invocation.shell().print(Json.pretty(all.stream().map(FilesCommand::fields).toList()) + "\n");
      return;
    }
    TextTable table =
        new TextTable(
            List.of(
                Column.left("collection"),
                Column.right("files"),
                Column.right("size"),
                Column.right("unreadable")));
    all.forEach(
        each ->
            table.add(
                List.of(
                    each.name().toString(),
                    Human.count(each.files()),
                    Human.bytes(each.bytes()),
                    Human.count(each.unreadable()))));
    invocation.shell().print(table.render(invocation.style(Stream.OUT)));
  }

  private static Map<String, Object> fields(CollectionSummary summary) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("collection", summary.name().toString());
    fields.put("files", summary.files());
    fields.put("bytes", summary.bytes());
    fields.put("unreadable", summary.unreadable());
    return fields;
  }

  private static void listFiles(Invocation invocation, List<ListedFile> files) {
    if (invocation.json()) {
      invocation
          .shell()
          .print(Json.pretty(files.stream().map(FilesCommand::fields).toList()) + "\n");
      return;
    }
    TextTable table =
        new TextTable(
            List.of(
                Column.left("path"),
                Column.right("size"),
                Column.left("format"),
                Column.left("state"),
                Column.left("sha256")));
    files.forEach(
        each ->
            table.add(
                List.of(
                    each.path(),
                    Human.bytes(each.reference().size()),
                    each.format().orElse(""),
                    each.reference().state().text(),
                    each.reference().sha256().map(digest -> digest.substring(0, 12)).orElse(""))));
    invocation.shell().print(table.render(invocation.style(Stream.OUT)));
  }

  private static Map<String, @Nullable Object> fields(ListedFile file) {
    FileReference reference = file.reference();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("path", file.path());
    fields.put("uri", reference.uri());
    fields.put("size", reference.size());
    fields.put("sha256", reference.sha256().orElse(null));
    fields.put("media_type", reference.mediaType());
    fields.put("state", reference.state().text());
    fields.put("format", file.format().orElse(null));
    fields.put("finding", file.finding().orElse(null));
    fields.put("added_at", file.added().toString());
    return fields;
  }

  private static List<ListedFile> selected(Invocation invocation, OpenFiles open) {
    List<String> arguments = invocation.arguments();
    if (arguments.isEmpty()) {
      throw Invocation.usage(
          "There is no collection named.", "`tarn files ls` lists the collections.");
    }
    Optional<Long> at = invocation.option(AT);
    return open.service()
        .list(
            open.session(),
            Collections.parse(arguments.getFirst()),
            arguments.subList(1, arguments.size()),
            at.map(OptionalLong::of).orElseGet(OptionalLong::empty));
  }

  private static CommandSpec get(Shell shell) {
    CommandSpec get =
        Declared.command(
                shell,
                "get",
                "Write files of a collection into a folder, each verified while it is written.",
                FilesCommand::get)
            .addPositional(
                Declared.arguments(
                    "COLLECTION [PATTERN…]", "A collection, and paths in it; * stands for any."))
            .addOption(
                Declared.value(
                    INTO, "DIR", String.class, "The folder; without it, the current one."))
            .addOption(atOption());
    return Declared.withExamples(get, "tarn files get imaging.ct_2026 'scans/*' --into work");
  }

  private static ExitCode get(Invocation invocation) {
    try (OpenFiles open = OpenFiles.of(invocation, Access.READ)) {
      List<ListedFile> files = selected(invocation, open);
      Path folder = invocation.path(invocation.<String>option(INTO).orElse("."));
      open.service().get(files, folder);
      invocation.shell().say(Human.count(files.size()) + " files written to " + folder);
    }
    return ExitCode.DONE;
  }

  private static CommandSpec verify(Shell shell) {
    CommandSpec verify =
        Declared.command(
                shell,
                "verify",
                "Read every byte of the files of a collection, or of all, and compare it with its"
                    + " digest.",
                FilesCommand::verify)
            .addPositional(
                Declared.arguments(
                    "COLLECTION [PATTERN…]", "A collection, and paths in it; * stands for any."))
            .addOption(atOption())
            .addOption(Declared.json());
    return Declared.withExamples(verify, "tarn files verify imaging.ct_2026");
  }

  private static ExitCode verify(Invocation invocation) {
    List<FileFinding> findings;
    int files;
    try (OpenFiles open = OpenFiles.of(invocation, Access.READ)) {
      List<ListedFile> chosen =
          invocation.arguments().isEmpty() ? everything(open) : selected(invocation, open);
      files = chosen.size();
      findings = open.service().verify(chosen);
    }
    if (invocation.json()) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("files", files);
      report.put("findings", findings);
      invocation.shell().print(Json.pretty(report) + "\n");
    } else {
      StringBuilder text = new StringBuilder();
      findings.forEach(
          each ->
              text.append(
                  "%s  %s  %s%n  %s%n"
                      .formatted(each.code(), each.path(), each.uri(), each.message())));
      text.append(
          "%s files verified, %s damaged.%n"
              .formatted(Human.count(files), Human.count(findings.size())));
      invocation.shell().print(text.toString());
    }
    return findings.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static List<ListedFile> everything(OpenFiles open) {
    return open.service().collections(open.session()).stream()
        .flatMap(
            each ->
                open
                    .service()
                    .list(open.session(), each.name(), List.of(), OptionalLong.empty())
                    .stream())
        .toList();
  }

  private static CommandSpec remove(Shell shell) {
    CommandSpec remove =
        Declared.command(
                shell,
                "rm",
                "Remove references from a collection in one snapshot. Older snapshots still show"
                    + " them, and their bytes stay as long.",
                FilesCommand::remove)
            .addPositional(
                Declared.arguments(
                    "COLLECTION PATTERN…", "A collection, and paths in it; * stands for any."))
            .addOption(Declared.json());
    return Declared.withExamples(remove, "tarn files rm imaging.ct_2026 'scans/*.tmp'");
  }

  private static ExitCode remove(Invocation invocation) {
    List<String> arguments = invocation.arguments();
    if (arguments.size() < 2) {
      throw Invocation.usage(
          "Nothing is named to be removed.", "Give a collection and paths; '*' means all.");
    }
    TableName collection = Collections.parse(arguments.getFirst());
    try (OpenFiles open = OpenFiles.of(invocation, Access.WRITE)) {
      RemoveResult result =
          open.service().remove(open.session(), collection, arguments.subList(1, arguments.size()));
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("collection", collection.toString());
      fields.put("removed", result.removed());
      fields.put("snapshot", result.snapshot().isPresent() ? result.snapshot().getAsLong() : null);
      invocation
          .shell()
          .print(
              invocation.json()
                  ? Json.pretty(fields) + "\n"
                  : "%s: %s removed%n".formatted(collection, Human.count(result.removed())));
    }
    return ExitCode.DONE;
  }

  private static CommandSpec collectGarbage(Shell shell) {
    CommandSpec collect =
        Declared.command(
                shell,
                "gc",
                "Remove stored bytes that no snapshot refers to, such as those of an addition that"
                    + " was broken off.",
                FilesCommand::collectGarbage)
            .addOption(
                Declared.value(
                    GRACE,
                    "SPAN",
                    String.class,
                    "Leave alone what is newer than this; without it, 7d."))
            .addOption(Declared.flag(DRY_RUN, "Only say what would be removed."))
            .addOption(Declared.json());
    return Declared.withExamples(collect, "tarn files gc --grace 30d --dry-run");
  }

  private static ExitCode collectGarbage(Invocation invocation) {
    Duration grace =
        invocation
            .<String>option(GRACE)
            .map(
                text ->
                    Amounts.span(text)
                        .orElseThrow(
                            () ->
                                Invocation.usage(
                                    "`" + text + "` is no span of time.",
                                    "Write a number and a unit, such as 30d.")))
            .orElse(DEFAULT_GRACE);
    Instant before = Instant.now().minus(grace);
    boolean dryRun = invocation.has(DRY_RUN);
    List<StoredObject> removed;
    try (OpenFiles open = OpenFiles.of(invocation, Access.WRITE)) {
      removed =
          dryRun
              ? open.service().garbage(open.session(), before)
              : open.service().collectGarbage(open.session(), before);
    }
    long bytes = removed.stream().mapToLong(StoredObject::size).sum();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("dry_run", dryRun);
    fields.put("blobs", removed.size());
    fields.put("bytes", bytes);
    invocation
        .shell()
        .print(
            invocation.json()
                ? Json.pretty(fields) + "\n"
                : "%s blobs, %s%s%n"
                    .formatted(
                        Human.count(removed.size()),
                        Human.bytes(bytes),
                        dryRun ? " would be removed" : " removed"));
    return ExitCode.DONE;
  }

  private static String required(Invocation invocation, String option) {
    return invocation
        .<String>option(option)
        .orElseThrow(
            () ->
                Invocation.usage(
                    option + " is missing.",
                    "Name the collection, such as " + option + " imaging.ct_2026."));
  }
}
