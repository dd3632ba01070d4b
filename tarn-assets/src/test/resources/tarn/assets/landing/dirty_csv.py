"""Makes dirty CSV files and says, without any of the project's code, what is to become of them.

Usage: dirty_csv.py FOLDER SEED COUNT

Writes COUNT files with the columns id (BIGINT), name (VARCHAR), day (DATE) and amount (DECIMAL(10,2))
into FOLDER, and prints a JSON array: for each file its options, its good rows as Python's own csv
module reads them, and the lines on which its malformed records begin.
"""

import csv
import gzip
import io
import json
import pathlib
import random
import sys

LETTERS = "abcXYZ äöüß'.-/é"


def text(rng, delimiter, deep):
    start = rng.choice("abcdefgh")
    body = "".join(rng.choice(LETTERS) for _ in range(rng.randrange(12)))
    if deep:
        body += "".join(rng.choice(["\n", "\r\n", '"', delimiter, "x", " "]) for _ in range(rng.randrange(6)))
    return (start + body).rstrip()


def field(rng, value, delimiter, must_quote=False):
    if must_quote or any(c in value for c in (delimiter, '"', "\n", "\r")) or (value and rng.random() < 0.2):
        return '"' + value.replace('"', '""') + '"'
    return value


def good(rng, delimiter, number):
    values = [
        rng.choice([str(number), str(number), f" {number}", f"{number}.0"]),
        rng.choice(["", text(rng, delimiter, False), text(rng, delimiter, True)]),
        rng.choice(["", "2024-02-29", "1899-12-31"]),
        rng.choice(["", "1.5", "-12.25", "0", "100.10"]),
    ]
    return delimiter.join(field(rng, value, delimiter) for value in values)


def bad(rng, delimiter, number, encoding):
    """A malformed record on one line, as bytes."""
    d = delimiter
    kinds = {
        "few": f"{number}{d}x",
        "many": f"{number}{d}x{d}2024-01-01{d}1{d}more",
        "integer": f"{number}x{d}x{d}2024-01-01{d}1",
        "fraction": f"{number}.5{d}x{d}2024-01-01{d}1",
        "day": f"{number}{d}x{d}2023-02-29{d}1",
        "german day": f"{number}{d}x{d}01.02.2024{d}1",
        "day with time": f"{number}{d}x{d}2024-01-01 10:00:00{d}1",
        "amount": f"{number}{d}x{d}2024-01-01{d}1.005",
        "large amount": f"{number}{d}x{d}2024-01-01{d}123456789",
        "stray quote": f'{number}{d}"x{d}2024-01-01{d}1',
        "after quote": f'{number}{d}"x"y{d}2024-01-01{d}1',
        "blanks": "   ",
        "nul": f"{number}{d}x\0y{d}2024-01-01{d}1",
    }
    names = list(kinds)
    if encoding == "utf-8":
        names.append("bytes")
    name = rng.choice(names)
    if name == "bytes":
        return f"{number}{d}x".encode() + rng.choice([b"\xff", b"\xc3(", b"\xed\xa0\x80"]) + f"{d}2024-01-01{d}1".encode()
    return kinds[name].encode(encoding if encoding != "utf-16" else "utf-16-le")


def lines(data, encoding):
    return data.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def shown(row):
    """A good record's values as the lake shows them."""
    return [str(int(float(row[0]))), row[1] or None, row[2] or None, f"{float(row[3]):.2f}" if row[3] else None]


def make(rng, folder, index):
    delimiter = rng.choice([",", ";", "\t", "|"])
    end = rng.choice(["\n", "\n", "\r\n"])
    encoding = rng.choice(["utf-8", "utf-8", "utf-8", "windows-1252", "iso-8859-1", "utf-16"])
    share = rng.choice([0, 0, 0.02, 0.3])
    codec = "utf-16-le" if encoding == "utf-16" else encoding
    out = bytearray()
    if encoding == "utf-16":
        out += b"\xff\xfe"
    elif encoding == "utf-8" and rng.random() < 0.2:
        out += b"\xef\xbb\xbf"
    out += delimiter.join(["id", "name", "day", "amount"]).encode(codec)
    line = 1
    rows, malformed = [], []
    last = rng.random() < 0.8
    count = rng.choice([0, 1, 5, 50, 400])
    for number in range(count):
        out += end.encode(codec)
        line += 1
        while rng.random() < 0.03:
            out += end.encode(codec)
            line += 1
        if rng.random() < share:
            out += bad(rng, delimiter, number, encoding)
            malformed.append(line)
        else:
            record = good(rng, delimiter, number)
            out += record.encode(codec)
            (values,) = csv.reader(io.StringIO(record, newline=""), delimiter=delimiter)
            rows.append(values)
            line += lines(record, encoding)
    if last:
        out += end.encode(codec)
    packed = rng.random() < 0.2
    name = f"dirty{index}.csv" + (".gz" if packed else "")
    (folder / name).write_bytes(gzip.compress(bytes(out)) if packed else bytes(out))
    return {
        "name": name,
        "encoding": encoding,
        "delimiter": delimiter,
        "rows": [shown(row) for row in rows],
        "malformed": malformed,
    }


def main():
    folder, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    json.dump([make(rng, folder, index) for index in range(count)], sys.stdout)


if __name__ == "__main__":
    main()
