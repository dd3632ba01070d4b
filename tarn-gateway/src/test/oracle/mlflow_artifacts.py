"""Logs, lists, fetches and deletes artifacts as MLflow's own client does; ends with 0 when all comes back as it went in.

Arguments: the service's URL, a key of an operator, and a folder for files.
"""

import os
import pathlib
import sys

url, key, place = sys.argv[1:]
os.environ["MLFLOW_TRACKING_TOKEN"] = key
os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
place = pathlib.Path(place)

import mlflow
from mlflow.artifacts import download_artifacts
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

mlflow.set_tracking_uri((place / "tracking").as_uri())
location = f"{url}/api/2.0/mlflow-artifacts/artifacts/sepsis"
experiment = mlflow.create_experiment("sepsis", artifact_location=location)

contents = {
    "notes.txt": b"some notes",
    "model/weights.bin": bytes(range(256)) * 5000,
    "model/deep/\u00fc % +.json": b"{}",
    "model/empty": b"",
}
saved = place / "saved"
for name, content in contents.items():
    (saved / name).parent.mkdir(parents=True, exist_ok=True)
    (saved / name).write_bytes(content)

with mlflow.start_run(experiment_id=experiment) as run:
    mlflow.log_artifacts(str(saved))
    mlflow.log_artifact(str(saved / "notes.txt"), "again")
    mlflow.log_dict({"auroc": 0.87}, "metrics.json")

uri = run.info.artifact_uri
assert uri.startswith(location), uri
fetched = pathlib.Path(download_artifacts(artifact_uri=uri, dst_path=str(place / "fetched")))
got = {path.relative_to(fetched).as_posix(): path.read_bytes() for path in fetched.rglob("*") if path.is_file()}
metrics = got.pop("metrics.json")
assert b"0.87" in metrics, metrics
assert got == contents | {"again/notes.txt": b"some notes"}, sorted(got)

repository = get_artifact_repository(uri)
listed = {each.path: (each.is_dir, each.file_size) for each in repository.list_artifacts()}
assert listed == {"again": (True, None), "metrics.json": (False, len(metrics)), "model": (True, None), "notes.txt": (False, 10)}, listed
listed = sorted(each.path for each in repository.list_artifacts("model"))
assert listed == ["model/deep", "model/empty", "model/weights.bin"], listed
assert repository.list_artifacts("nothing") == []

repository.delete_artifacts("model")
assert sorted(each.path for each in repository.list_artifacts()) == ["again", "metrics.json", "notes.txt"]
print("done")
