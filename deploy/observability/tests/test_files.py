"""The files as they are: rendered from the mixin, valid, and complete."""

import json
import re
import shutil
import subprocess

import promql_parser
import pytest
import render
import yaml
from conftest import CHECKOUT, HERE, OBSERVABILITY, tool

RENDERED = OBSERVABILITY / "rendered"
DASHBOARDS = sorted((RENDERED / "dashboards").glob("*.json"))
RULE_TESTS = sorted((HERE / "rules").glob("*.yml"))


def rules(file):
    document = yaml.safe_load((RENDERED / file).read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


ALERTS = rules("alerts.yml")
RECORDS = rules("rules.yml")


def page(alert):
    return re.sub(r"(?<!^)([A-Z])", r"-\1", alert.removeprefix("Tarn")).lower()


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def panels(file):
    dashboard = json.loads(file.read_text(encoding="utf-8"))
    for row in dashboard["panels"]:
        yield from row.get("panels") or []
        if row["type"] != "row":
            yield row


def plain(expression):
    """A panel's expression with Grafana's variables filled in."""
    for name, value in {"$__rate_interval": "1m", "$__range": "5m", "$site": ".*", "$environment": ".*", "$station": ".*"}.items():
        expression = expression.replace(name, value)
    return expression


def test_rendered_files_are_those_of_the_mixin(tmp_path):
    render.render(tmp_path, {"pace": 1, "scrapeInterval": 15, "evaluationInterval": 15})
    made = {str(file.relative_to(tmp_path)): file.read_text() for file in tmp_path.rglob("*") if file.is_file()}
    kept = {str(file.relative_to(RENDERED)): file.read_text() for file in RENDERED.rglob("*") if file.is_file()}
    assert made.keys() == kept.keys()
    for name, content in made.items():
        assert content == kept[name], f"{name} is not what the mixin gives: run ./dev observability"


def test_promtool_accepts_rules_and_configurations(promtool, tmp_path):
    shutil.copytree(RENDERED, tmp_path, dirs_exist_ok=True)
    (tmp_path / "tarn-key").write_text("key")
    run(promtool, "check", "rules", "rules.yml", "alerts.yml", cwd=tmp_path)
    for name in ("prometheus-station.yml", "prometheus-fleet.yml"):
        run(promtool, "check", "config", name, cwd=tmp_path)
    run(tool("amtool"), "check-config", "alertmanager.yml", cwd=tmp_path)


@pytest.mark.parametrize("file", RULE_TESTS, ids=lambda file: file.stem)
def test_alert_fires_when_it_is_to_and_only_then(promtool, file):
    run(promtool, "test", "rules", file.name, cwd=file.parent)


def test_each_alert_has_its_test_that_sees_it_fire_and_rest():
    assert {file.stem for file in RULE_TESTS} == {page(alert["alert"]) for alert in ALERTS}
    for file in RULE_TESTS:
        cases = [case for test in yaml.safe_load(file.read_text())["tests"] for case in test["alert_rule_test"]]
        assert {page(case["alertname"]) for case in cases} == {file.stem}
        assert any(case["exp_alerts"] for case in cases), f"{file.name} never sees it fire"
        assert any(not case["exp_alerts"] for case in cases), f"{file.name} never sees it rest"
        severities = {alert["exp_labels"]["severity"] for case in cases for alert in case["exp_alerts"]}
        assert severities == {alert["labels"]["severity"] for alert in ALERTS if page(alert["alert"]) == file.stem}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_alert_says_how_bad_what_and_where_to_read_on(alert):
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert alert["annotations"]["summary"] and alert["annotations"]["description"]
    runbook = CHECKOUT / alert["annotations"]["runbook_url"]
    assert runbook == CHECKOUT / "docs" / "runbooks" / (page(alert["alert"]) + ".md")
    assert runbook.read_text(encoding="utf-8").startswith(f"# {alert['alert']}\n")


def test_each_runbook_belongs_to_an_alert():
    assert {file.stem for file in (CHECKOUT / "docs" / "runbooks").glob("*.md")} == {page(alert["alert"]) for alert in ALERTS}


def metrics_of(expression):
    """The names of the series that an expression reads, as the parser finds them."""
    promql_parser.parse(expression)
    return set(re.findall(r"\b(?:tarn[:_][\w:]+|up|ALERTS|jvm_\w+|process_\w+)\b", re.sub(r'"[^"]*"', "", expression)))


def known_metrics():
    text = (CHECKOUT / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(tarn_\w+)` \| (\w+)", text, re.MULTILINE))
    names = {name for name, _ in documented}
    for name, kind in documented:
        if kind == "histogram":
            names |= {name + ending for ending in ("_bucket", "_sum", "_count")}
    return names | {rule["record"] for rule in RECORDS}


@pytest.mark.parametrize("source", ["rules", "alerts", *(file.stem for file in DASHBOARDS)])
def test_expressions_read_only_metrics_that_there_are(source):
    expressions = {
        "rules": [rule["expr"] for rule in RECORDS],
        "alerts": [rule["expr"] for rule in ALERTS],
    }.get(source) or [
        plain(target["expr"]) for panel in panels(RENDERED / "dashboards" / f"{source}.json") for target in panel["targets"]
    ]
    known = known_metrics()
    assert expressions
    for expression in expressions:
        for name in metrics_of(expression):
            assert name in known or name in ("up", "ALERTS") or name.startswith(("jvm_", "process_")), f"{name} in {expression}"


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_dashboard_is_complete(file):
    dashboard = json.loads(file.read_text(encoding="utf-8"))
    assert dashboard["uid"] == file.stem and dashboard["title"] and dashboard["description"]
    variables = {each["name"]: each for each in dashboard["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource" and variables["datasource"]["query"] == "prometheus"
    shown = list(panels(file))
    assert len(shown) > 5
    assert len({panel["title"] for panel in shown}) == len(shown)
    places = set()
    for panel in shown:
        assert panel["title"] and panel["description"], panel
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}, panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["targets"], f"{panel['title']} is empty"
        for target in panel["targets"]:
            assert target["expr"] and target["legendFormat"], panel["title"]
            assert not re.search(r"@", target["expr"]), panel["title"]
            assert all(name in variables for name in re.findall(r"\$(?!__)(\w+)", target["expr"])), panel["title"]
        places.add((panel["gridPos"]["x"], panel["gridPos"]["y"]))
    assert len(places) == len(shown), "panels lie on each other"
