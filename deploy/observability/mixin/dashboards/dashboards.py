"""The dashboards, built with Grafana's own types. ../../render.py writes them as JSON."""

from grafana_foundation_sdk.builders import bargauge, common, stat, statetimeline, timeseries
from grafana_foundation_sdk.builders.dashboard import (
    Dashboard,
    DashboardLink,
    DatasourceVariable,
    QueryVariable,
    Row,
    ThresholdsConfig,
)
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    LegendDisplayMode,
    LegendPlacement,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
    VariableHide,
    VariableRefresh,
)

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
STATIONS = 'site=~"$site", environment=~"$environment", station=~"$station"'
RATE = "$__rate_interval"


def query(expression, legend):
    """An expression in which @ stands for the dashboard's selection of stations."""
    return Dataquery().expr(expression.replace("@", STATIONS)).legend_format(legend)


def thresholds(*steps):
    """Colours from values upwards; the first has no lower bound."""
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(
        [Threshold(color=color, value=value) for color, value in steps]
    )


def panel(builder, title, unit, description, queries, height, width):
    builder = builder.title(title).description(description).unit(unit).datasource(SOURCE).height(height).span(width)
    for each in queries:
        builder = builder.with_target(each)
    return builder


def graph(title, unit, description, *queries, width=12, stacked=False):
    legend = (
        common.VizLegendOptions()
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(True)
    )
    builder = (
        timeseries.Panel()
        .legend(legend)
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
        .show_points(VisibilityMode.NEVER)
        .fill_opacity(40 if stacked else 8)
        .line_width(1)
        .min(0)
    )
    if stacked:
        builder = builder.stacking(common.StackingConfig().mode("normal").group("A"))
    return panel(builder, title, unit, description, queries, 8, width)


def number(title, unit, description, *queries, colours=(("text", None),), width=6):
    builder = stat.Panel().color_mode(BigValueColorMode.VALUE).thresholds(thresholds(*colours))
    return panel(builder, title, unit, description, queries, 4, width)


def bars(title, unit, description, *queries, colours=(("green", None),), width=12):
    builder = bargauge.Panel().thresholds(thresholds(*colours)).min(0)
    return panel(builder, title, unit, description, queries, 8, width)


def states(title, description, *queries, width=24):
    builder = statetimeline.Panel().thresholds(thresholds(("red", None), ("orange", 0.01), ("green", 1)))
    return panel(builder, title, "percentunit", description, queries, 8, width)


def variable(name, label, metric="tarn_build_info", within=""):
    return (
        QueryVariable(name)
        .label(label)
        .datasource(SOURCE)
        .query(f"label_values({metric}{{{within}}}, {name})")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(True)
        .include_all(True)
        .all_value(".*")
    )


def dashboard(name, title, description, span):
    return (
        Dashboard(title)
        .uid(f"tarn-{name}")
        .description(description)
        .tags(["tarn"])
        .time(f"now-{span}", "now")
        .refresh("1m")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .editable()
        .link(
            DashboardLink("Stations")
            .type(DashboardLinkType.DASHBOARDS)
            .tags(["tarn"])
            .as_dropdown(True)
            .include_vars(True)
            .keep_time(True)
        )
        .with_variable(DatasourceVariable("datasource").label("Data source").type("prometheus").hide(VariableHide.DONT_HIDE))
        .with_variable(variable("environment", "Environment"))
        .with_variable(variable("site", "Site", within='environment=~"$environment"'))
        .with_variable(variable("station", "Station", within='environment=~"$environment", site=~"$site"'))
    )


def with_rows(builder, **rows):
    for title, panels in rows.items():
        builder = builder.with_row(Row(title.replace("_", " ")))
        for each in panels:
            builder = builder.with_panel(each)
    return builder


RED_ABOVE_0 = (("green", None), ("red", 1))
BUDGET = (("red", None), ("orange", 0.25), ("green", 0.5))


