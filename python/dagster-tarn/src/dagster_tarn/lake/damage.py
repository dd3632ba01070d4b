"""Which files of a table the checks of the lake found damaged; spec/ledger.md specifies their record."""

from __future__ import annotations

import duckdb

from dagster_tarn.lake.connection import Connection
from dagster_tarn.lake.sql import METADATA

_FINDINGS = f"{METADATA}._tarn.fsck_findings"


def damaged_files(connection: Connection, table_id: int) -> dict[str, str]:
    """Names of live files of the table with what is wrong with them. A finding whose file no table needs any more is
    left out, and nothing of the files is looked at."""
    if not _has_findings(connection):
        return {}
    # DuckLake gives each file a name that no other file has, wherever it lies.
    rows = connection.execute(
        f"""SELECT f.name, string_agg(DISTINCT f.code, ', ' ORDER BY f.code)
        FROM (SELECT code, regexp_replace(path, '^.*/', '') AS name FROM {_FINDINGS}
          WHERE resolved_at IS NULL AND severity = 'error' AND path IS NOT NULL) f
        JOIN (SELECT regexp_replace(path, '^.*/', '') AS name FROM {METADATA}.ducklake_data_file
            WHERE table_id = $1 AND end_snapshot IS NULL
          UNION ALL SELECT regexp_replace(path, '^.*/', '') FROM {METADATA}.ducklake_delete_file
            WHERE table_id = $1 AND end_snapshot IS NULL) l ON f.name = l.name
        GROUP BY f.name ORDER BY f.name""",
        [table_id],
    ).fetchall()
    return dict(rows)


def _has_findings(connection: Connection) -> bool:
    """Nobody may have checked the lake yet. The engine's list of tables leaves out those of the catalog's database."""
    try:
        connection.execute(f"SELECT 1 FROM {_FINDINGS} LIMIT 0")
    except duckdb.CatalogException:
        return False
    return True
