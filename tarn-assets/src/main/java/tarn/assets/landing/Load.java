package tarn.assets.landing;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.assets.WriteMode;
import tarn.assets.file.Compression;
import tarn.assets.io.Alongside;
import tarn.assets.io.OutputRelation;
import tarn.assets.io.StreamedRelation;
import tarn.assets.landing.FileSelection.Chosen;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.TableName;

/** One try to land files: the rows, and what is written alongside them. */
final class Load implements OutputRelation, Alongside {
  /** A file modified this shortly before it was read is hashed once more afterwards. */
  private static final Duration CLOCK_GRAIN = Duration.ofSeconds(3);

  private static final String STAGED = "temp.main._tarn_landed";

  private final AssetKey key;
  private final LandingSource source;
  private final boolean staged;
  private final Reading reading;
  private final FileSelection selection;
  private final FileSelection.Scope scope;
  private final Map<String, LandingHistory.Landed> history;
  private final String definition;
  private final Optional<Compression> compression;
  private final Quarantine quarantine;
  private final Instant started = Instant.now();
  private Map<String, Long> carefulCounts = Map.of();
  private long landedRows;
  private long malformedRows;

  Load(
      AssetKey key,
      LandingSource source,
      WriteMode mode,
      Reading reading,
      FileSelection selection,
      FileSelection.Scope scope,
      Map<String, LandingHistory.Landed> history,
      String definition,
      Optional<Compression> compression) {
    this.key = key;
    this.source = source;
    this.staged = isStaged(mode);
    this.reading = reading;
    this.selection = selection;
    this.scope = scope;
    this.history = history;
    this.definition = definition;
    this.compression = compression;
    this.quarantine = new Quarantine(key);
  }

  /**
   * Whether the rows are put aside first: when they are not simply added, the table does not tell
   * which of its rows came from this load.
   */
  private static boolean isStaged(WriteMode mode) {
    return switch (mode) {
      case WriteMode.Append(), WriteMode.Replace() -> false;
      case WriteMode.Merge _, WriteMode.OverwritePartitions _ -> true;
    };
  }

  /** Rows of the files that were read, after {@link #write}. */
  long landedRows() {
    return landedRows;
  }

  /** Records that went to the quarantine, after {@link #write}. */
  long malformedRows() {
    return malformedRows;
  }

  @Override
  public <T> T read(Session session, Function<StreamedRelation, T> work) {
    if (staged) {
      rows(session, relation -> stage(session, relation.select()));
      return work.apply(StreamedRelation.query("SELECT * FROM " + STAGED));
    }
    return rows(session, work);
  }

  private static boolean stage(Session session, String rows) {
    session.execute("CREATE OR REPLACE TEMP TABLE " + STAGED + " AS " + rows);
    return true;
  }

  private <T> T rows(Session session, Function<StreamedRelation, T> work) {
    if (reading.careful().isEmpty()) {
      return work.apply(StreamedRelation.query(reading.rows("")));
    }
    return reading.withCareful(
        session,
        CarefulFile.Raw.LEFT_OUT,
        careful -> {
          carefulCounts = careful.stream().counts();
          return work.apply(
              new StreamedRelation(
                  reading.rows(careful.select()),
                  StreamedRelation.Reading.ONCE,
                  () -> StreamedRelation.UNCOUNTED));
        });
  }

  /** What is read again takes the place of what was read of the same files before. */
  @Override
  public Optional<String> replaces() {
    List<String> again =
        selection.chosen().stream().map(Chosen::name).filter(history::containsKey).toList();
    List<String> former = new ArrayList<>(again);
    former.addAll(selection.renamed().values());
    return former.isEmpty() ? Optional.empty() : Optional.of(Quarantine.of(former));
  }

  @Override
  public Set<TableName> tables() {
    return Set.of(quarantine.table());
  }

