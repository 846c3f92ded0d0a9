"""`wenbao` as a person runs it: in this process where that is enough, else as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.cli import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of one command."""

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What standard error says: one line, no traceback."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """Runs commands on one data folder. The only settings are the two folders, and what a test sets."""

    data: Path
    models: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, **settings: str | None) -> Ran:
        """Run in this process. `settings` are further variables by their full names; None takes one away."""
        with self.monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("WENBAO_")]:
                patch.delenv(name)
            for name, value in self._settings(settings).items():
                patch.setenv(name, value)
            self.capsys.readouterr()
            try:
                status = main(arguments)
            except SystemExit as leaving:
                status = leaving.code if isinstance(leaving.code, int) else 1
        caught = self.capsys.readouterr()
        return Ran(status=status, out=caught.out, err=caught.err)

    def start(self, *arguments: str, **settings: str | None) -> subprocess.Popen[str]:
        """Start a process of its own, with pipes."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WENBAO_")}
        return subprocess.Popen(
            [sys.executable, "-m", "rag.cli", *arguments],
            env={**inherited, "PYTHONPATH": str(ROOT), **self._settings(settings)},
            cwd=self.data.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def assert_nothing_lost(self) -> None:
        """The eight reports of the seeds are there, and database and indexes agree."""
        assert self("verify") == Ran(status=0, out="clean  5 sources, 8 reports\n", err="")

    def report_count(self) -> int:
        return len(json.loads(self("reports", "--json").out)["reports"])

    def _settings(self, more: dict[str, str | None]) -> dict[str, str]:
        named = {"WENBAO_DATA": str(self.data), "WENBAO_MODELS": str(self.models), **more}
        return {name: value for name, value in named.items() if value is not None}
