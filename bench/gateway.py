"""The service beside the engine alone, and beside a FastAPI program over the same engine.

A station of its own is served by `./tarn serve` and asked by clients on the same machine.
"""

import contextlib
import http.client
import io
import json
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import time

import duckdb
import pyarrow as pa

FOLDER = pathlib.Path(__file__).resolve().parent
KEY = 4_242
QUERY = "SELECT * FROM bench.rows"
POINT = f"SELECT * FROM bench.rows WHERE id = {KEY}"
ROWS = """/* tarn
description = "Rows to fetch: about 60 bytes each as Arrow"
*/
SELECT range AS id, range * 0.5 AS a, sqrt(range) AS b, (range % 1000)::INTEGER AS code,
  'text-' || (range * 7919 % 1000000)::VARCHAR AS text
FROM range({rows})"""
ROW_BYTES = 56


class Tools:
    """What the programs need of the caller."""

    def __init__(self, root, home, work, run_java):
        self.tarn, self.home, self.run_java = str(root / "tarn"), home, run_java
        self.station = work / "gateway"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


def wait(port, path, process):
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the service ended")
        with contextlib.suppress(OSError):
            if get(port, path)[0] == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the service does not start")


@contextlib.contextmanager
def served(command, port, ready):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=sys.stderr)
    try:
        wait(port, ready, process)
        yield process
    finally:
        process.terminate()
        process.wait(60)


