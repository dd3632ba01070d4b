// Whoever is on call gets what is critical at once, and what is not within working hours' patience. The receivers are
// to be replaced by the hospital's own.
{
  alertmanagerConfig+:: {
    local config = $._config,
    local span(seconds) = (import '../durations.libsonnet').of(config, seconds),
    route: {
      receiver: 'team',
      group_by: ['alertname', 'station', 'site', 'environment'],
      group_wait: span(30),
      group_interval: span(300),
      repeat_interval: span(12 * 3600),
      routes: [
        { matchers: ['environment!="production"', 'environment!=""'], receiver: 'team', repeat_interval: span(86400) },
        { matchers: ['severity="critical"'], receiver: 'on-call', group_wait: span(10), repeat_interval: span(3600) },
      ],
    },
    // A station that is down says nothing of its parts, and its budget burns because of that.
    inhibit_rules: [
      {
        source_matchers: ['alertname="TarnStationDown"'],
        target_matchers: ['alertname=~"TarnAvailabilityBurn|TarnComponentDown|TarnRefreshStopped|TarnMetricsMissing"'],
        equal: ['station', 'site', 'environment'],
      },
      {
        source_matchers: ['alertname="TarnComponentDown"'],
        target_matchers: ['alertname=~"TarnRefreshStopped|TarnStorageErrors|TarnRequestErrors"'],
        equal: ['station', 'site', 'environment'],
      },
      {
        source_matchers: ['alertname="TarnIngestStuck"'],
        target_matchers: ['alertname="TarnIngestionBurn"'],
        equal: ['station', 'site', 'environment'],
      },
      {
        source_matchers: ['severity="critical"', 'alertname=~".*Burn"'],
        target_matchers: ['severity="warning"', 'alertname=~".*Burn"'],
        equal: ['alertname', 'station', 'site', 'environment'],
      },
    ],
    receivers: [
      { name: 'team', webhook_configs: [{ url: 'http://127.0.0.1:9095/team', send_resolved: true }] },
      { name: 'on-call', webhook_configs: [{ url: 'http://127.0.0.1:9095/on-call', send_resolved: true }] },
    ],
  },
}
