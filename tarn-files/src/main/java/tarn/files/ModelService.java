package tarn.files;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tarn.files.bytes.ByteSources;
import tarn.files.pickle.PickleReader;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.Transaction;
import tarn.storage.StoreSettings;

/** Versions of models: files that belong together, what they were made from, and their aliases. */
public final class ModelService {
  private final Lake lake;
  private final BlobStore store;
  private final StoreSettings settings;
  private final Formats formats;
  private final Progress progress;

  /**
   * @param settings by which objects are reached that lie elsewhere
   */
  public ModelService(
      Lake lake, BlobStore store, StoreSettings settings, Formats formats, Progress progress) {
    this.lake = lake;
    this.store = store;
    this.settings = settings;
    this.formats = formats;
    this.progress = progress;
  }

  /**
   * Makes a version. When one of that name has exactly these files, nothing is made; the aliases
   * are moved in either case.
   *
   * @throws tarn.base.TarnException {@code file.refused} when a file cannot be read, or the policy
   *     does not let a pickle in; nothing is stored then
   */
  public ModelResult push(Session session, ModelPush push) {
    return new ModelPusher(lake, store, formats, progress).push(session, push);
  }

  /** The newest version of every model. */
  public List<ModelVersion> newest(Session session) {
    return ModelTables.versions(
        session,
        "v.\"version\" = (SELECT max(w.\"version\") FROM %s w WHERE w.name = v.name)"
            .formatted(ModelTables.VERSIONS.quoted()));
  }

  /** All versions of a model, the oldest first. */
  public List<ModelVersion> versions(Session session, String name) {
    return ModelTables.ofName(session, name);
  }

  /**
   * @throws tarn.base.TarnException {@code model.unknown} when there is no such version
   */
  public ModelVersion find(Session session, ModelReference reference) {
    return ModelTables.find(session, reference);
  }

  /** A version's files, by their paths in it. */
  public List<ListedFile> files(Session session, ModelVersion version) {
    return ModelTables.files(session, version);
  }

  /**
   * Where an alias was put.
   *
   * @param version empty when it was taken away
   */
  public record AliasMove(String alias, OptionalInt version, String by, Instant at) {}

  /** The moves of all aliases of a model, the oldest first. */
  public List<AliasMove> history(Session session, String name) {
    return ModelTables.moves(session, name);
  }

  /**
   * Writes a version's files below a folder, each whole and verified or not at all.
   *
   * @throws tarn.base.TarnException {@code file.refused} when the policy does not let a pickle out
   */
  public void pull(Session session, ModelVersion version, Path folder, PicklePolicy policy) {
    List<ListedFile> files = files(session, version);
    try (Places places = new Places(store, settings)) {
      for (ListedFile file : files) {
        judgement(places, file)
            .ifPresent(
                judged ->
                    policy.require(
                        version.reference() + ": " + file.path(),
                        judged.verdict(),
                        judged.reasons()));
      }
      new Getter(places, progress).get(files, folder);
    }
  }

  private static Optional<PickleReader.Judgement> judgement(Places places, ListedFile file) {
    return places
        .find(file.reference())
        .flatMap(
            place ->
                PickleReader.judgeIfPickle(
                    file.path(), ByteSources.of(place.store(), place.object())));
  }

  /** Points an alias to a version, or takes it away; whether that is a change. */
  public boolean move(Session session, String name, String alias, Optional<Integer> version) {
    ModelReference.requireAlias(alias);
    Transaction.Result<Boolean> result =
        Transaction.run(
            lake,
            session,
            List.of(ModelTables.MOVES),
            transaction ->
                ModelAliases.move(transaction, name, alias, version)
                    ? new Transaction.Decision.Commit<>(
                        true,
                        ModelPusher.message(
                            version
                                .map(number -> "alias " + alias + " of " + name + " is " + number)
                                .orElse("alias " + alias + " of " + name + " is gone")))
                    : new Transaction.Decision.Discard<>(false));
    return result.value();
  }

  /**
   * Reads every byte of a version's files, and says what is wrong with them or with the version.
   */
  public List<FileFinding> verify(Session session, ModelVersion version) {
    List<ListedFile> files = files(session, version);
    List<FileFinding> findings = new ArrayList<>();
    try (Places places = new Places(store, settings)) {
      findings.addAll(new Verifier(places, progress).verify(files));
    }
    String digest = ModelDigest.of(files);
    if (!digest.equals(version.digest())) {
      findings.add(
          new FileFinding(
              "model.modified",
              version.reference(),
              version.digest(),
              "Its files are not those that were pushed; their digest is " + digest + "."));
    }
    return findings;
  }

  /** Tensors of a version's safetensors files, in their order. */
  public List<ModelTensor> tensors(Session session, ModelVersion version) {
    boolean any =
        Indexes.of(session, ModelTables.SCHEMA).stream()
            .anyMatch(table -> table.table().equals("safetensors_tensors"));
    return any
        ? session.query(
            """
            SELECT file, tensor, dtype, shape::VARCHAR, parameters, data_offset, data_length
            FROM lake."%s".tensors WHERE name = %s AND "version" = %d ORDER BY file, data_offset"""
                .formatted(ModelTables.SCHEMA, Sql.literal(version.name()), version.version()),
            row ->
                new ModelTensor(
                    String.valueOf(row.getString(1)),
                    String.valueOf(row.getString(2)),
                    String.valueOf(row.getString(3)),
                    String.valueOf(row.getString(4)),
                    row.getLong(5),
                    row.getLong(6),
                    row.getLong(7)))
        : List.of();
  }
}