def peak_bytes(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None


def make_station(tools, rows):
    shutil.rmtree(tools.station, ignore_errors=True)
    assets = tools.station / "assets" / "bench"
    assets.mkdir(parents=True)
    (tools.station / "station.toml").write_text("name = 'bench'\n[serve]\nrequests_per_minute = 1000000000\n")
    (assets / "rows.sql").write_text(ROWS.format(rows=rows))
    subprocess.run([tools.tarn, "-C", str(tools.station), "materialize"], check=True, stdout=subprocess.DEVNULL)


def serve(tools):
    port = free_port()
    (tools.station / "station.toml").write_text(
        f"name = 'bench'\n[serve]\nport = {port}\nrequests_per_minute = 1000000000\n")
    return port, served([tools.tarn, "-C", str(tools.station), "serve"], port, "/ready")


def engine(tools, catalog, read_only=True):
    connection = duckdb.connect(config={"extension_directory": str(tools.home / "extensions")})
    connection.execute("LOAD ducklake")
    options = ", READ_ONLY" if read_only else ", DATA_INLINING_ROW_LIMIT 0"
    connection.execute(f"ATTACH 'ducklake:{catalog}' AS lake (DATA_PATH '{catalog.parent}/data/'{options})")
    connection.execute("USE lake")
    return connection


def drain(reader):
    rows = size = 0
    for batch in reader:
        rows += batch.num_rows
        size += batch.nbytes
    return rows, size


def fetch_here(tools):
    connection = engine(tools, tools.station / "lake" / "catalog.ducklake")
    begun = time.perf_counter()
    rows, size = drain(connection.execute(QUERY).fetch_record_batch(65_536))
    return time.perf_counter() - begun, rows, size


def fetch_served(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    begun = time.perf_counter()
    connection.request("POST", "/api/v1/query", json.dumps({"sql": QUERY}),
                       {"Content-Type": "application/json", "Accept": "application/vnd.apache.arrow.stream"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(answer.read())
    with pa.ipc.open_stream(io.BufferedReader(answer, 1 << 20)) as reader:
        rows, size = drain(reader)
    return time.perf_counter() - begun, rows, size


def stream(tools, rounds):
    here, there, peaks = [], [], []
    for number in range(rounds + 1):
        expected = fetch_here(tools)
        port, service = serve(tools)
        with service as process:
            get_warm(port)
            found = fetch_served(port)
            peaks.append(peak_bytes(process))
        if found[1] != expected[1]:
            raise RuntimeError(f"{found[1]} rows instead of {expected[1]}")
        if number > 0:
            here.append(round(expected[0], 3))
            there.append(round(found[0], 3))
    return {"rows": expected[1], "bytes": expected[2], "in_process": here, "served": there,
            "ratio": round(statistics.median(a / b for a, b in zip(here, there)), 3), "peak_bytes": max(peaks)}


def get_warm(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    for _ in range(5):
        connection.request("POST", "/api/v1/query", json.dumps({"sql": POINT}), {"Content-Type": "application/json"})
        connection.getresponse().read()


def fastapi_python(tools):
    venv, wanted = tools.home / "venv-bench", FOLDER / "requirements.txt"
    done = venv / "installed-for"
    if not done.exists() or done.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(venv / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check",
                        "-r", str(wanted)], check=True, stdout=sys.stderr)
        done.write_text(wanted.read_text())
    return str(venv / "bin" / "python")


def load(tools, seconds, clients):
    body = json.dumps({"sql": POINT})
    results = []
    port, service = serve(tools)
    with service:
        for path, text in (("/health", ""), ("/api/v1/query", body)):
            for count in clients:
                found = tools.run_java("Load", port, path, text, count, seconds)[0]
                results.append({"service": "tarn", "what": "point query" if text else "health", **found})
    port = free_port()
    command = [fastapi_python(tools), str(FOLDER / "fastapi_service.py"), str(port),
               str(tools.station / "lake" / "catalog.ducklake"), str(tools.home / "extensions")]
    with served(command, port, "/health"):
        for path, text in (("/health", ""), ("/query", body)):
            for count in clients:
                found = tools.run_java("Load", port, path, text, count, seconds)[0]
                results.append({"service": "fastapi", "what": "point query" if text else "health", **found})
    return results


def make_csv(tools, gigabytes):
    file = tools.station / "rows.csv"
    duckdb.sql(f"COPY ({ROWS.split('*/')[1].format(rows=int(gigabytes * 1e9 / 45))}) TO '{file}' (HEADER)")
    return file


def copy_from(tools, file, number):
    folder = tools.station / f"alone-{number}"
    folder.mkdir()
    connection = engine(tools, folder / "catalog.ducklake", read_only=False)
    connection.execute("CREATE TABLE rows (id BIGINT, a DOUBLE, b DOUBLE, code INTEGER, text VARCHAR)")
    begun = time.perf_counter()
    connection.execute(f"COPY rows FROM '{file}' (HEADER)")
    seconds = time.perf_counter() - begun
    rows = connection.execute("SELECT count(*) FROM rows").fetchone()[0]
    connection.close()
    shutil.rmtree(folder)
    return seconds, rows


def send(port, file, number):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)
    begun = time.perf_counter()
    with file.open("rb") as body:
        connection.request("POST", f"/api/v1/ingest/raw/rows_{number}", body,
                           {"Content-Type": "text/csv", "Content-Length": str(file.stat().st_size)})
        answer = connection.getresponse()
        if answer.status != 202:
            raise RuntimeError(answer.read())
        answer.read()
    accepted = time.perf_counter() - begun
    while True:
        delivery = json.loads(get(port, answer.headers["Location"])[1])
        if delivery["state"] == "done":
            return accepted, time.perf_counter() - begun, delivery["rows"]
        if delivery["state"] == "failed":
            raise RuntimeError(delivery)
        time.sleep(0.02)


def ingestion(tools, gigabytes, rounds):
    file = make_csv(tools, gigabytes)
    alone, accepted, landed = [], [], []
    port, service = serve(tools)
    with service as process:
        for number in range(rounds):
            seconds, rows = copy_from(tools, file, number)
            taken, done, found = send(port, file, number)
            if rows != found:
                raise RuntimeError(f"{found} rows instead of {rows}")
            alone.append(round(seconds, 3))
            accepted.append(round(taken, 3))
            landed.append(round(done, 3))
        peak = peak_bytes(process)
    size = file.stat().st_size
    file.unlink()
    return {"bytes": size, "rows": rows, "copy_from": alone, "accepted": accepted, "landed": landed,
            "ratio": round(statistics.median(a / b for a, b in zip(alone, landed)), 3), "peak_bytes": peak}


def measure(quick, tools, say):
    gigabytes, rounds, seconds, csv = (0.05, 1, 2, 0.02) if quick else (1, 3, 10, 2)
    make_station(tools, int(gigabytes * 1e9 / ROW_BYTES))
    say(f"fetching {gigabytes} GB")
    results = {"stream": stream(tools, rounds)}
    say("health and point query under load")
    results["load"] = load(tools, seconds, (1, 16, 128))
    say(f"sending {csv} GB of CSV")
    results["ingestion"] = ingestion(tools, csv, rounds)
    shutil.rmtree(tools.station, ignore_errors=True)
    return results


def page(results):
    stream, ingested = results["stream"], results["ingestion"]
    text = (f"A result of {stream['rows']:,} rows ({stream['bytes'] / 1e9:.2f} GB as Arrow) read from the service over loopback took\n"
            f"{statistics.median(stream['served']):.2f} s, the same query fetched in the engine's own process "
            f"{statistics.median(stream['in_process']):.2f} s: ratio **{stream['ratio']:.2f}**. The\n"
            f"service's memory peaked at {stream['peak_bytes'] / 1e6:,.0f} MB.\n\n"
            f"A CSV of {ingested['bytes'] / 1e9:.2f} GB sent to the service was accepted after {statistics.median(ingested['accepted']):.2f} s and "
            f"landed after {statistics.median(ingested['landed']):.2f} s; the engine's `COPY FROM`\n"
            f"of the file took {statistics.median(ingested['copy_from']):.2f} s: ratio **{ingested['ratio']:.2f}**. The service's memory peaked at "
            f"{ingested['peak_bytes'] / 1e6:,.0f} MB.\n\n"
            "Requests a second, with the time that half of them and all but a hundredth take at most, beside a FastAPI\n"
            "program that does the same with DuckDB and keeps no audit, checks no query and guards nothing:\n\n"
            "| | Clients | Tarn | p50 | p99 | FastAPI | p50 | p99 |\n|---|---|---|---|---|---|---|---|\n")
    others = {(each["what"], each["clients"]): each for each in results["load"] if each["service"] == "fastapi"}
    for each in results["load"]:
        if each["service"] == "tarn":
            other = others[each["what"], each["clients"]]
            text += f"| {each['what']} | {each['clients']} "
            for one in (each, other):
                text += f"| {one['per_second']:,.0f} | {one['p50_ms']:.1f} ms | {one['p99_ms']:.1f} ms "
            text += "|\n"
    return text
