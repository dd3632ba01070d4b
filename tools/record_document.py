"""Runs the commands of a document and puts what they print into it.

    python3 tools/record_document.py docs/tutorial/first-station.md

In a fenced block marked `console`, `$ ` begins a command; what follows up to the next one is its output and is replaced.
A line `…` in it stands for lines that are left out: as many lines as before are kept above and below it.
A block after a line that ends in a path between backticks and a colon is written to that file first. Everything happens in
an empty folder in which `./tarn` is this checkout's. `DocumentTest` does the same and compares.
"""

import getpass
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = re.compile(r".*`([^`\s]+)`:")


def run(command, folder):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TARN_")}
    done = subprocess.run(["bash", "-c", command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env={**environment, "NO_COLOR": "1"})
    return done.stdout.rstrip().splitlines()


def commands(content):
    starts = [at for at, line in enumerate(content) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(content)]):
        yield content[start][2:], content[start + 1:end]


def shortened(output, before):
    if "…" not in before:
        return output
    above = before.index("…")
    below = len(before) - above - 1
    return [*output[:above], "…", *output[len(output) - below:]]


def record(document, folder):
    lines, result, before, index = document.read_text().splitlines(), [], "", 0
    while index < len(lines):
        line = lines[index]
        result.append(line)
        if line.startswith("```"):
            end = lines.index("```", index + 1)
            content = lines[index + 1:end]
            if line == "```console":
                for command, shown in commands(content):
                    print("$", command)
                    result += ["$ " + command, *shortened(run(command, folder), shown)]
            else:
                named = FILE.fullmatch(before)
                if named:
                    path = folder / named[1]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text("\n".join(content) + "\n")
                result += content
            result.append("```")
            index, before = end, ""
        elif line.strip():
            before = line
        index += 1
    return "\n".join(result) + "\n"


def main():
    for name in sys.argv[1:]:
        document = pathlib.Path(name)
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary).resolve()
            (folder / "tarn").symlink_to(ROOT / "tarn")
            text = record(document, folder).replace(str(folder), "/home/you")
            document.write_text(re.sub(rf"\b{re.escape(getpass.getuser())}\b", "you", text))


if __name__ == "__main__":
    main()
