package tarn.assets.definition;

import java.util.HashMap;
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
  private static final String QUARANTINE = "_quarantine";
  private static final Set<String> SYSTEM_SCHEMAS =
      Set.of("information_schema", "pg_catalog", "_tarn");
  private static final List<String> SYSTEM_VIEWS = List.of("duckdb_", "sqlite_", "pragma_", "pg_");
  private static final List<String> FILE_ENDINGS =
      List.of(".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet");

  private final Map<TableName, AssetKey> makers = new HashMap<>();
  private final SortedSet<AssetKey> keys = new TreeSet<>();
  private final LakeTables lake;
  private Optional<Map<TableName, TableName>> lakeTables = Optional.empty();

  DependencyResolver(List<Draft> drafts, LakeTables lake) {
    this.lake = lake;
    for (Draft draft : drafts) {
      keys.add(draft.key());
      makers.put(lower(draft.key().table()), draft.key());
      if (draft.body() instanceof AssetBody.Landing) {
        TableName table = draft.key().table();
        makers.put(lower(new TableName(table.schema(), table.table() + QUARANTINE)), draft.key());
      }
    }
  }

  /** What an asset depends on, and what else it reads. */
  record Resolved(SortedSet<AssetKey> dependencies, Reads reads) {}

  /**
   * @param own the asset's query, when it has one
   * @param checks those of its checks, which may also read the asset itself
   */
  Resolved resolve(Draft draft, Optional<Analyzed> own, List<Analyzed> checks) {
    Collected collected = new Collected();
    for (AssetKey declared : draft.declaredDependencies()) {
      collected.dependencies.add(known(declared, draft.definedIn(), draft.key().toString()));
    }
    draft.settings().checks().stream()
        .flatMap(check -> relatedAsset(check.rule()).stream())
        .forEach(to -> collected.dependencies.add(known(to, draft.definedIn(), "a check")));
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
    private final SortedSet<AssetKey> dependencies = new TreeSet<>();
    private final SortedSet<TableName> external = new TreeSet<>();
    private final SortedSet<String> files = new TreeSet<>();
    private boolean changing;
  }

  private void collect(Analyzed query, Collected into) {
    into.files.addAll(query.reads().files);
    into.changing |= query.reads().isVolatile;
    for (TableReference reference : query.reads().tables) {
      Optional<AssetKey> maker = maker(reference);
      if (maker.isPresent()) {
        into.dependencies.add(maker.get());
      } else if (isFile(reference)) {
        into.files.add(reference.table());
        into.changing = true;
      } else if (isSystem(reference)) {
        into.changing = true;
      } else {
        into.external.add(external(query.query(), reference));
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
    if (!keys.contains(key)) {
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

  private Optional<AssetKey> maker(TableReference reference) {
    return candidates(reference).stream()
        .flatMap(table -> Optional.ofNullable(makers.get(lower(table))).stream())
        .findFirst();
  }

  /** Tables of the lake that the engine would look for, in its order. */
  private static List<TableName> candidates(TableReference reference) {
    boolean isLake = reference.catalog().equalsIgnoreCase(Lake.NAME);
    if (!reference.catalog().isEmpty() && !isLake) {
      return List.of();
    }
    if (reference.schema().isEmpty()) {
      return List.of(new TableName("main", reference.table()));
    }
    TableName table = new TableName(reference.schema(), reference.table());
    return !isLake && reference.schema().equalsIgnoreCase(Lake.NAME)
        ? List.of(table, new TableName("main", reference.table()))
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

  private TableName external(QueryText query, TableReference reference) {
    Map<TableName, TableName> tables = lakeTables();
    for (TableName candidate : candidates(reference)) {
      TableName table = tables.get(lower(candidate));
      if (table != null) {
        return table;
      }
    }
    Set<String> names =
        Stream.concat(
                makers.values().stream().map(key -> display(key.table())),
                tables.values().stream().map(DependencyResolver::display))
            .collect(Collectors.toCollection(TreeSet::new));
    QueryText.Place place = query.atByte(Math.max(reference.location(), 0));
    String hint = Nearest.hint(reference.toString(), names);
    throw new TarnException(
        ErrorCode.ASSET_DEPENDENCY_UNKNOWN,
        "%s: no asset makes the table `%s`, and the lake does not hold it%s%s"
            .formatted(
                place.position(),
                reference,
                hint.isEmpty() ? "." : hint,
                reference.location() < 0 ? "" : "\n" + place.excerpt()),
        "Mend the name, or add an asset whose key gives that table.");
  }

  private Map<TableName, TableName> lakeTables() {
    Map<TableName, TableName> tables =
        lakeTables.orElseGet(
            () -> {
              Map<TableName, TableName> byLowerName = new HashMap<>();
              lake.names().forEach(name -> byLowerName.put(lower(name), name));
              return byLowerName;
            });
    lakeTables = Optional.of(tables);
    return tables;
  }

  /** As a query would most likely write it. */
  private static String display(TableName table) {
    return table.schema().equals("main") ? table.table() : table.toString();
  }

  /** The engine's names do not tell case apart. */
  static TableName lower(TableName table) {
    return new TableName(
        table.schema().toLowerCase(Locale.ROOT), table.table().toLowerCase(Locale.ROOT));
  }
}
