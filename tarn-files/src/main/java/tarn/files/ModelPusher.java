package tarn.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.ByteSources;
import tarn.files.format.IndexTable;
import tarn.files.pickle.PickleReader;
import tarn.files.pickle.Verdict;
import tarn.lake.CommitMessage;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.lake.Transaction;

/** Makes a version of a model: its bytes first, then one transaction that makes it visible. */
final class ModelPusher {
  private static final Map<String, String> VIEWS =
      Map.of("safetensors_tensors", "tensors", "pickle_scans", "pickles");

  private final Lake lake;
  private final BlobStore store;
  private final Formats formats;
  private final Progress progress;

  ModelPusher(Lake lake, BlobStore store, Formats formats, Progress progress) {
    this.lake = lake;
    this.store = store;
    this.formats = formats;
    this.progress = progress;
  }

  ModelResult push(Session session, ModelPush push) {
    ModelReference.requireName(push.name());
    push.aliases().forEach(ModelReference::requireAlias);
    List<Item> items = items(push.paths());
    Optional<Verdict> pickles = judge(items, push);
    Intake intake = new Intake(store, formats, _ -> true);
    List<Added> files = new ArrayList<>();
    for (Item item : items) {
      Added added = intake.take(item);
      files.add(added);
      progress.advance(1, added.reference().size());
    }
    files.sort(Comparator.comparing(Added::path));
    String digest = ModelDigest.ofAdded(files);
    List<TableName> tables =
        new ArrayList<>(
            List.of(ModelTables.FILES, ModelTables.VERSIONS, ModelTables.MOVES, Collections.BLOBS));
    Indexes.of(session, ModelTables.SCHEMA).forEach(tables::add);
    files.stream()
        .flatMap(file -> file.rows().stream())
        .map(row -> new TableName(ModelTables.SCHEMA, row.table().name()))
        .distinct()
        .filter(table -> !tables.contains(table))
        .forEach(tables::add);
    Transaction.Result<ModelResult> result =
        Transaction.run(
            lake, session, tables, transaction -> write(transaction, push, files, digest, pickles));
    return result.value();
  }

  private static List<Item> items(List<Path> paths) {
    List<Item> items = new ArrayList<>();
    paths.forEach(path -> Inputs.eachFile(path, items::add));
    if (paths.size() == 1 && Files.isDirectory(paths.getFirst())) {
      items.replaceAll(
          item ->
              new Item(
                  item.path().substring(item.path().indexOf('/') + 1),
                  item.modified(),
                  item.content()));
    }
    if (items.isEmpty()) {
      throw new TarnException(
          ErrorCode.FILE_UNKNOWN, "There is no file to push.", "Name files, or a folder of them.");
    }
    items.stream()
        .map(Item::path)
        .filter(path -> items.stream().filter(item -> item.path().equals(path)).count() > 1)
        .findFirst()
        .ifPresent(
            path -> {
              throw new TarnException(
                  ErrorCode.USAGE,
                  "Two files would have the path `" + path + "` in the model.",
                  "Push a folder that holds them under different names.");
            });
    return items;
  }

  /** Refuses what may not come in before anything of it is stored. */
  private Optional<Verdict> judge(List<Item> items, ModelPush push) {
    Optional<Verdict> worst = Optional.empty();
    long bytes = 0;
    for (Item item : items) {
      if (!(item.content() instanceof Item.Content.OnDisk(Path file))) {
        throw new IllegalStateException(item.toString());
      }
      try (FileChannel channel = FileChannel.open(file)) {
        ByteSource content = ByteSources.of(channel);
        bytes += content.size();
        formats
            .read(item.path(), content)
            .finding()
            .ifPresent(
                finding -> {
                  throw new TarnException(
                      ErrorCode.FILE_REFUSED,
                      "%s cannot be read, so nothing was stored: %s".formatted(file, finding),
                      "Mend the file, or leave it out.");
                });
        Optional<PickleReader.Judgement> judged = PickleReader.judgeIfPickle(item.path(), content);
        if (judged.isPresent()) {
          Verdict verdict = judged.get().verdict();
          push.policy().require(file.toString(), verdict, judged.get().reasons());
          worst = Optional.of(worst.filter(known -> known.compareTo(verdict) > 0).orElse(verdict));
        }
      } catch (IOException e) {
        throw BlobStore.unreadable(file.toString(), e);
      }
    }
    progress.phase("pushing", items.size(), bytes);
    return worst;
  }

