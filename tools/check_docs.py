"""Checks that every relative link in the documentation leads to a file, and to a heading in it."""

import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(text):
    """Headings as GitHub makes anchors of them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(FENCE.sub("", text))
    }


def pages(root):
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.md"],
        check=True, capture_output=True, text=True,
    )
    return [root / line for line in listed.stdout.splitlines()]


def broken(page):
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            yield f"{target}: there is no such file"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
            yield f"{target}: {file.name} has no such heading"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    checked = pages(root)
    faults = [f"{page.relative_to(root)}: {fault}" for page in checked for fault in broken(page)]
    print("\n".join(faults) if faults else f"{len(checked)} pages: every link leads somewhere.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
