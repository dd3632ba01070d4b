local durations = import '../durations.libsonnet';
local slo = import '../slo.libsonnet';

{
  prometheusAlerts+:: {
    local config = $._config,
    local span(seconds) = durations.of(config, seconds),
    local number(seconds) = '%d' % seconds,
    // CamelCase as the name of a page: TarnStationDown is station-down.
    local page(name) = std.join('', [
      if std.codepoint(each) < 97 then '-' + std.asciiLower(each) else each
      for each in std.stringChars(std.strReplace(name, 'Tarn', ''))
    ])[1:],
    local alert(name, severity, expr, wait, summary, description, labels={}) = {
      alert: name,
      expr: expr,
      [if wait > 0 then 'for']: span(wait),
      labels: { severity: severity } + labels,
      annotations: {
        summary: summary,
        description: description,
        runbook_url: config.runbooks + page(name) + '.md',
      },
    },
    local metric(name, labels='') =
      '%s{%s%s}' % [name, config.selector, if labels == '' then '' else ', ' + labels],
    local station = '{{ $labels.station }}',
    local burn(name, alertName, what) = [
      alert(
        alertName,
        each.severity,
        |||
          %(long)s > %(factor).4g * %(budget).6g
          and
          %(short)s > %(factor).4g * %(budget).6g
        ||| % {
          long: slo.errors(name, each.long),
          short: slo.errors(name, each.short),
          factor: each.factor,
          budget: 1 - config.objectives[name],
        },
        each.wait,
        'Station %s: %s (error budget burns %gx too fast)' % [station, what, each.factor],
        'Over the last %s it was missed by {{ $value | humanizePercentage }}; the objective is %g.' % [
          durations.text(each.long),
          config.objectives[name],
        ],
        { objective: name, window: durations.text(each.long) },
      )
      for each in slo.burns
    ],
    groups+: [
      {
        name: 'tarn-presence',
        rules: [
          alert(
            'TarnStationDown', 'critical',
            metric('up') + ' == 0', 120,
            'Station %s does not answer' % station,
            'Prometheus has not been able to read the metrics of {{ $labels.instance }}.',
          ),
          alert(
            'TarnStationAbsent', 'warning',
            'count by (%(by)s) (last_over_time(up{%(selector)s}[%(day)s])) unless on (%(by)s) up{%(selector)s}'
            % (config { day: span(86400) }), 300,
            'Station %s is no longer a target' % station,
            'It reported within the last day, and Prometheus does not ask it any more.',
          ),
          alert(
            'TarnNoStations', 'critical',
            'absent(%s)' % metric('up'), 300,
            'Prometheus knows no station at all',
            'No target has the job of the stations: the discovery file is empty or not read.',
          ),
          alert(
            'TarnMetricsMissing', 'critical',
            'up{%(selector)s} == 1 unless on (%(by)s) tarn_component_up{%(selector)s}' % config, 300,
            'Station %s answers without its metrics' % station,
            'Something answers at {{ $labels.instance }}, and it is no station or a broken one.',
          ),
          alert(
            'TarnComponentDown', 'critical',
            metric('tarn_component_up') + ' == 0', 120,
            'Station %s: {{ $labels.component }} does not work' % station,
            'The station says of itself, as at /health, that this part of it is down.',
          ),
          alert(
            'TarnRefreshStopped', 'warning',
            'time() - %s > %s' % [metric('tarn_refresh_timestamp_seconds'), number(config.refreshAge)], 120,
            'Station %s shows old values' % station,
            'What it says of catalog, assets and integrity was last read {{ $value | humanizeDuration }} ago.',
          ),
        ],
      },
      {
        name: 'tarn-objectives',
        rules:
          burn('availability', 'TarnAvailabilityBurn', 'it is down too often')
          + burn('freshness', 'TarnFreshnessBurn', 'too many assets are stale for too long')
          + burn('ingestion', 'TarnIngestionBurn', 'deliveries wait too long')
          + burn('coverage', 'TarnCoverageBurn', 'files are left unverified for too long'),
      },
      {
        name: 'tarn-data',
        rules: [
          alert(
            'TarnAssetStale', 'warning',
            metric('tarn_asset_freshness_lag_seconds') + ' > 0', 300,
            'Station %s: {{ $labels.asset }} is stale' % station,
            'It is older than it may be by {{ $value | humanizeDuration }}.',
          ),
          alert(
            'TarnAssetMissing', 'warning',
            '%s unless on (%s, asset) %s' % [
              metric('tarn_asset_freshness_limit_seconds'),
              config.by,
              metric('tarn_asset_last_success_timestamp_seconds'),
            ], 3600,
            'Station %s: {{ $labels.asset }} was never made' % station,
            'It is declared with a freshness limit and has no table.',
          ),
          alert(
            'TarnCheckFailing', 'warning',
            metric('tarn_asset_checks_failing') + ' == 1', 0,
            'Station %s: a check of {{ $labels.asset }} fails' % station,
            'The table stays as it was before, and what is made from it too.',
          ),
          alert(
            'TarnMaterializationFailing', 'warning',
            'increase(%s[%s]) > 0' % [metric('tarn_materializations_total', 'outcome="failed"'), span(3600)], 0,
            'Station %s: {{ $labels.asset }} cannot be materialized' % station,
            'It failed {{ $value | humanize }} times within the last hour.',
          ),
          alert(
            'TarnIngestStuck', 'critical',
            '%s > %s' % [metric('tarn_ingest_backlog_age_seconds'), number(config.deliveryDelay)], 60,
            'Station %s: a delivery waits' % station,
            'The oldest delivery that was accepted has waited {{ $value | humanizeDuration }}.',
          ),
          alert(
            'TarnIngestFailing', 'warning',
            'increase(%s[%s]) > 0' % [metric('tarn_ingest_deliveries_total', 'outcome="failed"'), span(3600)], 0,
            'Station %s: deliveries fail' % station,
            '{{ $value | humanize }} deliveries failed within the last hour.',
          ),
        ],
      },
      {
        name: 'tarn-integrity',
        rules: [
          alert(
            'TarnFindings', 'critical',
            'sum by (%s, class) (%s) > 0' % [config.by, metric('tarn_integrity_findings', 'severity="error"')], 0,
            'Station %s: {{ $labels.class }}' % station,
            '{{ $value }} open findings of this class: rows are lost, unreadable or wrong.',
          ),
          alert(
            'TarnCheckStopped', 'warning',
            std.join('\nor\n', [
              'time() - %s > %s' % [
                metric('tarn_integrity_last_success_timestamp_seconds', 'level="%s"' % level),
                number(config.checks[level]),
              ]
              for level in std.objectFields(config.checks)
            ]), 3600,
            'Station %s: no check at the level {{ $labels.level }}' % station,
            'No check of the whole lake went to its end for {{ $value | humanizeDuration }}; one that never did counts from 1970.',
          ),
        ],
      },
      {
        name: 'tarn-operation',
        rules: [
          alert(
            'TarnCommitUnknown', 'critical',
            'increase(%s[%s]) > 0' % [metric('tarn_catalog_commits_total', 'outcome="unknown"'), span(3600)], 0,
            'Station %s: the outcome of a commit is unknown' % station,
            'The catalog could not be asked what became of it.',
          ),
          alert(
            'TarnConflicts', 'warning',
            |||
              sum by (%(by)s) (rate(%(conflicts)s[%(window)s]))
              > 0.2 * sum by (%(by)s) (rate(%(all)s[%(window)s]))
            ||| % {
              by: config.by,
              conflicts: metric('tarn_catalog_commits_total', 'outcome="conflict"'),
              all: metric('tarn_catalog_commits_total'),
              window: span(1800),
            }, 600,
            'Station %s: writers get into each other\'s way' % station,
            'One transaction in five or more met a conflict.',
          ),
          alert(
            'TarnStorageErrors', 'critical',
            |||
              sum by (%(by)s, backend) (rate(%(errors)s[%(window)s]))
              > 0.05 * sum by (%(by)s, backend) (rate(%(all)s[%(window)s]))
            ||| % {
              by: config.by,
              errors: metric('tarn_storage_errors_total', 'code!="storage.not-found"'),
              all: metric('tarn_storage_requests_total'),
              window: span(600),
            }, 300,
            'Station %s: its {{ $labels.backend }} storage fails' % station,
            'More than one request in twenty of the store fails for good.',
          ),
          alert(
            'TarnRequestErrors', 'warning',
            |||
              sum by (%(by)s) (rate(%(errors)s[%(window)s]))
              > 0.05 * sum by (%(by)s) (rate(%(all)s[%(window)s]))
            ||| % {
              by: config.by,
              errors: metric('tarn_http_requests_total', 'status=~"5.."'),
              all: metric('tarn_http_requests_total'),
              window: span(600),
            }, 300,
            'Station %s: requests fail' % station,
            'More than one request in twenty is answered with a server error.',
          ),
          alert(
            'TarnMemoryTight', 'warning',
            '%s > 0.95 * %s' % [metric('tarn_engine_memory_bytes'), metric('tarn_engine_memory_limit_bytes')], 900,
            'Station %s: the engine\'s memory is used up' % station,
            'The engine has been within a twentieth of its limit.',
          ),
          alert(
            'TarnSmallFiles', 'warning',
            metric('tarn_catalog_small_files') + ' > 10000', 3600,
            'Station %s: many small files' % station,
            '{{ $value | humanize }} data files are below 10 MB, which makes reading slow.',
          ),
        ],
      },
    ],
  },
}