def fleet():
    return with_rows(
        dashboard("fleet", "Tarn / Fleet", "All stations: who is up, who was, and what is wrong.", "24h"),
        Now=[
            number("Stations", "none", "Stations that Prometheus asks.", query("count(up{job=\"tarn\", @})", "stations")),
            number("Down", "none", "Stations that do not answer.", query("sum(1 - up{job=\"tarn\", @})", "down"),
                   colours=RED_ABOVE_0),
            number("Open findings", "none", "Findings that are errors: rows are lost, unreadable or wrong.",
                   query('sum(tarn:findings:sum{severity="error", @})', "findings"), colours=RED_ABOVE_0),
            number("Oldest unverified data", "s", "The file anywhere that was not compared for the longest time.",
                   query("max(tarn_integrity_coverage_age_seconds{@})", "age"),
                   colours=(("green", None), ("orange", 25 * 86400), ("red", 35 * 86400))),
            states("Available", "1 while a station and all its components work.",
                   query("tarn:available:ratio{@}", "{{station}}")),
        ],
        Uptime_and_error_budgets=[
            bars("Uptime over 30 days", "percentunit", "Share of the time that a station and all its components worked.",
                 query("avg_over_time(tarn:available:ratio{@}[30d])", "{{station}}"),
                 colours=(("red", None), ("orange", 0.99), ("green", 0.999))),
            bars("What is left of the error budgets", "percentunit", "Of 30 days; below 0 an objective is missed.",
                 query("tarn:availability_budget:ratio{@}", "{{station}} availability"),
                 query("tarn:freshness_budget:ratio{@}", "{{station}} freshness"),
                 query("tarn:ingestion_budget:ratio{@}", "{{station}} ingestion"),
                 query("tarn:coverage_budget:ratio{@}", "{{station}} coverage"), colours=BUDGET),
            graph("Alerts that fire", "none", "By station and severity; nothing is drawn while none fires.",
                  query('count by (station, severity) (ALERTS{alertname=~"Tarn.+", alertstate="firing", @})',
                        "{{station}} {{severity}}")),
            graph("Findings", "none", "Open findings by severity.",
                  query("tarn:findings:sum{@}", "{{station}} {{severity}}")),
        ],
        Work=[
            graph("Requests", "reqps", "Answered requests.",
                  query(f"sum by (station) (rate(tarn_http_requests_total{{@}}[{RATE}]))", "{{station}}")),
            graph("Rows", "none", "Rows of all tables.", query("tarn_catalog_rows{@}", "{{station}}")),
            graph("Stale assets", "none", "Assets that are older than they may be.",
                  query("sum by (station) (tarn_asset_freshness_lag_seconds{@} > bool 0)", "{{station}}")),
            graph("Oldest delivery that waits", "s", "Deliveries that were accepted and are not landed yet.",
                  query("tarn_ingest_backlog_age_seconds{@}", "{{station}}")),
        ],
    )


def quantile(share, metric, by=""):
    return f"histogram_quantile({share}, sum by (le{by}) (rate({metric}_bucket{{@}}[{RATE}])))"


