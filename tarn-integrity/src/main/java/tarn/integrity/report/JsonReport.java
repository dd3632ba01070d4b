package tarn.integrity.report;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.Json;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Finding.Affected;

/** A report as {@code spec/fsck-report.md} specifies it. */
public final class JsonReport {
  private static final int VERSION = 1;

  private JsonReport() {}

  public static String of(FsckReport report) {
    return Json.pretty(fields(report));
  }

  /** The same as an object of a larger document. */
  public static Map<String, @Nullable Object> fields(FsckReport report) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("version", VERSION);
    fields.put("status", report.status().text());
    fields.put("run_id", report.runId());
    fields.put("level", report.level().text());
    fields.put("scope", report.scope());
    fields.put("started_at", report.started().toString());
    fields.put("finished_at", report.finished().toString());
    fields.put("snapshot_id", report.catalog().snapshot());
    fields.put("files", report.catalog().files());
    fields.put("bytes", report.catalog().bytes());
    fields.put("files_pending_deletion", report.catalog().pending());
    fields.put("files_listed", report.work().listed());
    fields.put("files_too_new_to_judge", report.work().young());
    fields.put("files_read", report.work().read());
    fields.put("bytes_read", report.work().readBytes());
    fields.put("complete", report.work().complete());
    fields.put("coverage", coverage(report));
    fields.put("findings_omitted", report.omitted());
    fields.put("findings_still_open", report.stillOpen());
    fields.put("findings", report.findings().stream().map(JsonReport::finding).toList());
    return fields;
  }

  private static Map<String, @Nullable Object> coverage(FsckReport report) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("recorded_by_write", report.coverage().written());
    fields.put("recorded_on_first_sight", report.coverage().firstSight());
    fields.put("never_verified_files", report.coverage().never());
    fields.put("never_verified_bytes", report.coverage().neverBytes());
    fields.put("oldest_verified_at", report.oldestVerified().map(Instant::toString).orElse(null));
    return fields;
  }

  private static Map<String, @Nullable Object> finding(Finding finding) {
    Optional<Affected> affected = finding.affected();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", finding.id());
    fields.put("code", finding.type().code());
    fields.put("severity", finding.severity().text());
    fields.put("level", finding.level().text());
    fields.put("path", finding.path().orElse(null));
    fields.put("table", finding.table().orElse(null));
    fields.put("subject", finding.subject());
    fields.put("file_kind", affected.flatMap(Affected::kind).map(kind -> kind.text()).orElse(null));
    fields.put("partition", affected.flatMap(Affected::partition).orElse(null));
    fields.put("begin_snapshot", affected.flatMap(Affected::beginSnapshot).orElse(null));
    fields.put("end_snapshot", affected.flatMap(Affected::endSnapshot).orElse(null));
    fields.put("rows", affected.flatMap(Affected::rows).orElse(null));
    fields.put("bytes", affected.flatMap(Affected::bytes).orElse(null));
    fields.put("reader", finding.type().reader().text());
    fields.put("detail", finding.detail());
    fields.put("remedy", finding.remedy());
    return fields;
  }
}
