package tarn.assets.landing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tarn.assets.AssetKey;
import tarn.assets.WriteMode;
import tarn.assets.io.HistoryTables;
import tarn.assets.io.IoManager;
import tarn.assets.io.Materialization;
import tarn.assets.io.WritePlan;
import tarn.assets.landing.FileSelection.Chosen;
import tarn.assets.landing.FileSelection.Scope;
import tarn.assets.landing.LandingSource.Column;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.EngineErrors;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * Lands the files of a source: reads those that are new or changed, sends malformed records to the
 * quarantine, and remembers what was read. The rows, the quarantine and the list of files become
 * visible together or not at all.
 *
 * <p>Files are first read by the engine under rules that accept nothing doubtful. A file that these
 * rules refuse is read again record by record, in a new transaction.
 */
public final class LandingLoader {
  /** So often single files are taken out for careful reading; then all of them are. */
  private static final int SINGLE_SUSPECTS = 3;

  private static final int ATTEMPTS = 6;

  private final Lake lake;
  private final IoManager manager;
  private final Path station;

  /**
   * @param station the folder to which patterns are relative
   */
  public LandingLoader(Lake lake, IoManager manager, Path station) {
    this.lake = lake;
    this.manager = manager;
    this.station = station.toAbsolutePath().normalize();
  }

  /**
   * Lands what is to be landed now.
   *
   * @throws TarnException {@code landing.invalid} when the source or a file does not fit its
   *     declaration, {@code asset.quarantine-threshold} when too many records are malformed, and
   *     whatever writing the asset's table fails with; the lake is as it was before
   */
  public LandingResult land(AssetKey key, LandingSource source, WritePlan plan) {
    Scope scope = scope(key, plan);
    ReaderOptions options = ReaderOptions.of(source.format(), source.options());
    Set<String> distrusted = new HashSet<>();
    Set<String> deferred = new HashSet<>();
    for (int tries = 1; ; tries++) {
      List<LandingFile> files = FilePatterns.find(station, source.patterns());
      refuseEmptying(key, source, scope, files);
      try (Session session = lake.session()) {
        Map<String, LandingHistory.Landed> history = history(session, key);
        String definition = definition(source);
        FileSelection selection =
            FileSelection.of(files, history, scope, definition, options.compression(), deferred);
        Reading reading =
            Reading.plan(
                new Reading.Task(
                    session,
                    key,
                    source,
                    options,
                    selection.chosen(),
                    distrusted,
                    ColumnFinder.ofTable(session, key),
                    new FileNames(station)));
        Load load =
            new Load(
                key,
                source,
                plan.mode(),
                reading,
                selection,
                scope,
                history,
                definition,
                options.compression());
        return result(manager.handleRelation(key, load, plan, load), load, selection, deferred);
      } catch (FilesChanged e) {
        defer(key, scope, e, deferred);
      } catch (FilesTreacherous e) {
        distrusted.addAll(e.names());
      } catch (LandedMeanwhile e) {
        if (tries >= ATTEMPTS) {
          throw meanwhile(key, e);
        }
      } catch (TarnException e) {
        if (EngineErrors.mayPass(e) && tries < ATTEMPTS) {
          continue; // files can be read as often as it takes
        }
        Set<String> changed = changed(files, deferred);
        if (changed.isEmpty()) {
          distrust(e, tries, files, distrusted);
        } else {
          defer(key, scope, new FilesChanged(changed), deferred);
        }
      }
    }
  }

  /**
   * Files that a source's table holds rows of and that are there no more: without them the table
   * cannot be made anew, unless it is meant to hold nothing but what is there.
   */
  public List<String> gone(AssetKey key, LandingSource source, WritePlan plan) {
    return switch (declaredScope(key, plan)) {
      case ALL -> List.of();
      case NEW_AND_CHANGED -> {
        Set<String> there =
            FilePatterns.find(station, source.patterns()).stream()
                .map(LandingFile::name)
                .collect(Collectors.toSet());
        try (Session session = lake.session()) {
          yield history(session, key).keySet().stream()
              .filter(name -> !there.contains(name))
              .sorted()
              .toList();
        }
      }
    };
  }

