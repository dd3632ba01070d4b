package tarn.assets.definition;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tarn.assets.AssetKey;
import tarn.assets.Check.Rule;
import tarn.assets.definition.PluginFiles.Completeness;
import tarn.assets.definition.QueryAnalyzer.Analyzed;
import tarn.assets.definition.QueryReads.TableReference;
import tarn.assets.definition.Reads.Repeatability;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tarn.lake.Lake;
import tarn.lake.TableName;

/** Finds out which asset makes each table that a query names. */
final class DependencyResolver {
  private static final String MAIN = "main";
  private static final String QUARANTINE = "_quarantine";
  private static final Set<String> SYSTEM_SCHEMAS =
      Set.of("information_schema", "pg_catalog", "_tarn");
  private static final List<String> SYSTEM_VIEWS = List.of("duckdb_", "sqlite_", "pragma_", "pg_");
  private static final List<String> FILE_ENDINGS =
      List.of(".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet");

  private final Map<TableName, AssetKey> makers = new HashMap<>();
  private final SortedSet<AssetKey> keys = new TreeSet<>();
  private final Completeness completeness;
  private final LakeNames lake;

  /**
   * @param unreadable assets of which no more than the key is known
   * @param completeness whether there may be more assets than these
   */
  DependencyResolver(
      List<Draft> drafts, Set<AssetKey> unreadable, Completeness completeness, LakeNames lake) {
    this.completeness = completeness;
    this.lake = lake;
    for (AssetKey key : unreadable) {
      add(key, key.table());
    }
    for (Draft draft : drafts) {
      TableName table = draft.key().table();
      add(draft.key(), table);
      if (draft.body() instanceof AssetBody.Landing) {
        add(draft.key(), new TableName(table.schema(), table.table() + QUARANTINE));
      }
    }
  }

  private void add(AssetKey key, TableName table) {
    keys.add(key);
    makers.put(LakeNames.lower(table), key);
  }

  /** What an asset depends on, and what else it reads. */
  record Resolved(SortedSet<AssetKey> dependencies, Reads reads) {}

  /**
   * @param own the asset's query, when it has one
   * @param checks those of its checks, which may also read the asset itself
   */
  Resolved resolve(Draft draft, Optional<Analyzed> own, List<Analyzed> checks, Mistakes mistakes) {
    Collected collected = new Collected(mistakes);
    for (AssetKey declared : draft.declaredDependencies()) {
      mistakes.attempt(
          () ->
              collected.dependencies.add(
                  known(declared, draft.definedIn(), draft.key().toString())));
    }
    draft.settings().checks().stream()
        .flatMap(check -> relatedAsset(check.rule()).stream())
        .forEach(
            to ->
                mistakes.attempt(
                    () -> collected.dependencies.add(known(to, draft.definedIn(), "a check"))));
    checks.forEach(query -> collect(query, collected));
    // What is fresh enough today is not tomorrow, so such a check must be tried again.
    collected.changing |=
        draft.settings().checks().stream()
            .anyMatch(check -> check.rule() instanceof Rule.Freshness);
    // A check may read the very table that it checks; the asset's own query may not.
    collected.dependencies.remove(draft.key());
    own.ifPresent(query -> collect(query, collected));
    boolean repeatable = draft.body() instanceof AssetBody.SqlQuery && !collected.changing;
    return new Resolved(
        collected.dependencies,
        new Reads(
            collected.external,
            collected.files,
            repeatable ? Repeatability.REPEATABLE : Repeatability.VOLATILE));
  }

  private static final class Collected {
    private final Mistakes mistakes;
    private final SortedSet<AssetKey> dependencies = new TreeSet<>();
    private final SortedSet<TableName> external = new TreeSet<>();
    private final SortedSet<String> files = new TreeSet<>();
    private boolean changing;

    Collected(Mistakes mistakes) {
      this.mistakes = mistakes;
    }
  }

  private void collect(Analyzed query, Collected into) {
    collect(new Reading(query.query(), "", MAIN, new HashSet<>()), query.reads(), into);
  }

  /**
   * A text whose names are looked up.
   *
   * @param query the asset's own, for messages
   * @param through the view or macro of the lake whose text this is; empty for the query itself
   * @param schema where a table without one is looked for first
   * @param followed views and macros that were followed already
   */
  private record Reading(QueryText query, String through, String schema, Set<String> followed) {

    Reading through(String what, String itsSchema) {
      return new Reading(query, what, itsSchema, followed);
    }
  }

  private void collect(Reading reading, QueryReads reads, Collected into) {
    into.files.addAll(reads.files);
    into.changing |= reads.isVolatile;
    for (TableReference reference : reads.tables) {
      Optional<AssetKey> maker = maker(reference, reading.schema());
      if (maker.isPresent()) {
        into.dependencies.add(maker.get());
      } else if (isFile(reference)) {
        into.files.add(reference.table());
        into.changing = true;
      } else if (isSystem(reference)) {
        into.changing = true;
      } else {
        into.mistakes.attempt(() -> external(reading, reference, into));
      }
    }
    for (String function : reads.unknownFunctions) {
      if (reading.followed().add(function + "()")) {
        for (QueryReads macro : lake.readByMacros(function)) {
          follow(reading.through("the macro `" + function + "`", MAIN), macro, into);
        }
      }
    }
  }