def station():
    return with_rows(
        dashboard("station", "Tarn / Station", "One station's traffic, runs and deliveries.", "6h"),
        Now=[
            number("Uptime in this range", "percentunit", "Share of the shown time that the station worked.",
                   query("avg_over_time(tarn:available:ratio{@}[$__range])", "{{station}}"),
                   colours=(("red", None), ("orange", 0.99), ("green", 0.999))),
            number("Components that work", "percentunit", "As /health says.",
                   query("avg(tarn_component_up{@})", "components"), colours=(("red", None), ("green", 1))),
            number("Age of what is shown", "s", "When catalog, assets, integrity and engine were last read.",
                   query("max(time() - tarn_refresh_timestamp_seconds{@})", "age"),
                   colours=(("green", None), ("red", 120))),
            number("Running since", "s", "How long the process has run.",
                   query("time() - process_start_time_seconds{@}", "{{station}}")),
            states("Components", "1 while a component works.", query("tarn_component_up{@}", "{{station}} {{component}}")),
        ],
        Traffic=[
            graph("Requests by status", "reqps", "Answered requests.",
                  query(f"sum by (status) (rate(tarn_http_requests_total{{@}}[{RATE}]))", "{{status}}"), stacked=True),
            graph("Latency", "s", "From a request's first byte to the answer's last.",
                  query(quantile(0.5, "tarn_http_request_duration_seconds"), "half"),
                  query(quantile(0.99, "tarn_http_request_duration_seconds"), "99 of 100")),
            graph("Slowest routes", "s", "99 of 100 requests of a route were faster.",
                  query("topk(5, " + quantile(0.99, "tarn_http_request_duration_seconds", ", route") + ")", "{{route}}")),
            graph("Requests in flight", "none", "Being worked on.", query("tarn_http_requests_in_flight{@}", "{{station}}")),
            graph("Queries by outcome", "ops", "How queries ended.",
                  query(f"sum by (outcome) (rate(tarn_queries_total{{@}}[{RATE}]))", "{{outcome}}"), stacked=True),
            graph("Results", "Bps", "Bytes of answers and of queries' results.",
                  query(f"sum(rate(tarn_http_response_bytes_total{{@}}[{RATE}]))", "answers"),
                  query(f"sum(rate(tarn_query_bytes_total{{@}}[{RATE}]))", "queries")),
        ],
        Materializations=[
            graph("Materializations by outcome", "none", "Within the last hour, by the service.",
                  query("sum by (outcome) (increase(tarn_materializations_total{@}[1h]))", "{{outcome}}"), stacked=True),
            graph("Duration", "s", "Of the last materialization of each asset.",
                  query("topk(10, tarn_materialization_duration_seconds{@})", "{{asset}}")),
            graph("Lag behind the freshness limit", "s", "0 while an asset is fresh enough.",
                  query("topk(10, tarn_asset_freshness_lag_seconds{@})", "{{asset}}")),
            graph("Checks", "none", "How the assets' checks went the last time.",
                  query("sum by (outcome) (tarn_asset_checks{@})", "{{outcome}}"), stacked=True),
        ],
        Ingestion=[
            graph("Deliveries by outcome", "none", "Within the last hour.",
                  query("sum by (outcome) (increase(tarn_ingest_deliveries_total{@}[1h]))", "{{outcome}}"), stacked=True),
            graph("Rows", "none", "Within the last hour.",
                  query("sum(increase(tarn_ingest_rows_total{@}[1h]))", "landed"),
                  query("sum(increase(tarn_ingest_quarantined_rows_total{@}[1h]))", "quarantined")),
            graph("Deliveries that wait", "none", "Accepted and not landed yet.",
                  query("tarn_ingest_backlog_deliveries{@}", "{{station}}")),
            graph("Oldest of them", "s", "How long it has waited.", query("tarn_ingest_backlog_age_seconds{@}", "{{station}}")),
        ],
        Process=[
            graph("Engine's memory", "bytes", "In use, its limit, and what was spilled to the disk.",
                  query("tarn_engine_memory_bytes{@}", "{{station}} in use"),
                  query("tarn_engine_memory_limit_bytes{@}", "{{station}} limit"),
                  query("tarn_engine_spilled_bytes{@}", "{{station}} spilled")),
            graph("JVM's memory", "bytes", "The program's own, beside the engine's.",
                  query("sum by (station, area) (jvm_memory_used_bytes{@})", "{{station}} {{area}}"),
                  query("process_resident_memory_bytes{@}", "{{station}} resident, engine and all")),
            graph("Processors", "none", "Processors that the process keeps busy, and the engine's threads.",
                  query(f"rate(process_cpu_seconds_total{{@}}[{RATE}])", "{{station}} busy"),
                  query("tarn_engine_threads{@}", "{{station}} threads")),
            graph("Open files", "none", "Of the process.", query("process_open_fds{@}", "{{station}}")),
        ],
    )


def lake():
    return with_rows(
        dashboard("lake", "Tarn / Lake", "How a lake grows, its small files, its maintenance, its stores.", "7d"),
        Growth=[
            number("Rows", "short", "Of all tables.", query("sum(tarn_catalog_rows{@})", "rows")),
            number("Live data", "bytes", "Data files of the newest snapshot.",
                   query('sum(tarn_catalog_bytes{kind="live_data", @})', "bytes")),
            number("History", "bytes", "Files that only older snapshots need.",
                   query('sum(tarn_catalog_bytes{kind="historical", @})', "bytes")),
            number("Snapshots", "none", "That the catalog keeps.", query("sum(tarn_catalog_snapshots{@})", "snapshots")),
            graph("Rows over time", "short", "Of all tables, and those in the catalog itself.",
                  query("tarn_catalog_rows{@}", "{{station}}"), query("tarn_catalog_inlined_rows{@}", "{{station}} in the catalog")),
            graph("Bytes by kind", "bytes", "Live, historical and pending deletion.",
                  query("sum by (kind) (tarn_catalog_bytes{@})", "{{kind}}"), stacked=True),
        ],
        Maintenance=[
            graph("Files by kind", "none", "Live, historical and pending deletion.",
                  query("sum by (kind) (tarn_catalog_files{@})", "{{kind}}"), stacked=True),
            graph("Small files", "none", "Live data files below 10 MB in tables with more than one.",
                  query("tarn_catalog_small_files{@}", "{{station}}")),
            graph("Orphans", "bytes", "Files that no catalog knows, as the last check found them.",
                  query("tarn_catalog_orphan_bytes{@}", "{{station}}")),
            graph("Snapshots over time", "none", "Maintenance forgets old ones.",
                  query("tarn_catalog_snapshots{@}", "{{station}}")),
        ],
        Commits=[
            graph("Transactions by outcome", "ops", "Written, unchanged, conflict, failed, unknown.",
                  query(f"sum by (outcome) (rate(tarn_catalog_commits_total{{@}}[{RATE}]))", "{{outcome}}"), stacked=True),
            graph("Duration of commits", "s", "With their waiting for others.",
                  query(quantile(0.5, "tarn_catalog_commit_duration_seconds"), "half"),
                  query(quantile(0.99, "tarn_catalog_commit_duration_seconds"), "99 of 100")),
            graph("Work begun again", "none", "Because another writer came first; within the last hour.",
                  query("sum by (station) (increase(tarn_catalog_commit_retries_total{@}[1h]))", "{{station}}")),
            graph("Bytes written", "Bps", "Files that materializations by the service added.",
                  query(f"sum by (station) (rate(tarn_materialization_bytes_total{{@}}[{RATE}]))", "{{station}}")),
        ],
        Stores=[
            graph("Requests", "reqps", "By operation; without those that the engine makes itself.",
                  query(f"sum by (backend, operation) (rate(tarn_storage_requests_total{{@}}[{RATE}]))",
                        "{{backend}} {{operation}}")),
            graph("Errors and retries", "reqps", "Failed in the end, and sent again.",
                  query(f"sum by (backend) (rate(tarn_storage_errors_total{{@}}[{RATE}]))", "{{backend}} errors"),
                  query(f"sum by (backend) (rate(tarn_storage_retries_total{{@}}[{RATE}]))", "{{backend}} retries")),
            graph("Latency", "s", "99 of 100 requests were faster.",
                  query(quantile(0.99, "tarn_storage_request_duration_seconds", ", backend, operation"),
                        "{{backend}} {{operation}}"), width=24),
        ],
    )


