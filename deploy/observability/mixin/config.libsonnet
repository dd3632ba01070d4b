// What an operator may want to set. Durations are seconds.
{
  _config+:: {
    // Which targets are stations.
    selector: 'job="tarn"',
    // The labels that name a station; targets bring them.
    by: 'station, site, environment',
    // A runbook's address is this, the alert's page and `.md`.
    runbooks: 'docs/runbooks/',
    // Divides the windows and waits of rules and routes; more than 1 is for trying things out quickly.
    pace: 1,
    objectives: {
      // Share of the time that a station and all its components work.
      availability: 0.999,
      // Share of the assets with a freshness limit that are within it.
      freshness: 0.99,
      // Share of the time that no delivery waits too long.
      ingestion: 0.99,
      // Share of the time that no file was left unverified for too long.
      coverage: 0.99,
    },
    // A delivery waits too long after this.
    deliveryDelay: 15 * 60,
    // A file was left unverified for too long after this.
    coverageAge: 35 * 86400,
    // A check of each of these levels runs at least so often.
    checks: { footer: 2 * 86400, content: 14 * 86400 },
    // Values of the background refresh that are older than this are not believed.
    refreshAge: 120,
    // Uptime and error budgets are counted over this.
    period: 30 * 86400,
    evaluationInterval: 15,
    scrapeInterval: 15,
  },
}
