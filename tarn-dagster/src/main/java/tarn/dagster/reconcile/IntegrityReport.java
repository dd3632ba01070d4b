package tarn.dagster.reconcile;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What {@code tarn fsck --json} found, as far as Dagster is concerned: damage to files that a table
 * needs now. {@code spec/fsck-report.md} specifies the report.
 *
 * @param level how closely the lake was looked at: damage that is seen at a closer level is not
 *     mended because this check does not find it
 */
public record IntegrityReport(Verdict verdict, int level, List<Damage> damages) {
  /** From the least to the closest look. */
  private static final List<String> LEVELS =
      List.of("catalog", "exists", "footer", "content", "decode");

  public IntegrityReport {
    damages = List.copyOf(damages);
  }

  /** How far what was not found speaks for a table. */
  public enum Verdict {
    /** All in scope was looked at: a table without a finding is whole. */
    COMPLETE,
    /** Not all was: a table without a finding may be damaged. */
    INCOMPLETE
  }

  /**
   * Reads a report.
   *
   * @throws TarnException {@code report.unreadable} when the text is none
   */
  public static IntegrityReport read(String text) {
    try {
      JsonNode report = Json.mapper().readTree(text);
      if (!report.path("findings").isArray() || !report.path("status").isString()) {
        throw unreadable("it has no `status` and `findings`", null);
      }
      boolean whole =
          switch (report.path("status").asString()) {
            case "clean", "findings" ->
                report.path("findings_omitted").asLong(0) == 0
                    && report.path("complete").asBoolean(true)
                    && report.path("scope").asString("").equals("everything");
            default -> false;
          };
      return new IntegrityReport(
          whole ? Verdict.COMPLETE : Verdict.INCOMPLETE,
          level(report),
          report
              .path("findings")
              .valueStream()
              .filter(IntegrityReport::concerns)
              .map(IntegrityReport::damage)
              .toList());
    } catch (JacksonException e) {
      throw unreadable(e.getOriginalMessage(), e);
    }
  }

  /** An unknown one counts as the closest, so that nothing is taken for mended too early. */
  private static int level(JsonNode node) {
    int known = LEVELS.indexOf(node.path("level").asString(""));
    return known < 0 ? LEVELS.size() : known;
  }

  /** Files that only history needs, and what makes no answer wrong, leave assets as they are. */
  private static boolean concerns(JsonNode finding) {
    return finding.path("severity").asString("").equals("error")
        && finding.path("table").isString()
        && finding.path("end_snapshot").isNull();
  }

  private static Damage damage(JsonNode finding) {
    return new Damage(
        finding.path("id").asString(finding.path("path").asString("")),
        finding.path("table").asString(),
        Optional.of(finding.path("partition")).filter(JsonNode::isString).map(JsonNode::asString),
        level(finding),
        finding.path("code").asString(""),
        finding.path("path").asString(""),
        finding.path("detail").asString(""),
        finding.path("remedy").asString(""));
  }

  private static TarnException unreadable(String why, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.REPORT_UNREADABLE,
        "The report of a check cannot be read: " + why + ".",
        "Give what `tarn fsck --json` printed.",
        cause);
  }
}
