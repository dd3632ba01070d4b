local durations = import '../durations.libsonnet';
local slo = import '../slo.libsonnet';

{
  prometheusRules+:: {
    local config = $._config,
    local names = std.objectFields(slo.indicators),
    groups+: [
      {
        name: 'tarn-stations',
        rules: [
          {
            // 1 while a station answers and all its components work, else 0.
            record: 'tarn:available:ratio',
            expr: |||
              (
                min by (%(by)s) (tarn_component_up{%(selector)s})
                * on (%(by)s) min by (%(by)s) (up{%(selector)s})
              )
              or on (%(by)s) min by (%(by)s) (up{%(selector)s})
            ||| % config,
          },
          {
            // 1 without any asset that has a limit.
            record: 'tarn:fresh:ratio',
            expr: |||
              avg by (%(by)s) (tarn_asset_freshness_lag_seconds{%(selector)s} == bool 0)
              or on (%(by)s) min by (%(by)s) (up{%(selector)s} == 1)
            ||| % config,
          },
          {
            record: 'tarn:ingested_in_time:ratio',
            expr: 'min by (%s) (tarn_ingest_backlog_age_seconds{%s} <= bool %d)' % [
              config.by,
              config.selector,
              config.deliveryDelay,
            ],
          },
          {
            record: 'tarn:covered:ratio',
            expr: 'min by (%s) (tarn_integrity_coverage_age_seconds{%s} <= bool %d)' % [
              config.by,
              config.selector,
              config.coverageAge,
            ],
          },
          {
            record: 'tarn:findings:sum',
            expr: 'sum by (%s, severity) (tarn_integrity_findings{%s})' % [config.by, config.selector],
          },
          {
            record: 'tarn:http_requests:rate5m',
            expr: 'sum by (%s, status) (rate(tarn_http_requests_total{%s}[%s]))' % [
              config.by,
              config.selector,
              durations.text(std.max(300 / config.pace, 4 * config.scrapeInterval)),
            ],
          },
        ],
      },
      {
        name: 'tarn-budgets',
        rules: [
          {
            record: slo.errors(name, window),
            expr: '1 - avg_over_time(%s[%s])' % [slo.indicators[name], durations.of(config, window)],
          }
          for name in names
          for window in slo.windows
        ] + [
          {
            // What is left of the budget of the period: 1 all of it, below 0 nothing.
            record: 'tarn:%s_budget:ratio' % name,
            expr: '1 - (1 - avg_over_time(%s[%s])) / %.6g' % [
              slo.indicators[name],
              durations.of(config, config.period),
              1 - config.objectives[name],
            ],
          }
          for name in names
        ],
      },
    ],
  },
}
