"""A Tarn station's tables in Dagster."""

from dagster_shared.libraries import DagsterLibraryRegistry

from dagster_tarn.errors import TarnError
from dagster_tarn.io_manager import TarnIOManager, write_metadata
from dagster_tarn.resource import TarnLake
from dagster_tarn.version import __version__

DagsterLibraryRegistry.register("dagster-tarn", __version__, is_dagster_package=False)

__all__ = ["TarnError", "TarnIOManager", "TarnLake", "__version__", "write_metadata"]
