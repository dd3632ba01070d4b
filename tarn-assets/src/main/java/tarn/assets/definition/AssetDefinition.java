package tarn.assets.definition;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.SchemaChange;
import tarn.assets.WriteMode;
import tarn.assets.io.WritePlan.UnchangedPolicy;

/**
 * One asset as its author declared it.
 *
 * @param group the first segment of its key unless declared otherwise
 * @param kinds what it is made with, such as {@code sql} or {@code csv}
 * @param dependencies assets of this station whose tables it or one of its checks reads
 * @param reads what else it reads, and whether equal input gives equal output
 * @param freshness how old its last materialization may be
 * @param codeVersion a hash of its definition, or what its author declared
 * @param definedIn the file it was read from, relative to the station's folder
 */
public record AssetDefinition(
    AssetKey key,
    AssetBody body,
    String description,
    String group,
    List<String> owners,
    SortedMap<String, String> tags,
    Set<String> kinds,
    SortedSet<AssetKey> dependencies,
    Reads reads,
    WriteMode mode,
    List<String> partitionedBy,
    Set<SchemaChange> allowedChanges,
    List<Check> checks,
    Optional<Duration> freshness,
    UnchangedPolicy unchanged,
    Map<String, String> columnDescriptions,
    String codeVersion,
    Path definedIn) {}