  @Override
  public Wrote write(Session session, String runId) {
    if (!LandingHistory.latest(session, key).equals(history)) {
      throw new LandedMeanwhile();
    }
    refuseChangedFiles();
    refuseTreacherousFiles();
    List<String> names = selection.chosen().stream().map(Chosen::name).toList();
    Map<String, Long> landed = landed(session, names);
    List<String> former = new ArrayList<>(names);
    former.addAll(selection.renamed().values());
    quarantine.forget(session, former, scope);
    Map<String, Long> malformed =
        reading.tellsMalformed()
            ? reading.withCareful(
                session,
                CarefulFile.Raw.KEPT,
                careful -> quarantine.add(session, reading.malformed(careful.select()), runId))
            : Map.of();
    refuseLoss(landed, malformed);
    landedRows = sum(landed);
    malformedRows = sum(malformed);
    quarantine.check(session, source.threshold(), landedRows, malformedRows);
    List<LandingHistory.Landed> entries = entries(landed, malformed);
    LandingHistory.add(session, key, runId, entries);
    return entries.stream().allMatch(this::known) ? Wrote.NOTHING : Wrote.SOMETHING;
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private Map<String, Long> landed(Session session, List<String> names) {
    Map<String, Long> landed = new TreeMap<>();
    if (names.isEmpty()) {
      return landed;
    }
    session
        .query(
            "SELECT _source_file, count(*) FROM %s WHERE %s GROUP BY ALL"
                .formatted(staged ? STAGED : key.table().quoted(), Quarantine.of(names)),
            row -> Map.entry(Objects.requireNonNull(row.getString(1)), row.getLong(2)))
        .forEach(count -> landed.put(count.getKey(), count.getValue()));
    return landed;
  }

  /** A record that was read here is a row or in the quarantine; there is no third place. */
  private void refuseLoss(Map<String, Long> landed, Map<String, Long> malformed) {
    carefulCounts.forEach(
        (file, records) -> {
          long found = landed.getOrDefault(file, 0L) + malformed.getOrDefault(file, 0L);
          if (found != records) {
            throw new TarnException(
                ErrorCode.ENGINE_FAILED,
                "Of %,d records of %s, %,d became rows or went to the quarantine; nothing was written."
                    .formatted(records, file, found),
                "Run it again; if it happens again, report it with the file.");
          }
        });
  }

  private void refuseChangedFiles() {
    Set<String> changed = new TreeSet<>();
    for (Chosen chosen : selection.chosen()) {
      boolean young = chosen.file().modified().plus(CLOCK_GRAIN).isAfter(started);
      boolean same =
          chosen.file().unchanged()
              && (!young
                  || FileSelection.scan(chosen.file().path(), compression)
                      .sha256()
                      .equals(chosen.scan().sha256()));
      if (!same) {
        changed.add(chosen.name());
      }
    }
    if (!changed.isEmpty()) {
      throw new FilesChanged(changed);
    }
  }

  /** The engine has read such a file and seen nothing wrong with it. */
  private void refuseTreacherousFiles() {
    switch (source.format()) {
      case PARQUET, XML -> {}
      case CSV, JSON, NDJSON -> {
        Set<String> careful = reading.carefulNames();
        Set<String> treacherous = new TreeSet<>();
        selection.chosen().stream()
            .filter(chosen -> !careful.contains(chosen.name()) && chosen.scan().treacherous())
            .forEach(chosen -> treacherous.add(chosen.name()));
        if (!treacherous.isEmpty()) {
          throw new FilesTreacherous(treacherous);
        }
      }
    }
  }

  private List<LandingHistory.Landed> entries(
      Map<String, Long> landed, Map<String, Long> malformed) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    List<LandingHistory.Landed> entries = new ArrayList<>();
    for (Chosen chosen : selection.chosen()) {
      entries.add(
          new LandingHistory.Landed(
              chosen.name(),
              chosen.file().size(),
              chosen.file().modified(),
              chosen.scan().sha256(),
              landed.getOrDefault(chosen.name(), 0L),
              malformed.getOrDefault(chosen.name(), 0L),
              definition,
              now));
    }
    gone().forEach(before -> entries.add(before.gone(now)));
    return entries;
  }

  /** Files whose rows leave the table without being read again. */
  private List<LandingHistory.Landed> gone() {
    Collection<String> names =
        switch (scope) {
          case ALL -> selection.vanished();
          case NEW_AND_CHANGED -> selection.renamed().values();
        };
    return names.stream().map(name -> Objects.requireNonNull(history.get(name))).toList();
  }

  /** Whether the history says of a file already what this load would say. */
  private boolean known(LandingHistory.Landed entry) {
    LandingHistory.@Nullable Landed before = history.get(entry.path());
    return before != null
        && before.sha256().equals(entry.sha256())
        && before.definition().equals(entry.definition())
        && before.rows() == entry.rows()
        && before.malformed() == entry.malformed();
  }
}
