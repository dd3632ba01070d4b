"""Checks the documentation: every relative link leads to a file and, where it names one, to a heading in it; every page
below docs/ is linked from docs/index.md; ARCHITECTURE.md names every module and every package."""

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


def unlinked(root, checked):
    index = root / "docs" / "index.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in LINK.findall(index.read_text(encoding="utf-8"))}
    for page in checked:
        if page.is_relative_to(index.parent) and page != index and page not in linked:
            yield f"{page.relative_to(root)}: docs/index.md does not link to it"


def unmapped(root):
    text = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = re.findall(r"<module>(.*?)</module>", (root / "pom.xml").read_text(encoding="utf-8"))
    packages = [
        ".".join(file.parent.relative_to(sources).parts)
        for module in modules
        for sources in [root / module / "src" / "main" / "java"]
        for file in sources.rglob("package-info.java")
    ]
    for name in modules + sorted(packages):
        if f"`{name}`" not in text:
            yield f"ARCHITECTURE.md: it does not name {name}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    checked = [page for page in pages(root) if page.exists()]
    faults = [f"{page.relative_to(root)}: {fault}" for page in checked for fault in broken(page)]
    faults += [*unlinked(root, checked), *unmapped(root)]
    print("\n".join(faults) if faults else f"{len(checked)} pages: every link leads somewhere, and none is left out.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
