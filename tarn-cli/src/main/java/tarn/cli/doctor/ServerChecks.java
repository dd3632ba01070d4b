package tarn.cli.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tarn.base.Human;
import tarn.base.TarnException;
import tarn.lake.CatalogLocation;
import tarn.lake.CatalogServer;

/** Whether the server of a PostgreSQL catalog is one that a lake can trust. */
final class ServerChecks {
  private static final String SUBJECT = "server";
  private static final Duration SKEW = Duration.ofSeconds(5);

  private ServerChecks() {}

  static List<Finding> run(CatalogLocation.PostgreSql location) {
    CatalogServer server;
    try {
      server = CatalogServer.look(location);
    } catch (TarnException e) {
      // The catalog's own finding says the same with more to it.
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            SUBJECT,
            "PostgreSQL %s, %s, answers in %s"
                .formatted(
                    server.version(),
                    server.encryption().orElse("without TLS"),
                    Human.duration(server.latency()))));
    if (server.skew().abs().compareTo(SKEW) > 0) {
      findings.add(
          Finding.warning(
              SUBJECT,
              "its clock differs from this machine's by " + Human.duration(server.skew().abs()),
              "Keep both right with NTP: the times of snapshots are the server's."));
    }
    if (server.encryption().isEmpty() && location.parameters().containsKey("sslmode")) {
      findings.add(
          Finding.warning(
              SUBJECT,
              "what is sent to it can be read on the way",
              "Switch TLS on in the server, and take `sslmode` out of `catalog`."));
    }
    server
        .guarded()
        .filter(guarded -> !guarded)
        .ifPresent(
            _ ->
                findings.add(
                    Finding.warning(
                        SUBJECT,
                        "the catalog has no trigger that refuses commits after a lost lock",
                        "Let the owner of its tables run `tarn materialize` once.")));
    return findings;
  }
}
