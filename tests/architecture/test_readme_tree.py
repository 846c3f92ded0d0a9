"""The tree in README.md names what is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# `├── `, `│   ` or two to four spaces for each level, then a name, then two spaces and its description.
LINE = re.compile(r"(?P<margin>[ │├└─]*)(?P<name>[\w.-]+/?)(?:\s{2,}.*)?")


def _tree() -> list[str]:
    """The lines of the first fenced block that shows the folder `rag/`."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return next(block.splitlines() for block in blocks if re.search(r"^\W*rag/", block, flags=re.MULTILINE))


def _paths(lines: list[str]) -> list[str]:
    paths: list[str] = []
    above: list[tuple[int, str]] = []
    for line in lines:
        match = LINE.fullmatch(line.rstrip())
        # A description that goes on in the next line has no name.
        if match is None:
            continue
        column = len(match["margin"])
        above = [(depth, name) for depth, name in above if depth < column]
        paths.append("".join(name for _, name in above) + match["name"])
        if match["name"].endswith("/"):
            above.append((column, match["name"]))
    return paths


def test_every_name_in_the_tree_exists() -> None:
    paths = _paths(_tree())
    assert "rag/domain.py" in paths
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert missing == []


def test_every_folder_of_code_is_in_the_tree() -> None:
    paths = _paths(_tree())
    folders = {f"{path.parent.name}/" for path in ROOT.glob("*/__init__.py")}
    assert folders <= set(paths)
