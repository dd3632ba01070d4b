"""Random texts and what Python takes them for.

Usage: random_texts.py SEED COUNT

Prints a JSON array of [type, text, value], where value is null when the text is no value of the type. Whole numbers, decimals
and dates are told by the patterns below and made by Python's int, Decimal and date.
"""

import datetime
import decimal
import json
import random
import re
import sys

SEEDS = """0 1 -1 +1 007 12 1.0 1. .5 0.5 1.50 1.005 -0 -0.0 1e3 1E+11 1.2E+11 15e-1 1_000 1_0 0x1F 0b11 1,000 NaN inf
9223372036854775807 -9223372036854775809 2147483648 99999999.99 100000000.00 0.1234567890123456789 - -- +-1 -. true $1
2024-01-05 2024-1-5 24-01-05 2024-02-30 2024/01/05 05.01.2024 2024-01-05x 20240105 2024-01-05T00:00:00Z 0001-01-01
0000-01-01 9999-12-31 10000-01-01 infinity today epoch""".split() + ["- ", "+ ", " 1 ", "1 000", "2024-01-05 00:00:00", "2024-01-05 24:00:00"]
CHARACTERS = "0123456789.-+eE_xT: /Z,"

WHOLE = re.compile(r"\s*([+-]?[0-9]+)([.]0*)?\s*", re.ASCII)
NUMBER = re.compile(r"\s*([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+))\s*", re.ASCII)
DAY = re.compile(
    r"\s*(\d{4})([-/])(\d\d?)\2(\d\d?)((T| +)0?0:00(:00([.]0*)?)?( ?(Z|[+-]00(:?00){0,2}))?)?\s*", re.ASCII
)


def mutated(rng):
    text = list(rng.choice(SEEDS))
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(text) + 1)
        match rng.randrange(3):
            case 0:
                text.insert(at, rng.choice(CHARACTERS))
            case 1:
                text[at:at + 1] = [rng.choice(CHARACTERS)]
            case _:
                text[at:at + 1] = []
    return "".join(text)


def whole(text, bits):
    found = WHOLE.fullmatch(text)
    value = int(found[1]) if found else None
    return None if value is None or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else str(value)


def number(text):
    """DECIMAL(10,2)"""
    found = NUMBER.fullmatch(text)
    if not found:
        return None
    value = decimal.Decimal(found[1])
    if abs(value) >= 10**8 or value != value.quantize(decimal.Decimal("0.01")):
        return None
    plain = str(value.quantize(decimal.Decimal("0.01")))
    return "0.00" if plain == "-0.00" else plain


def day(text):
    found = DAY.fullmatch(text)
    try:
        return datetime.date(int(found[1]), int(found[3]), int(found[4])).isoformat() if found else None
    except ValueError:
        return None


def main():
    rng = random.Random(int(sys.argv[1]))
    decimal.getcontext().prec = 100
    texts = sorted({mutated(rng) for _ in range(int(sys.argv[2]))} - {""})
    json.dump(
        [
            [kind, text, value]
            for text in texts
            for kind, value in (
                ("INTEGER", whole(text, 32)), ("BIGINT", whole(text, 64)), ("DECIMAL(10,2)", number(text)), ("DATE", day(text))
            )
        ],
        sys.stdout,
    )


main()
