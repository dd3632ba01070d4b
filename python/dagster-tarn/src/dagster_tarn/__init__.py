"""A Tarn station's tables in Dagster."""

from dagster_shared.libraries import DagsterLibraryRegistry

from dagster_tarn.component import TarnProjectComponent
from dagster_tarn.errors import TarnError
from dagster_tarn.io_manager import TarnIOManager, write_metadata
from dagster_tarn.program import TarnProgram
from dagster_tarn.resource import TarnLake
from dagster_tarn.sensors import station_check_sensor
from dagster_tarn.storage import repair_condition, storage_key, with_storage
from dagster_tarn.version import __version__

DagsterLibraryRegistry.register("dagster-tarn", __version__, is_dagster_package=False)

__all__ = [
    "TarnError",
    "TarnIOManager",
    "TarnLake",
    "TarnProgram",
    "TarnProjectComponent",
    "__version__",
    "repair_condition",
    "station_check_sensor",
    "storage_key",
    "with_storage",
    "write_metadata",
]
