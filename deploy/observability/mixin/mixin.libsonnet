// A monitoring mixin: `prometheusRules`, `prometheusAlerts` and `grafanaDashboards`, to be taken into one's own jsonnet.
(import 'config.libsonnet')
+ (import 'rules/rules.libsonnet')
+ (import 'alerts/alerts.libsonnet')
+ (import 'prometheus/prometheus.libsonnet')
+ (import 'alertmanager/alertmanager.libsonnet')
+ (import 'dashboards/dashboards.libsonnet')