  /** What a view or a macro of the lake reads, the asset reads. */
  private void follow(Reading reading, QueryReads reads, Collected into) {
    if (!reads.hidden.isEmpty()) {
      into.mistakes.add(
          QueryAnalyzer.invalid(
              "%s: what %s reads is not known before the query runs."
                  .formatted(reading.query().atCharacter(0).position(), reading.through()),
              "Read the tables in the query itself."));
    }
    collect(reading, reads, into);
  }

  private void external(Reading reading, TableReference reference, Collected into) {
    Optional<TableName> found =
        candidates(reference, reading.schema()).stream()
            .flatMap(candidate -> lake.find(candidate).stream())
            .findFirst();
    if (found.isEmpty()) {
      if (completeness == Completeness.ALL) {
        throw unknown(reading, reference);
      }
      return;
    }
    TableName table = found.get();
    into.external.add(table);
    Optional<QueryReads> view = lake.readByView(table);
    if (view.isPresent()) {
      // It may be made anew at any time, and has no version by which that could be noticed.
      into.changing = true;
      if (reading.followed().add(table.toString())) {
        follow(reading.through("the view `" + table + "`", table.schema()), view.get(), into);
      }
    }
  }

  private static Optional<AssetKey> relatedAsset(Rule rule) {
    return switch (rule) {
      case Rule.Relationship relationship -> Optional.of(relationship.to());
      case Rule.NotNull _,
          Rule.Unique _,
          Rule.AcceptedValues _,
          Rule.RowCount _,
          Rule.Freshness _,
          Rule.Query _ ->
          Optional.empty();
    };
  }

  private AssetKey known(AssetKey key, String file, String where) {
    if (!keys.contains(key) && completeness == Completeness.ALL) {
      List<String> names = keys.stream().map(AssetKey::toString).toList();
      String hint = Nearest.hint(key.toString(), names);
      throw new TarnException(
          ErrorCode.ASSET_DEPENDENCY_UNKNOWN,
          "%s: %s names the asset `%s`, which does not exist%s"
              .formatted(file, where, key, hint.isEmpty() ? "." : hint),
          "Mend the key, or add the asset.");
    }
    return key;
  }

  private Optional<AssetKey> maker(TableReference reference, String schema) {
    return candidates(reference, schema).stream()
        .flatMap(table -> Optional.ofNullable(makers.get(LakeNames.lower(table))).stream())
        .findFirst();
  }

  /** Tables of the lake that the engine would look for, in its order. */
  private static List<TableName> candidates(TableReference reference, String firstSchema) {
    boolean isLake = reference.catalog().equalsIgnoreCase(Lake.NAME);
    if (!reference.catalog().isEmpty() && !isLake) {
      return List.of();
    }
    if (reference.schema().isEmpty()) {
      return Stream.of(firstSchema, MAIN)
          .distinct()
          .map(schema -> new TableName(schema, reference.table()))
          .toList();
    }
    TableName table = new TableName(reference.schema(), reference.table());
    return !isLake && reference.schema().equalsIgnoreCase(Lake.NAME)
        ? List.of(table, new TableName(MAIN, reference.table()))
        : List.of(table);
  }

  private static boolean isFile(TableReference reference) {
    String name = reference.table().toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
    return reference.schema().isEmpty() && FILE_ENDINGS.stream().anyMatch(name::endsWith);
  }

  /** Something that every engine has, or that this program keeps. */
  private static boolean isSystem(TableReference reference) {
    String table = reference.table().toLowerCase(Locale.ROOT);
    boolean otherCatalog =
        !reference.catalog().isEmpty() && !reference.catalog().equalsIgnoreCase(Lake.NAME);
    return otherCatalog
        || SYSTEM_SCHEMAS.contains(reference.schema().toLowerCase(Locale.ROOT))
        || reference.schema().toLowerCase(Locale.ROOT).startsWith("__ducklake_metadata")
        || (reference.schema().isEmpty() && SYSTEM_VIEWS.stream().anyMatch(table::startsWith));
  }

  private TarnException unknown(Reading reading, TableReference reference) {
    Set<String> names =
        Stream.concat(makers.values().stream().map(AssetKey::table), lake.names().stream())
            .map(DependencyResolver::display)
            .collect(Collectors.toCollection(TreeSet::new));
    String hint = Nearest.hint(reference.toString(), names);
    if (!reading.through().isEmpty()) {
      return new TarnException(
          ErrorCode.ASSET_DEPENDENCY_UNKNOWN,
          "%s: %s reads the table `%s`, which no asset makes and the lake does not hold%s"
              .formatted(
                  reading.query().atCharacter(0).position(),
                  reading.through(),
                  reference,
                  hint.isEmpty() ? "." : hint),
          "Make it anew in the lake, or read the tables in the query itself.");
    }
    QueryText.Place place = reading.query().atByte(Math.max(reference.location(), 0));
    return new TarnException(
        ErrorCode.ASSET_DEPENDENCY_UNKNOWN,
        "%s: no asset makes the table `%s`, and the lake does not hold it%s%s"
            .formatted(
                place.position(),
                reference,
                hint.isEmpty() ? "." : hint,
                reference.location() < 0 ? "" : "\n" + place.excerpt()),
        "Mend the name, or add an asset whose key gives that table.");
  }

  /** As a query would most likely write it. */
  private static String display(TableName table) {
    return table.schema().equals(MAIN) ? table.table() : table.toString();
  }
}
