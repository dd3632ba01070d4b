local durations = import '../durations.libsonnet';

// `station` asks one station beside Prometheus; `fleet` those that files name.
{
  prometheusConfigs+:: {
    local config = $._config,
    local common = {
      global: {
        scrape_interval: durations.text(config.scrapeInterval),
        evaluation_interval: durations.text(config.evaluationInterval),
      },
      rule_files: ['rules.yml', 'alerts.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9093'] }] }] },
    },
    local job = { job_name: 'tarn', metrics_path: '/metrics' },
    station: common {
      scrape_configs: [
        job {
          static_configs: [{
            targets: ['127.0.0.1:8270'],
            labels: { station: 'ward-7', site: 'main', environment: 'production' },
          }],
        },
      ],
    },
    fleet: common {
      scrape_configs: [
        job {
          scheme: 'https',
          // A key with the role reader, made at each station by `tarn keys create`.
          authorization: { credentials_file: 'tarn-key' },
          // Each file lists targets with their labels station, site and environment.
          file_sd_configs: [{ files: ['stations/*.yml'], refresh_interval: '1m' }],
          relabel_configs: [
            // A target without a name would be taken for another one's station.
            { source_labels: ['station'], regex: '.+', action: 'keep' },
          ],
        },
      ],
    },
  },
  // An example of a file of stations.
  stations+:: [
    {
      targets: ['ward-7.example.org:8443'],
      labels: { station: 'ward-7', site: 'north', environment: 'production' },
    },
    {
      targets: ['research.example.org:8443'],
      labels: { station: 'research', site: 'south', environment: 'test' },
    },
  ],
}