  /**
   * Files that are not as they were when they were looked for; whatever failed may be due to it.
   */
  private static Set<String> changed(List<LandingFile> files, Set<String> deferred) {
    return files.stream()
        .filter(file -> !deferred.contains(file.name()) && !file.unchanged())
        .map(LandingFile::name)
        .collect(Collectors.toSet());
  }

  private static TarnException meanwhile(AssetKey key, LandedMeanwhile cause) {
    return new TarnException(
        ErrorCode.CATALOG_CONFLICT,
        "Other runs kept landing files of " + key + " while this one read them.",
        "Run it again when they are done.",
        cause);
  }

  /** A table that is made anew holds nothing yet. */
  private static Scope scope(AssetKey key, WritePlan plan) {
    Scope declared = declaredScope(key, plan);
    return plan.unchanged() == WritePlan.UnchangedPolicy.REMAKE ? Scope.ALL : declared;
  }

  /** In `replace` mode all files are read; in the others those that are new or have changed. */
  private static Scope declaredScope(AssetKey key, WritePlan plan) {
    return switch (plan.mode()) {
      case WriteMode.Replace() -> Scope.ALL;
      case WriteMode.Append(), WriteMode.OverwritePartitions _ -> Scope.NEW_AND_CHANGED;
      case WriteMode.Merge(var _, WriteMode.Unmatched unmatched) ->
          switch (unmatched) {
            case KEEP -> Scope.NEW_AND_CHANGED;
            case DELETE ->
                throw new TarnException(
                    ErrorCode.LANDING_INVALID,
                    "The source "
                        + key
                        + " deletes unmatched rows, but reads only new files: the"
                        + " rows of all other files would go.",
                    "Use `unmatched = \"keep\"`, or `mode = \"replace\"`.");
          };
    };
  }

  /** An unmounted folder must not empty a table. */
  private static void refuseEmptying(
      AssetKey key, LandingSource source, Scope scope, List<LandingFile> files) {
    if (scope == Scope.ALL && files.isEmpty()) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "No file matches %s, and replacing %s by nothing would empty it."
              .formatted(source.patterns(), key.table()),
          "Check the folder. To empty the table, land a file without records.");
    }
  }

  private static Map<String, LandingHistory.Landed> history(Session session, AssetKey key) {
    HistoryTables.ensure(session);
    return LandingHistory.latest(session, key);
  }

  private static LandingResult result(
      Materialization materialization, Load load, FileSelection selection, Set<String> deferred) {
    return new LandingResult(
        materialization,
        selection.chosen().stream().map(Chosen::name).toList(),
        selection.unchanged(),
        selection.renamed(),
        selection.vanished(),
        deferred.stream().sorted().toList(),
        load.landedRows(),
        load.malformedRows());
  }

  private static void defer(AssetKey key, Scope scope, FilesChanged change, Set<String> deferred) {
    if (scope == Scope.ALL) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "Somebody wrote to or took away %s while %s was read; nothing was written."
              .formatted(String.join(", ", change.names()), key),
          "Run it again when the file is complete.",
          change);
    }
    deferred.addAll(change.names());
  }

  private static void distrust(
      TarnException error, int tries, List<LandingFile> files, Set<String> distrusted) {
    if (!Distrust.blamesData(error)) {
      throw error;
    }
    boolean grown =
        distrusted.addAll(
            tries <= SINGLE_SUSPECTS
                ? Distrust.of(error, files)
                : files.stream().map(LandingFile::name).toList());
    if (!grown) {
      throw error;
    }
  }

  /** What files are read by: when it changes they are read again. */
  private static String definition(LandingSource source) {
    String text =
        source.format()
            + "\n"
            + new TreeMap<>(source.options())
            + "\n"
            + source.columns().stream().map(Column::toString).toList();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
