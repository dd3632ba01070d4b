"""What a FastAPI program over DuckDB answers, for comparison.

usage: fastapi_service.py PORT CATALOG EXTENSIONS
"""

import pathlib
import sys

import duckdb
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

port, catalog, extensions = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
lake = duckdb.connect(config={"extension_directory": extensions, "memory_limit": "1GB"})
lake.execute("LOAD ducklake")
lake.execute(f"ATTACH 'ducklake:{catalog}' AS lake (DATA_PATH '{catalog.parent}/data/', READ_ONLY)")
app = FastAPI()


class Query(BaseModel):
    sql: str


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/query")
def query(asked: Query):
    with lake.cursor() as cursor:
        cursor.execute("USE lake")
        cursor.execute(asked.sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]


uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
