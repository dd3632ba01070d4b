"""Asks the station now and then whether its files are whole, so that one that could not tell is seen too."""

from typing import Literal

import dagster as dg

from dagster_tarn.errors import TarnError
from dagster_tarn.lake import Lake
from dagster_tarn.program import TarnProgram
from dagster_tarn.settings import StationSettings

Level = Literal["catalog", "exists", "footer", "content", "decode"]


def station_check_sensor(
    program: TarnProgram,
    dagster_url: str,
    *,
    name: str = "station_check",
    level: Level = "exists",
    minimum_interval_seconds: int = 900,
    default_status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.STOPPED,
) -> dg.SensorDefinition:
    """A sensor that has the station check its files and tell the webserver at `dagster_url` what differs from before.

    It requests no runs: what is stale is rebuilt by automation conditions, or by a person.
    """

    @dg.sensor(name=name, minimum_interval_seconds=minimum_interval_seconds, default_status=default_status)
    def check(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        settings = StationSettings.read(program.station)
        if settings.embedded:
            Lake.let_go(settings.catalog)
        try:
            report = program.document("fsck", "--level", level, "--report-dagster", "--dagster", dagster_url)
        except TarnError as e:
            context.log.error(str(e))
            raise
        findings = report["findings"]
        return dg.SkipReason(f"The check ended as `{report['status']}`, with {len(findings)} findings.")

    return check
