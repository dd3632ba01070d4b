"""Renders the mixin into files that Prometheus, Alertmanager and Grafana read as they are.

    python render.py [--pace N] [--scrape SECONDS] [FOLDER]

FOLDER is rendered/ without one. A pace above 1 divides the windows and waits of the rules and the routes, for trying things out.
"""

import argparse
import importlib.util
import json
import pathlib

import _jsonnet
import yaml

HERE = pathlib.Path(__file__).resolve().parent
HEADER = "# Rendered from ../mixin by ../render.py; change that, then run `./dev observability`.\n"


class Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def text(dumper, value):
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


Dumper.add_representer(str, text)


def dashboards():
    file = HERE / "mixin" / "dashboards" / "dashboards.py"
    specification = importlib.util.spec_from_file_location("dashboards", file)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def mixin(settings):
    source = f"(import {json.dumps(str(HERE / 'mixin' / 'mixin.libsonnet'))}) + {{ _config+:: {json.dumps(settings)} }}"
    return json.loads(_jsonnet.evaluate_snippet("render", f"""
        local mixin = {source};
        {{
          'rules.yml': mixin.prometheusRules,
          'alerts.yml': mixin.prometheusAlerts,
          'prometheus-station.yml': mixin.prometheusConfigs.station,
          'prometheus-fleet.yml': mixin.prometheusConfigs.fleet,
          'stations/example.yml': mixin.stations,
          'alertmanager.yml': mixin.alertmanagerConfig,
        }}"""))


def render(folder, settings):
    folder.mkdir(parents=True, exist_ok=True)
    module = dashboards()
    (folder / "dashboards").mkdir(exist_ok=True)
    for name, content in module.all_dashboards().items():
        (folder / "dashboards" / name).write_text(content, encoding="utf-8")
    for name, document in mixin(settings).items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        written = yaml.dump(document, Dumper=Dumper, sort_keys=False, width=10_000, allow_unicode=True)
        file.write_text(HEADER + written, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pace", type=float, default=1)
    parser.add_argument("--scrape", type=int, default=15)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=HERE / "rendered")
    arguments = parser.parse_args()
    render(arguments.folder, {
        "pace": arguments.pace, "scrapeInterval": arguments.scrape, "evaluationInterval": arguments.scrape,
    })


if __name__ == "__main__":
    main()
