"""Where the parts are that these tests run; one that is missing is a failure, not a reason to skip."""

import pathlib
import shutil
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
OBSERVABILITY = HERE.parent
CHECKOUT = OBSERVABILITY.parent.parent
sys.path.insert(0, str(OBSERVABILITY))


def tool(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert found, f"{name} is missing: install Debian's packages prometheus and prometheus-alertmanager"
    return found


@pytest.fixture(scope="session")
def promtool():
    return tool("promtool")
