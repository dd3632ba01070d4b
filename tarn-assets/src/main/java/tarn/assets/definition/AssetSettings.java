package tarn.assets.definition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import tarn.assets.Check;
import tarn.assets.SchemaChange;
import tarn.assets.WriteMode;
import tarn.assets.io.WritePlan.UnchangedPolicy;

/** What an author may say about an asset of any kind. */
record AssetSettings(
    String description,
    Optional<String> group,
    List<String> owners,
    SortedMap<String, String> tags,
    Set<String> kinds,
    WriteMode mode,
    List<String> partitionedBy,
    Set<SchemaChange> allowedChanges,
    List<Check> checks,
    Optional<Duration> freshness,
    UnchangedPolicy unchanged,
    Map<String, String> columnDescriptions,
    Optional<String> codeVersion) {}
