"""Three stations that are really served, a real Prometheus and Alertmanager: what is broken is told, and then that it is mended."""

import concurrent.futures
import contextlib
import http.server
import itertools
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import promql_parser
import pytest
import render
import yaml
from conftest import CHECKOUT, tool
from test_files import ALERTS, DASHBOARDS, RECORDS, panels

# A minute of the rules' windows and waits takes two seconds here.
PACE = 30
SCRAPE = 3
# A loaded machine may be late; nothing here waits so long when all is well.
PATIENCE = 240


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, data=None, headers=None):
    request = urllib.request.Request(url, data=data, headers=headers or {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def until(what, attempt, patience=PATIENCE):
    """The first result of an attempt that is something; the last error tells why there was none."""
    end = time.monotonic() + patience
    error = None
    while time.monotonic() < end:
        try:
            if result := attempt():
                return result
        except (OSError, urllib.error.URLError) as failure:
            error = failure
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within {patience} s") from error


class Station:
    """A station of its own folder, port and lake."""

    def __init__(self, folder, name):
        self.folder, self.name, self.port = folder / name, name, free_port()
        self.process = None
        self.log = (folder / f"{name}.log").open("ab")
        self.write("station.toml", f"name = '{name}'\n")
        self.write("assets/raw/people.sql", "SELECT range AS id, 'person ' || range AS name FROM range(1000)")
        self.write("assets/raw/hourly.sql", '/* tarn\nfreshness = "40s"\nchecks = [ { not_null = ["seen"] } ]\n*/\nSELECT now() AS seen')
        if name != "stale":
            self.write("assets/raw/hourly.sql", '/* tarn\nfreshness = "30d"\nchecks = [ { not_null = ["seen"] } ]\n*/\nSELECT now() AS seen')

    def write(self, name, content):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def environment(self):
        settings = {"TARN_SERVE_PORT": str(self.port), "TARN_ENGINE_MEMORY_LIMIT": "300MB", "TARN_ENGINE_THREADS": "1",
                    "JAVA_TOOL_OPTIONS": "-XX:+UseSerialGC"}
        return {**os.environ, **settings}

    def tarn(self, *arguments, codes=(0,)):
        done = subprocess.run([CHECKOUT / "tarn", "-C", self.folder, *arguments], env=self.environment(), timeout=120,
                              capture_output=True, text=True, check=False)
        assert done.returncode in codes, done.stdout + done.stderr
        return done.stdout

    def start(self):
        # A process group, as the launcher is a script that becomes the program.
        self.process = subprocess.Popen([CHECKOUT / "tarn", "-C", self.folder, "serve"], env=self.environment(),
                                        stdout=self.log, stderr=self.log, start_new_session=True)

    def wait(self):
        until(f"station {self.name}", lambda: "tarn_build_info" in fetch(self.url + "/metrics"))
        return time.time()

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return time.time()

    def materialize(self, asset):
        run = json.loads(fetch(f"{self.url}/api/v1/assets/{asset}/materialize", b"{}", {"Content-Type": "application/json"}))
        number = run.get("id") or run["run"]
        until("the run", lambda: json.loads(fetch(f"{self.url}/api/v1/runs/{number}"))["state"] == "done")

    def deliver(self):
        fetch(f"{self.url}/api/v1/ingest/raw/notes", b"id,text\n1,first\n2,second\n", {"Content-Type": "text/csv"})
        until("the landing", lambda: 'tarn_ingest_deliveries_total{outcome="done"} 1.0' in fetch(self.url + "/metrics"))


class Webhook:
    """Where Alertmanager sends what it has to say."""

    def __init__(self):
        self.heard = []
        heard = self.heard

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                heard.extend((time.time(), self.path, alert) for alert in document["alerts"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server.server_address[1]

    def find(self, name, station, status, after=0.0):
        return next(
            (
                (when, path)
                for when, path, alert in list(self.heard)
                if alert["labels"]["alertname"] == name and alert["labels"].get("station") == station
                and alert["status"] == status and when >= after
            ),
            None,
        )


class Fleet:
    """The stations and what watches them."""

    def __init__(self, folder, stations):
        self.folder, self.stations = folder, {station.name: station for station in stations}
        self.webhook = Webhook()
        self.port, self.alertmanager = free_port(), free_port()
        render.render(folder, {"pace": PACE, "scrapeInterval": SCRAPE, "evaluationInterval": SCRAPE})
        self.processes = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def configure(self):
        """The rendered configurations, with this machine's ports in them."""
        config = yaml.safe_load((self.folder / "prometheus-fleet.yml").read_text())
        job = config["scrape_configs"][0]
        job["scheme"] = "http"
        del job["authorization"]
        config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{self.alertmanager}"]
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        (self.folder / "stations" / "example.yml").write_text(yaml.safe_dump([
            {"targets": [f"127.0.0.1:{station.port}"],
             "labels": {"station": station.name, "site": "north", "environment": "production"}}
            for station in self.stations.values()
        ]))
        routes = yaml.safe_load((self.folder / "alertmanager.yml").read_text())
        for receiver in routes["receivers"]:
            for hook in receiver["webhook_configs"]:
                hook["url"] = hook["url"].replace(":9095", f":{self.webhook.port}")
        (self.folder / "alertmanager.yml").write_text(yaml.safe_dump(routes))

    def start(self):
        self.configure()
        log = (self.folder / "watchers.log").open("ab")
        self.processes = [
            subprocess.Popen(list(map(str, command)), cwd=self.folder, stdout=log, stderr=log)
            for command in (
                [tool("prometheus-alertmanager") if pathlib.Path("/usr/bin/prometheus-alertmanager").exists() else tool("alertmanager"),
                 "--config.file=alertmanager.yml", f"--web.listen-address=127.0.0.1:{self.alertmanager}",
                 "--cluster.listen-address=", f"--storage.path={self.folder / 'alerts'}"],
                [tool("prometheus"), "--config.file=prometheus.yml", f"--web.listen-address=127.0.0.1:{self.port}",
                 f"--storage.tsdb.path={self.folder / 'series'}"],
            )
        ]
        until("Prometheus", lambda: fetch(self.url + "/-/ready"))
        until("Alertmanager", lambda: fetch(f"http://127.0.0.1:{self.alertmanager}/-/ready"))

    def query(self, expression):
        answer = json.loads(fetch(self.url + "/api/v1/query?" + urllib.parse.urlencode({"query": expression})))
        return answer["data"]["result"]

    def firing(self):
        alerts = json.loads(fetch(self.url + "/api/v1/alerts"))["data"]["alerts"]
        return {(alert["labels"]["alertname"], alert["labels"].get("station", "")) for alert in alerts if alert["state"] == "firing"}

    def samples(self, series):
        """What was scraped or recorded of one series: time and value."""
        result = self.query(series + "[1h]")
        return [(time_, float(value)) for time_, value in result[0]["values"]]

    def value(self, expression):
        result = self.query(expression)
        return float(result[0]["value"][1]) if result else None

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)
        for station in self.stations.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(station.process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    watched = Fleet(folder, [Station(folder, name) for name in ("killed", "damaged", "stale")])
    try:
        for station in watched.stations.values():
            station.start()
        for station in watched.stations.values():
            station.wait()
            station.materialize("raw/people")
            station.tarn("materialize")
            station.tarn("fsck", "--level", "content")
        watched.stations["damaged"].deliver()
        watched.start()
        until("all stations", lambda: watched.value("sum(tarn:available:ratio)") == 3)
        yield watched
    finally:
        watched.stop()


def outage(fleet):
    """Kills a station and starts it again once that is known; when it went, was called back, and was back."""
    station = fleet.stations["killed"]
    gone = station.kill()
    _, receiver = until("the alert of the killed station", lambda: fleet.webhook.find("TarnStationDown", "killed", "firing"))
    assert receiver == "/on-call"
    assert fleet.value('tarn:available:ratio{station="killed"}') == 0
    evaluate_everything(fleet)
    called = time.time()
    station.start()
    back = station.wait()
    until("the end of that alert", lambda: fleet.webhook.find("TarnStationDown", "killed", "resolved"))
    return gone, called, back


def damage(fleet):
    """Takes a data file away, checks, and puts it back."""
    station = fleet.stations["damaged"]
    file = next((station.folder / "lake" / "data" / "raw").rglob("*.parquet"))
    aside = station.folder / "aside"
    file.rename(aside)
    station.tarn("fsck", codes=(1,))
    _, receiver = until("the alert of the lost file", lambda: fleet.webhook.find("TarnFindings", "damaged", "firing"))
    assert receiver == "/on-call"
    assert fleet.value('sum(tarn_integrity_files{station="damaged", state="damaged"})') == 1
    aside.rename(file)
    station.tarn("fsck")
    until("the end of that alert", lambda: fleet.webhook.find("TarnFindings", "damaged", "resolved"))


def staleness(fleet):
    """Waits until an asset is too old, then makes it anew."""
    station = fleet.stations["stale"]
    _, receiver = until("the alert of the stale asset", lambda: fleet.webhook.find("TarnAssetStale", "stale", "firing"))
    assert receiver == "/team"
    station.materialize("raw/hourly")
    made = time.time()
    until("the end of that alert", lambda: fleet.webhook.find("TarnAssetStale", "stale", "resolved", made))


def selectors(expression):
    """Each series that an expression reads, with its labels and nothing around it."""
    promql_parser.parse(expression)
    return re.findall(r"(?:tarn[:_][\w:]+|\bup|jvm_\w+|process_\w+)(?:\{[^}]*\})?(?=[\s\[\)]|$)", expression)


def shown(fleet):
    """Every expression of every panel, as Grafana would send it."""
    for file in DASHBOARDS:
        for panel in panels(file):
            for target in panel["targets"]:
                expression = target["expr"]
                for name, value in {"$__rate_interval": "30s", "$__range": "5m", "$site": ".*", "$environment": ".*",
                                    "$station": ".*"}.items():
                    expression = expression.replace(name, value)
                yield f"{file.stem}: {panel['title']}", expression


def evaluate_everything(fleet):
    """While an alert fires: every panel and every recorded rule has data, and so has all that an alert reads."""
    paced = yaml.safe_load((fleet.folder / "rules.yml").read_text())
    empty = [what for what, expression in shown(fleet) if not fleet.query(expression)]
    records = [rule for group in paced["groups"] for rule in group["rules"]]
    assert len(records) == len(RECORDS)
    for rule in records:
        empty += [rule["record"]] if not fleet.query(rule["expr"]) or not fleet.query(rule["record"]) else []
    paced = yaml.safe_load((fleet.folder / "alerts.yml").read_text())
    alerts = [rule for group in paced["groups"] for rule in group["rules"]]
    assert len(alerts) == len(ALERTS)
    for rule in alerts:
        fleet.query(rule["expr"])
        read = selectors(rule["expr"])
        assert read, rule["expr"]
        empty += [f"{rule['alert']}: {each}" for each in read if not fleet.query(each)]
    assert not empty


def gap(samples):
    """The longest time without a sample; the interval when nothing was late."""
    return max(later[0] - earlier[0] for earlier, later in itertools.pairwise(samples))


def test_what_is_broken_is_told_and_then_that_it_is_mended(fleet):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        made = {work.__name__: pool.submit(work, fleet) for work in (outage, damage, staleness)}
        gone, called, back = made["outage"].result()
        made["damage"].result()
        made["staleness"].result()

    # To the scrape, the outage that Prometheus saw is the one that was made ...
    scraped = fleet.samples('up{station="killed"}')
    assert {value for when, value in scraped if gone <= when <= called} == {0}
    assert {value for when, value in scraped if when < gone - SCRAPE or when > back} == {1}
    down = [when for when, value in scraped if value == 0]
    assert called - gone - 2 * gap(scraped) <= down[-1] - down[0] <= back - gone + gap(scraped)
    # ... and the uptime that is shown is what that leaves.
    recorded = fleet.samples('tarn:available:ratio{station="killed"}')
    uptime = sum(value for _, value in recorded) / len(recorded)
    assert abs((1 - uptime) * (recorded[-1][0] - recorded[0][0]) - (down[-1] - down[0])) <= 3 * (gap(scraped) + gap(recorded))
    before = fleet.firing()
    status = json.loads(fleet.stations["stale"].tarn("fleet", "status", "--prometheus", fleet.url, "--window", "1h", "--json"))
    stations = {each["station"]: each for each in status["stations"]}
    assert stations.keys() == fleet.stations.keys()
    later = fleet.samples('tarn:available:ratio{station="killed"}')
    assert uptime - 1e-9 <= stations["killed"]["uptime"] <= sum(value for _, value in later) / len(later) + 1e-9
    assert stations["damaged"]["uptime"] == 1
    assert all(each["state"] == "up" and each["findings"] == 0 for each in stations.values())
    assert 0 < stations["damaged"]["oldest_unverified_seconds"] < 3600
    printed = {(alert["alert"], alert["station"]) for alert in status["alerts"]}
    assert before & fleet.firing() <= printed <= before | fleet.firing()
    text = fleet.stations["stale"].tarn("fleet", "status", "--prometheus", fleet.url, "--window", "1h")
    assert "killed" in text and "oldest unverified" in text


def test_metrics_are_as_prometheus_wants_them(fleet, promtool):
    text = fetch(fleet.stations["damaged"].url + "/metrics")
    done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_nothing_but_what_was_broken_was_told(fleet):
    told = {(alert["labels"]["alertname"], alert["labels"].get("station", "")) for _, _, alert in fleet.webhook.heard}
    causes = {"killed": {"TarnStationDown", "TarnAvailabilityBurn", "TarnMetricsMissing"}, "damaged": {"TarnFindings"},
              "stale": {"TarnAssetStale", "TarnFreshnessBurn"}}
    unexpected = {(name, station) for name, station in told if name not in causes.get(station, ())}
    assert not unexpected
