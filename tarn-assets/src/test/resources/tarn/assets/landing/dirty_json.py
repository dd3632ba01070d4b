"""Makes dirty JSON files and says, without any of the project's code, what is to become of them.

Usage: dirty_json.py FOLDER SEED COUNT

Writes COUNT files with the keys id (BIGINT), name (VARCHAR), day (DATE), amount (DECIMAL(10,2)) and codes (INTEGER[]) into
FOLDER, and prints a JSON array: for each file its format, its good rows as Python's own json module reads them, and the
lines on which its malformed records begin.
"""

import gzip
import json
import pathlib
import random
import sys

LETTERS = "abcXYZ äöüß'\"\\/\n\t,:{}[]\u2028😀é"


def good(rng, number):
    record = {}
    record["id"] = rng.choice([number, number, str(number), float(number)])
    record["name"] = rng.choice([None, "", "".join(rng.choice(LETTERS) for _ in range(rng.randrange(12)))])
    record["day"] = rng.choice([None, "2024-02-29", "1899-12-31"])
    record["amount"] = rng.choice([None, 1.5, -12.25, 0, "100.10", 7])
    record["codes"] = rng.choice([None, [], [1, 2], [3, None]])
    record["other"] = rng.choice([None, {"id": -1, "deep": [{"name": "no"}]}, 5])
    for key in list(record):
        if key != "id" and rng.random() < 0.2:
            del record[key]
    items = list(record.items())
    rng.shuffle(items)
    return json.dumps(dict(items), ensure_ascii=rng.random() < 0.5, separators=rng.choice([(",", ":"), (", ", ": ")]))


def wrong(rng, number):
    """A record that is whole JSON and yet malformed."""
    return rng.choice([
        f'{{"id": {number}.5}}',
        f'{{"id": "{number}x"}}',
        '{"id": true}',
        '{"id": 9223372036854775808}',
        '{"id": {"id": 1}}',
        f'{{"id": {number}, "day": "2023-02-29"}}',
        f'{{"id": {number}, "day": "01.02.2024"}}',
        f'{{"id": {number}, "day": 20240101}}',
        f'{{"id": {number}, "amount": 1.005}}',
        f'{{"id": {number}, "amount": 123456789}}',
        f'{{"id": {number}, "amount": "- "}}',
        f'{{"id": {number}, "codes": [1.5]}}',
        f'{{"id": {number}, "codes": [2147483648]}}',
        f'{{"id": {number}, "codes": ["x"]}}',
        f'{{"id": {number}, "codes": {{"a": 1}}}}',
        f'{{"id": {number}, "codes": 1}}',
        f'{{"id": {number}, "id": {number}}}',
        "null", "5", '"text"', "true", "[]", f'[{{"id": {number}}}]',
    ]).encode()


def broken(rng, number):
    """A line that is no JSON at all."""
    return rng.choice([
        f'{{"id": {number}'.encode(),
        f'{{"id": {number}, "name": "x'.encode(),
        f'{{"id": {number}}} x'.encode(),
        f'{{"id": {number}}}{{"id": {number}}}'.encode(),
        f'{{"id": 0{number}}}'.encode(),
        f'{{id: {number}}}'.encode(),
        f"{{'id': {number}}}".encode(),
        f'{{"id": {number}, "name": "\\x"}}'.encode(),
        f'{{"id": {number}, "name": "\\ud800"}}'.encode(),
        f'{{"id": {number}, "name": "a\tb"}}'.encode(),
        f'{{"id": {number}, "name": "'.encode() + b"\xff" + b'"}',
        f'{{"id": {number}, "name": "'.encode() + b"\xed\xa0\x80" + b'"}',
        f'{{"id": {number}, "name": "a\0b"}}'.encode(),
        b"}", b"]", b"{", b"hello", b"\xc3",
    ])


def row(record):
    """The values as the lake shows them."""
    value = json.loads(record)
    amount = value.get("amount")
    codes = value.get("codes")
    return [
        str(int(value["id"])),
        value.get("name"),
        value.get("day"),
        None if amount is None else f"{float(amount):.2f}",
        None if codes is None else "[" + ", ".join("NULL" if code is None else str(code) for code in codes) + "]",
    ]


def make(rng, folder, index):
    lines = rng.random() < 0.6
    share = rng.choice([0, 0, 0.02, 0.3])
    count = rng.choice([0, 1, 5, 50, 400])
    end = rng.choice([b"\n", b"\r\n"])
    out, line, rows, malformed = bytearray(), 1, [], []
    array = not lines and rng.random() < 0.7
    if rng.random() < 0.1:
        out += b"\xef\xbb\xbf"
    if array:
        out += b"[" + end
        line += 1
    for number in range(count):
        if lines and rng.random() < 0.05:
            out += rng.choice([b"", b"  "]) + end
            line += 1
        if rng.random() < share:
            out += wrong(rng, number) if not lines or rng.random() < 0.5 else broken(rng, number)
            malformed.append(line)
        else:
            record = good(rng, number)
            out += record.encode()
            rows.append(row(record))
        out += (b"," if array and number < count - 1 else b"") + (end if number < count - 1 or rng.random() < 0.8 else b"")
        line += 1
    if array:
        out += b"]"
    packed = rng.random() < 0.2
    name = f"dirty{index}.json" + (".gz" if packed else "")
    (folder / name).write_bytes(gzip.compress(bytes(out)) if packed else bytes(out))
    return {"name": name, "format": "NDJSON" if lines else "JSON", "rows": rows, "malformed": malformed}


def main():
    folder, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    json.dump([make(rng, folder, index) for index in range(count)], sys.stdout)


if __name__ == "__main__":
    main()
