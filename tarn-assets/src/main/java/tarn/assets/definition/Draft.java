package tarn.assets.definition;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import tarn.assets.AssetKey;

/**
 * An asset as its file declares it, before its names are looked up among the others.
 *
 * @param declaredDependencies assets that it names itself, as code does
 * @param queries its query, if it has one, and those of its checks
 * @param declaration for messages about its settings, when they stand in a file
 */
record Draft(
    AssetKey key,
    String definedIn,
    AssetBody body,
    AssetSettings settings,
    Set<AssetKey> declaredDependencies,
    List<QueryText> queries,
    Optional<TableReader> declaration) {}
