"""`make` lists every target that a person may call."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _make(*arguments: str) -> str:
    done = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert declared is not None
    listed = re.findall(r"^make (\S+) +\S", _make("help"), flags=re.MULTILINE)
    assert {"setup", "run", "test", "lint", "eval", "bench", "clean"} <= set(listed)
    assert sorted([*listed, "install"]) == sorted(declared[1].split())


def test_make_alone_is_help() -> None:
    assert _make() == _make("help")
