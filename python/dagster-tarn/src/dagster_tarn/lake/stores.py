"""How the engine reaches a store: by the station's settings, and by what the environment says under the names that the
store's own tools read."""

from __future__ import annotations

import os
from collections.abc import Mapping

from dagster_tarn.lake.sql import literal
from dagster_tarn.settings import StationSettings


def granting(settings: StationSettings, extension: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Statements for an engine that has `httpfs` or `azure` loaded. What they grant holds for the station's prefix alone, and
    certificates are verified."""
    statements = [
        "SET GLOBAL enable_server_cert_verification = true",
        "SET GLOBAL enable_curl_server_cert_verification = true",
        "SET GLOBAL http_retries = 8",
        "SET GLOBAL http_retry_backoff = 2",
    ]
    if settings.storage["ca_file"]:
        statements.append(f"SET GLOBAL ca_cert_file = {literal(settings.storage['ca_file'])}")
    options = _azure(environment) if extension == "azure" else _s3(settings.storage, environment)
    if options:
        options.append(f"SCOPE {literal(settings.data_path)}")
        statements.append(f"CREATE OR REPLACE TEMPORARY SECRET _tarn_data ({', '.join(options)})")
    return statements


def _s3(storage: Mapping[str, str], environment: Mapping[str, str]) -> list[str]:
    said = {
        "KEY_ID": environment.get("AWS_ACCESS_KEY_ID", ""),
        "SECRET": environment.get("AWS_SECRET_ACCESS_KEY", ""),
        "SESSION_TOKEN": environment.get("AWS_SESSION_TOKEN", ""),
        "REGION": storage["region"] or environment.get("AWS_REGION", "") or environment.get("AWS_DEFAULT_REGION", ""),
    }
    options = ["TYPE s3", *(f"{name} {literal(value)}" for name, value in said.items() if value)]
    endpoint = storage["endpoint"] or environment.get("AWS_ENDPOINT_URL_S3", "") or environment.get("AWS_ENDPOINT_URL", "")
    if endpoint:
        protocol, _, host = endpoint.rstrip("/").partition("://")
        options += [f"ENDPOINT {literal(host)}", f"USE_SSL {'true' if protocol == 'https' else 'false'}"]
    by_path = storage["url_style"] == "path" or (storage["url_style"] == "auto" and bool(endpoint))
    return [*options, f"URL_STYLE {literal('path' if by_path else 'vhost')}"]


def _azure(environment: Mapping[str, str]) -> list[str]:
    text = environment.get("AZURE_STORAGE_CONNECTION_STRING", "")
    return ["TYPE azure", f"CONNECTION_STRING {literal(text)}"] if text else []