def integrity():
    return with_rows(
        dashboard("integrity", "Tarn / Integrity", "Whether every byte is known to be there and right.", "30d"),
        Now=[
            number("Damaged files", "none", "With an open finding that is an error.",
                   query('sum(tarn_integrity_files{state="damaged", @})', "files"), colours=RED_ABOVE_0),
            number("Verified", "percentunit", "Share of the files whose bytes were compared and are right.",
                   query('sum(tarn_integrity_files{state="verified", @}) / (sum(tarn_integrity_files{@}) > 0 or vector(1))',
                         "verified"), colours=(("red", None), ("orange", 0.9), ("green", 1))),
            number("Oldest unverified data", "s", "The file that was not compared for the longest time.",
                   query("max(tarn_integrity_coverage_age_seconds{@})", "age"),
                   colours=(("green", None), ("orange", 25 * 86400), ("red", 35 * 86400))),
            number("Last check of contents", "dateTimeFromNow", "Of the whole lake, to its end; 1970 is never.",
                   query('1000 * min(tarn_integrity_last_success_timestamp_seconds{level="content", @})', "check")),
        ],
        Coverage=[
            graph("Files by state", "none", "Verified, unverified, damaged.",
                  query("sum by (state) (tarn_integrity_files{@})", "{{state}}"), stacked=True),
            graph("Age of the coverage", "s", "It falls when the file is compared that waited longest.",
                  query("tarn_integrity_coverage_age_seconds{@}", "{{station}}")),
            graph("Verified bytes", "bytes", "Beside all live bytes.",
                  query("sum(tarn_integrity_verified_bytes{@})", "verified"),
                  query('sum(tarn_catalog_bytes{kind=~"live_.+", @})', "live")),
            graph("Age of the last check", "s", "By level; a closer check counts for those that it includes.",
                  query("time() - (tarn_integrity_last_success_timestamp_seconds{@} > 0)", "{{station}} {{level}}")),
        ],
        Findings=[
            graph("Open findings by class", "none", "Classes with any.",
                  query('sum by (class) (tarn_integrity_findings{@}) > 0 or sum(tarn_integrity_findings{@})',
                        "{{class}}"), stacked=True),
            graph("Open findings by severity", "none", "An error is a wrong or missing row; a warning is space or order.",
                  query("sum by (severity) (tarn_integrity_findings{@})", "{{severity}}")),
        ],
        Speed=[
            graph("Verification speed", "Bps", "Bytes that checks have read and compared.",
                  query("sum by (station) (rate(tarn_integrity_read_bytes_total{@}[1h]))", "{{station}}")),
            graph("Bytes read by checks", "bytes", "In all.", query("tarn_integrity_read_bytes_total{@}", "{{station}}")),
        ],
    )


def all_dashboards():
    """Each as JSON, by the name of its file."""
    return {
        f"tarn-{build.__name__}.json": JSONEncoder(sort_keys=True, indent=2).encode(build().build()) + "\n"
        for build in (fleet, station, lake, integrity)
    }
