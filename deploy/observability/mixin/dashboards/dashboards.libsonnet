// Built by dashboards.py, with Grafana's own types.
{
  grafanaDashboards+:: {
    'tarn-fleet.json': import '../../rendered/dashboards/tarn-fleet.json',
    'tarn-integrity.json': import '../../rendered/dashboards/tarn-integrity.json',
    'tarn-lake.json': import '../../rendered/dashboards/tarn-lake.json',
    'tarn-station.json': import '../../rendered/dashboards/tarn-station.json',
  },
}
