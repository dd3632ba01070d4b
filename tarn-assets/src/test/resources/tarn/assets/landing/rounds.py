"""Deliveries over several rounds, and what the lake must hold after each.

Usage: rounds.py SEED MODE, where MODE is append or replace

Prints a JSON array: for each round the operations on files and then the rows (with their file) and the malformed lines
(with theirs) that a table holds that lands after it. Files have the columns id (BIGINT), name, day (DATE) and amount
(DECIMAL(10,2)). Rows are told by Python's csv module.
"""

import csv
import io
import json
import random
import sys

import dirty_csv

HEADER = "id,name,day,amount"


def content(rng):
    """A file's text, its rows and the lines of its malformed records."""
    share = rng.choice([0, 0, 0.3])
    text, line, rows, malformed = HEADER, 1, [], []
    for number in range(rng.choice([0, 1, 3, 20])):
        text += "\n"
        line += 1
        if rng.random() < share:
            text += dirty_csv.bad(rng, ",", number, "ascii").decode("ascii")
            malformed.append(line)
        else:
            record = dirty_csv.good(rng, ",", number)
            text += record
            (values,) = csv.reader(io.StringIO(record, newline=""))
            rows.append(dirty_csv.shown(values))
            line += dirty_csv.lines(record, "utf-8")
    return text, rows, malformed


class Deliveries:
    def __init__(self, rng, mode):
        self.rng, self.mode = rng, mode
        self.files = {}  # name -> (text, rows, malformed)
        self.table = {}  # name -> (text, rows, malformed), as landed
        self.touched = set()  # written since they were landed, without a change
        self.names = 0

    def round(self):
        operations = []
        moved, written = {}, set()
        for _ in range(self.rng.randrange(1, 5)):
            kind = self.rng.choice(["new", "new", "change", "delete", "rename", "touch", "copy"])
            known = [name for name in self.files if name not in moved]
            if kind == "new" or not known:
                name = self.name()
                self.files[name] = content(self.rng)
                operations.append({"kind": "write", "name": name, "text": self.files[name][0]})
                continue
            name = self.rng.choice(known)
            if kind == "change":
                self.files[name] = content(self.rng)
                written.add(name)
                operations.append({"kind": "write", "name": name, "text": self.files[name][0]})
            elif kind == "delete" and len(self.files) > 1:
                del self.files[name]
                operations.append({"kind": "delete", "name": name})
            elif kind == "rename":
                other = self.name()
                self.files[other] = self.files.pop(name)
                operations.append({"kind": "rename", "name": name, "to": other})
                if self.table.get(name) == self.files[other] and name not in written | self.touched:
                    moved[other] = name
            elif kind == "touch":
                written.add(name)
                operations.append({"kind": "write", "name": name, "text": self.files[name][0]})
            elif kind == "copy":
                other = self.name()
                self.files[other] = self.files[name]
                operations.append({"kind": "write", "name": other, "text": self.files[other][0]})
        for name in written & self.files.keys():
            (self.touched.add if self.files[name] == self.table.get(name) else self.touched.discard)(name)
        if self.mode == "replace":
            self.table = dict(self.files)
        else:
            for name in moved.values():
                self.table.pop(name, None)
            self.table.update(self.files)
        return {
            "operations": operations,
            "rows": [row + [f"landing/{name}"] for name, (_, rows, _) in self.table.items() for row in rows],
            "malformed": [f"landing/{name}|{line}" for name, (_, _, lines) in self.table.items() for line in lines],
        }

    def name(self):
        self.names += 1
        return f"f{self.names}.csv"


def main():
    rng = random.Random(int(sys.argv[1]))
    deliveries = Deliveries(rng, sys.argv[2])
    json.dump([deliveries.round() for _ in range(12)], sys.stdout)


main()