  private Transaction.Decision<ModelResult> write(
      Session session,
      ModelPush push,
      List<Added> files,
      String digest,
      Optional<Verdict> pickles) {
    ModelTables.create(session);
    List<ModelVersion> known = ModelTables.ofName(session, push.name());
    Optional<ModelVersion> same =
        known.stream().filter(each -> each.digest().equals(digest)).findFirst();
    int version =
        same.map(ModelVersion::version).orElse(known.isEmpty() ? 1 : known.getLast().version() + 1);
    if (same.isEmpty()) {
      writeFiles(session, push, files, version);
      writeVersion(session, push, files, digest, pickles, version);
    }
    long moved =
        push.aliases().stream()
            .filter(alias -> ModelAliases.move(session, push.name(), alias, Optional.of(version)))
            .count();
    ModelResult result =
        new ModelResult(
            push.name(),
            version,
            digest,
            same.isPresent() ? ModelResult.Outcome.WAS_THERE : ModelResult.Outcome.PUSHED,
            pickles.map(Verdict::text));
    return same.isPresent() && moved == 0
        ? new Transaction.Decision.Discard<>(result)
        : new Transaction.Decision.Commit<>(result, message("push " + push.name() + "@" + version));
  }

  static CommitMessage message(String what) {
    return new CommitMessage(
        who(), "models: " + what, Json.line(Map.of("tarn", 1, "run_id", UUID.randomUUID())));
  }

  static String who() {
    return System.getProperty("user.name", "tarn");
  }

  private void writeFiles(Session session, ModelPush push, List<Added> files, int version) {
    String prefix = push.name() + "/" + version + "/";
    try (Staging staging = new Staging(session)) {
      files.forEach(file -> staging.add(file.below(prefix)));
      staging.flush();
      requireBlobs(files);
      session.execute(
          "CREATE OR REPLACE TEMP TABLE tarn_files_changed AS SELECT path, false AS present FROM "
              + Staging.FILES);
      for (IndexTable index : staging.indexes()) {
        Indexes.prepare(session, index, ModelTables.FILES);
      }
      Adder.insertFiles(session, ModelTables.FILES);
      for (IndexTable index : staging.indexes()) {
        Indexes.write(session, index, ModelTables.FILES);
        String view = VIEWS.get(index.name());
        if (view != null) {
          ModelTables.createView(session, view, index.name());
        }
      }
    }
  }

  /** One that was there already may have been removed as garbage since it was found. */
  private void requireBlobs(List<Added> files) {
    for (Added file : files) {
      String sha256 = file.reference().sha256().orElseThrow();
      if (store.find(sha256, file.reference().size()).isEmpty()) {
        throw new TarnException(
            ErrorCode.STORAGE_CHANGED,
            "The blob of " + file.path() + " was removed while it was being pushed.",
            "Run the command again.");
      }
    }
  }

  private static void writeVersion(
      Session session,
      ModelPush push,
      List<Added> files,
      String digest,
      Optional<Verdict> pickles,
      int version) {
    long bytes = files.stream().mapToLong(file -> file.reference().size()).sum();
    List<Map<String, Object>> lineage = new ArrayList<>();
    for (ModelVersion.TrainedOn each : push.lineage()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("asset_key", each.assetKey());
      fields.put("snapshot", each.snapshot());
      lineage.add(fields);
    }
    session.execute(
        """
        INSERT INTO %s SELECT %s, %d, '%s', %d, %d, %s, %s, %s::JSON::VARCHAR[], %s::JSON,
          %s::JSON::MAP(VARCHAR, DOUBLE),
          %s::JSON::STRUCT(asset_key VARCHAR, "snapshot" BIGINT)[], %s, %s, '%s'::TIMESTAMPTZ"""
            .formatted(
                ModelTables.VERSIONS.quoted(),
                Sql.literal(push.name()),
                version,
                digest,
                files.size(),
                bytes,
                literal(pickles.map(Verdict::text)),
                literal(push.description()),
                Sql.literal(Json.line(push.tags())),
                Sql.literal(Json.line(push.metadata())),
                Sql.literal(Json.line(push.metrics())),
                Sql.literal(Json.line(lineage)),
                literal(push.run()),
                Sql.literal(who()),
                Instant.now()));
  }

  private static String literal(Optional<String> value) {
    @Nullable String text = value.orElse(null);
    return text == null ? "NULL" : Sql.literal(text);
  }
}
