package tarn.assets.definition;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tarn.assets.AssetKey;
import tarn.assets.FileFormat;
import tarn.assets.definition.QueryAnalyzer.Analyzed;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.TableName;
import tarn.station.Station;

/** Reads all assets of a station. */
public final class StationAssets {
  private static final Set<String> RESERVED_SCHEMAS =
      Set.of("_tarn", "information_schema", "pg_catalog");
  private static final String QUARANTINE = "_quarantine";

  private StationAssets() {}

  /**
   * Every asset of the station, in the order of their keys; cycles are not looked for here.
   *
   * @param lake asked only when a query names something that is no asset's and not the engine's
   * @throws TarnException {@code asset.header-invalid}, {@code asset.query-invalid}, {@code
   *     asset.key-invalid}, {@code asset.duplicate}, {@code asset.dependency-unknown} or {@code
   *     asset.plugin-invalid}, naming the file and, where there is one, the line. It tells every
   *     mistake that was found; its code is that of the first.
   */
  public static List<AssetDefinition> load(Station station, LakeTables lake) {
    Mistakes mistakes = new Mistakes();
    DeclarationFiles.Read files = new DeclarationFiles(station, mistakes).read();
    PluginFiles.Read plugins = new PluginFiles(station, mistakes).read();
    List<Draft> drafts = Stream.concat(files.drafts().stream(), plugins.drafts().stream()).toList();
    refuseReserved(drafts, mistakes);
    refuseDuplicates(drafts, mistakes);
    try (QueryParser parser = new QueryParser()) {
      DependencyResolver resolver =
          new DependencyResolver(
              drafts, files.unreadable(), plugins.completeness(), new LakeNames(parser, lake));
      List<AssetDefinition> definitions = resolve(drafts, parser, resolver, mistakes);
      mistakes.refuse();
      return definitions;
    }
  }

  private static List<AssetDefinition> resolve(
      List<Draft> drafts, QueryParser parser, DependencyResolver resolver, Mistakes mistakes) {
    List<QueryText> queries =
        drafts.stream().map(Draft::queries).flatMap(Collection::stream).toList();
    List<Optional<Analyzed>> analyzed = new QueryAnalyzer(parser, mistakes).analyze(queries);
    new LandingTypes(parser).check(drafts, mistakes);
    List<AssetDefinition> definitions = new ArrayList<>();
    int next = 0;
    for (Draft draft : drafts) {
      int end = next + draft.queries().size();
      List<Optional<Analyzed>> own = analyzed.subList(next, end);
      if (own.stream().allMatch(Optional::isPresent)) {
        List<Analyzed> all = own.stream().map(Optional::orElseThrow).toList();
        definitions.add(definition(draft, all, resolver, mistakes));
      }
      next = end;
    }
    return definitions.stream().sorted((one, other) -> one.key().compareTo(other.key())).toList();
  }

  private static AssetDefinition definition(
      Draft draft, List<Analyzed> queries, DependencyResolver resolver, Mistakes mistakes) {
    boolean hasQuery = draft.body() instanceof AssetBody.SqlQuery;
    Optional<Analyzed> own = hasQuery ? Optional.of(queries.getFirst()) : Optional.empty();
    DependencyResolver.Resolved resolved =
        resolver.resolve(
            draft, own, hasQuery ? queries.subList(1, queries.size()) : queries, mistakes);
    AssetBody body =
        own.<AssetBody>map(query -> new AssetBody.SqlQuery(query.query().text()))
            .orElse(draft.body());
    AssetSettings settings = draft.settings();
    return new AssetDefinition(
        draft.key(),
        body,
        settings.description(),
        settings.group().orElseGet(() -> defaultGroup(draft.key())),
        settings.owners(),
        settings.tags(),
        kinds(body, settings),
        resolved.dependencies(),
        resolved.reads(),
        settings.mode(),
        settings.partitionedBy(),
        settings.allowedChanges(),
        settings.checks(),
        settings.freshness(),
        settings.unchanged(),
        settings.columnDescriptions(),
        CodeVersion.of(body, settings),
        Path.of(draft.definedIn()));
  }

  private static String defaultGroup(AssetKey key) {
    return key.segments().size() == 1 ? "default" : key.segments().getFirst();
  }

  private static Set<String> kinds(AssetBody body, AssetSettings settings) {
    String own =
        switch (body) {
          case AssetBody.SqlQuery _ -> "sql";
          case AssetBody.Landing landing -> spelled(landing.source().format());
          case AssetBody.JavaCode _ -> "java";
        };
    Set<String> kinds = new LinkedHashSet<>();
    kinds.add(own);
    kinds.addAll(settings.kinds());
    return kinds;
  }

  private static String spelled(FileFormat format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  private static void refuseReserved(List<Draft> drafts, Mistakes mistakes) {
    for (Draft draft : drafts) {
      if (RESERVED_SCHEMAS.contains(draft.key().table().schema().toLowerCase(Locale.ROOT))) {
        mistakes.add(
            new TarnException(
                ErrorCode.ASSET_KEY_INVALID,
                "%s: the schema `%s` is not for assets."
                    .formatted(draft.definedIn(), draft.key().table().schema()),
                "Give it another name; a file's name comes from its folder."));
      }
    }
  }

  private static void refuseDuplicates(List<Draft> drafts, Mistakes mistakes) {
    Map<TableName, Draft> owners = new HashMap<>();
    for (Draft draft : drafts) {
      for (TableName table : tablesOf(draft).toList()) {
        Draft other = owners.putIfAbsent(LakeNames.lower(table), draft);
        if (other != null) {
          mistakes.add(
              new TarnException(
                  ErrorCode.ASSET_DUPLICATE,
                  "%s and %s both make the table %s."
                      .formatted(other.definedIn(), draft.definedIn(), table),
                  "Rename one of them; the segments of a key after the first are joined by `_`, and"
                      + " case makes no difference."));
          break;
        }
      }
    }
  }

  private static Stream<TableName> tablesOf(Draft draft) {
    TableName table = draft.key().table();
    return draft.body() instanceof AssetBody.Landing
        ? Stream.of(table, new TableName(table.schema(), table.table() + QUARANTINE))
        : Stream.of(table);
  }
}
