"""Asks Dagster which assets a selection selects, over the graph in graph.json.

    pip install dagster==1.13.29
    python generate.py > expected.json
"""

import json
import pathlib
import random
import sys
import warnings

warnings.simplefilter("ignore")

import dagster as dg  # noqa: E402
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph  # noqa: E402

HERE = pathlib.Path(__file__).parent
NODES = json.loads((HERE / "graph.json").read_text())

BY_HAND = """
omop/person
+omop/person
++omop/person
+++omop/person
*omop/person
omop/person+
omop/person++
omop/person*
+omop/person+
++omop/person+
*omop/person*
report
*report
lonely
+lonely+
 omop/person
*
key:omop/person
key:"omop/person"
key : "omop/person"
key:raw/*
key:"raw/*"
key:*person
key:*n
key:"*"
key:o*p/*t*
key:report
+key:"omop/person"
key:"omop/person"+
+key:"omop/person"+
1+key:"omop/person"
2+key:report
key:raw/patients+1
key:raw/patients+2
2+key:"omop/person"+1
0+key:report
key:report+0
99+key:report
tag:layer=raw
tag:layer="raw"
tag:"layer"="raw"
tag: layer = raw
tag:pii
tag:"pii"
tag:pii=""
tag:"team/domain"="core"
tag:layer=raw+
+tag:layer=report
group:raw
group:"raw"
group:"r*"
group:"*"
group:default
kind:sql
kind:csv
kind:"java"
kind:java+1
owner:"team:core"
owner:"ada@example.org"
+owner:"ada@example.org"
roots(*)
sinks(*)
roots(group:omop)
sinks(group:omop)
sinks(group:raw)
roots(key:raw/patients or key:report)
sinks(key:raw/patients or key:report)
roots(key:lonely or key:omop/visit or key:omop/person)
sinks(+key:omop/visit)
roots(key:omop/visit+)
+roots(group:report)
sinks(group:raw)+1
roots(sinks(*))
sinks (group:omop)
(key:omop/person)
((key:omop/person))
(key:omop/person)+
+(key:omop/person or key:lonely)
1+(group:report)+1
(+key:omop/visit)+1
+(*)
not *
not not key:report
not key:report
not group:raw
NOT group:raw
not group:raw and not group:omop
not (group:raw or group:omop)
group:raw and tag:pii
group:raw AND tag:pii
group:raw or group:omop
group:raw OR group:omop
group:raw or group:omop and kind:java
(group:raw or group:omop) and kind:java
group:omop and kind:java or key:lonely
not group:raw or group:raw
+key:report and not +key:omop/visit
key:omop/person+ and not key:report+
+key:omop/visit and key:raw/patients+
key:nothing
tag:layer
tag:layer=nothing
group:nothing
kind:SQL
owner:nobody
roots(key:nothing)
+key:nothing+
""".strip("\n").splitlines()

LISTS = [
    "omop/person,report",
    "+omop/person,lonely",
    "+omop/person,omop/visit+",
    "*omop/visit,tag:layer=report",
    "tag:layer=raw,group:omop,key:report",
    "key:raw/*,+key:lonely",
]


def random_expression(random_source, depth):
    keys = [node["key"] for node in NODES]
    leaves = (
        [f'key:"{key}"' for key in keys]
        + ["tag:pii", "tag:layer=raw", "tag:layer=core", "group:raw", "group:omop"]
        + ["kind:sql", "kind:java", 'owner:"team:core"', 'key:"*/v*"', "*"]
    )
    choice = random_source.randrange(9) if depth else 0
    below = lambda: random_expression(random_source, depth - 1)  # noqa: E731
    if choice <= 1:
        return random_source.choice(leaves)
    if choice == 2:
        return f"not ({below()})"
    if choice == 3:
        return f"({below()}) and ({below()})"
    if choice == 4:
        return f"{below()} or {below()}"
    if choice == 5:
        return f"{random_source.choice(['roots', 'sinks'])}({below()})"
    up = random_source.choice(["", "+", "1+", "2+"])
    down = random_source.choice(["", "+", "+1", "+2"])
    return f"{up}({below()}){down}"


def graph():
    definitions = []
    for node in NODES:
        spec = dg.AssetSpec(
            dg.AssetKey(node["key"].split("/")),
            deps=[dg.AssetKey(key.split("/")) for key in node["dependencies"]],
            tags=node["tags"],
            group_name=node["group"],
            owners=node["owners"],
            kinds=set(node["kinds"]),
        )
        name = "make_" + node["key"].replace("/", "_")
        definitions.append(dg.multi_asset(specs=[spec], name=name)(lambda: None))
    return AssetGraph.from_assets(definitions)


def main():
    assets = graph()
    random_source = random.Random(7)
    singles = BY_HAND + [random_expression(random_source, 4) for _ in range(300)]
    expected = {}
    for text in singles:
        selection = dg.AssetSelection.from_string(text)
        expected[text] = sorted(key.to_user_string() for key in selection.resolve(assets))
    for text in LISTS:
        selection = dg.AssetSelection.from_coercible(text.split(","))
        expected[text] = sorted(key.to_user_string() for key in selection.resolve(assets))
    lines = [f"{json.dumps(text)}: {json.dumps(keys)}" for text, keys in expected.items()]
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


main()
