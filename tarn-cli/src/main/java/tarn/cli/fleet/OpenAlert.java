package tarn.cli.fleet;

import java.time.Instant;

/**
 * An alert that fires.
 *
 * @param station to which it belongs; its parts are empty for an alert about all of them
 * @param since when its condition began to hold
 * @param runbook where it is written what to do
 */
public record OpenAlert(
    String name,
    String severity,
    StationStatus.Name station,
    Instant since,
    String summary,
    String runbook) {}
