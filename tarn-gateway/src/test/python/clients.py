"""What Python programs do with the service: requests sends and asks, pyarrow reads and writes.

usage: clients.py URL KEY
"""

import gzip
import hashlib
import io
import sys
import time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.ipc
import pyarrow.json
import pyarrow.parquet
import requests

url, key = sys.argv[1:]
session = requests.Session()
session.headers["Authorization"] = f"Bearer {key}"


def landed(response):
    assert response.status_code == 202, response.text
    for _ in range(600):
        delivery = session.get(url + response.headers["Location"]).json()
        if delivery["state"] in ("done", "failed"):
            assert delivery["state"] == "done", delivery
            return delivery
        time.sleep(0.05)
    raise AssertionError("the delivery does not end")


def ask(sql, accept, **options):
    response = session.post(url + "/api/v1/query", json={"sql": sql}, headers={"Accept": accept}, **options)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].split(";")[0] == accept
    return response


rows = 100_000
sent = pa.table({"id": pa.array(range(rows), pa.int64()), "name": [f"n{i % 7}" for i in range(rows)], "value": pa.array([i / 8 for i in range(rows)])})
sink = io.BytesIO()
with pa.ipc.new_stream(sink, sent.schema) as writer:
    writer.write_table(sent, max_chunksize=10_000)
body = sink.getvalue()
packed = gzip.compress(body)
delivery = landed(
    session.post(
        url + "/api/v1/ingest/lab/values",
        data=packed,
        headers={
            "Content-Type": "application/vnd.apache.arrow.stream",
            "Content-Encoding": "gzip",
            "X-Checksum-Sha256": hashlib.sha256(packed).hexdigest(),
        },
    )
)
assert delivery["rows"] == rows, delivery

sql = "SELECT id, name, value FROM lab.values ORDER BY id"
with ask(sql, "application/vnd.apache.arrow.stream", stream=True) as response:
    with pa.ipc.open_stream(response.raw) as reader:
        got = reader.read_all()
assert got.schema.names == ["id", "name", "value"] and got.equals(sent.cast(got.schema)), got.schema
for accept, read in (
    ("application/vnd.apache.parquet", pa.parquet.read_table),
    ("text/csv", pa.csv.read_csv),
    ("application/x-ndjson", pa.json.read_json),
):
    table = read(io.BytesIO(ask(sql, accept).content))
    assert table.num_rows == rows, accept
    assert pc.sum(table["value"]).as_py() == sum(i / 8 for i in range(rows)), accept
assert ask("SELECT count(*) AS n FROM lab.values", "application/json").json() == [{"n": rows}]

page = session.get(url + "/api/v1/data/lab/values", params={"columns": "id", "filter": "id:lt:3", "order": "-id", "limit": 2})
assert [row["id"] for row in page.json()["items"]] == [2, 1], page.text
after = session.get(url + "/api/v1/data/lab/values", params={"columns": "id", "filter": "id:lt:3", "order": "-id", "limit": 2, "cursor": page.json()["next"]})
assert [row["id"] for row in after.json()["items"]] == [0], after.text

again = session.get(url + "/api/v1/catalog/tables")
unchanged = session.get(url + "/api/v1/catalog/tables", headers={"If-None-Match": again.headers["ETag"]})
assert unchanged.status_code == 304

refused = session.post(url + "/api/v1/query", json={"sql": "SELECT * FROM read_text('/etc/passwd')"})
assert refused.status_code == 400 or refused.status_code == 403, refused.text
assert refused.headers["Content-Type"] == "application/problem+json" and refused.json()["code"]
assert requests.get(url + "/api/v1/assets").status_code == 401
print("ok")
