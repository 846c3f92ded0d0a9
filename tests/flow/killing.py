"""A wenbao process that works on made reports until it is killed, and what the next one finds."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.flow.command_line import ROOT

TASKS = ("ingest", "replace", "rebuild")

_CHILD = """
import json, sys
from pathlib import Path
from rag.assemble import open_rag
from rag.domain import Filters
from rag.settings import Settings

data, models, task, *files = sys.argv[1:]
with open_rag(Settings(data=Path(data), models=Path(models)), chat=False) as rag:
    held = [[report.source_name, rag.source_text(report.source_id).text] for report in rag.reports()]
    silent = [
        report.source_name
        for report in rag.reports()
        if not rag.search("粮食产量", filters=Filters(report_ids=(report.id,)), limit=1)
    ]
    print(json.dumps({"problems": rag.verify(), "held": held, "silent": silent}), flush=True)
    if task == "rebuild":
        rag.rebuild()
    for outcome in rag.ingest_paths([Path(file) for file in files]):
        print(json.dumps([outcome.name, outcome.change.value]), flush=True)
print("end", flush=True)
"""


@dataclass(slots=True, kw_only=True)
class Victim:
    """`reports` are the texts that must be there, by the names of their files; what the task under way was
    about to write is in `coming`: there, the former or the coming text must be whole."""

    folder: Path
    models: Path
    random: random.Random
    reports: dict[str, str] = field(default_factory=dict)
    coming: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    written: int = 0

    def run(self, task: str, *, kill: bool) -> bool:
        """Start, check what the run before left, do the task; with `kill` be killed at a random moment of it.
        Whether it was still at work then."""
        interrupted, self.coming = self.coming, {}
        files = self._write(task)
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(self.folder / "data"), str(self.models), task, *files],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        self._check(child.stdout.readline(), interrupted)
        started = time.monotonic()
        if kill:
            time.sleep(self.random.uniform(0, self.seconds.get(task, 2.0)))
            child.send_signal(signal.SIGKILL)
        said = child.stdout.read().splitlines()
        child.stdout.close()
        child.wait()
        for line in said:
            if line.startswith("["):
                name, change = json.loads(line)
                assert change in ("added", "replaced"), line
                self.reports[name] = self.coming.pop(name)
        ended = "end" in said
        if ended:
            assert not self.coming
            self.seconds[task] = time.monotonic() - started
        return not ended

    def _write(self, task: str) -> list[str]:
        """The files of a task: three new ones, or two that are there with other bytes."""
        if task == "rebuild":
            return []
        wanted = [f"{self.written + i:03d}.txt" for i in range(3)]
        if task == "replace":
            wanted = self.random.sample(sorted(self.reports), k=min(2, len(self.reports)))
        paths = []
        for name in wanted:
            self.written += 1
            self.coming[name] = made_report(self.written)
            paths.append(self.folder / name)
            paths[-1].write_text(self.coming[name], encoding="utf-8")
        return [str(path) for path in paths]

    def _check(self, line: str, interrupted: dict[str, str]) -> None:
        """Database and indexes agree, and of each file there is one whole text: the last, or the one that was
        being written."""
        state = json.loads(line)
        assert state["problems"] == []
        held = dict(state["held"])
        assert len(held) == len(state["held"])
        assert set(self.reports) <= set(held)
        assert state["silent"] == []
        for name, text in held.items():
            assert text in (self.reports.get(name), interrupted.get(name)), name
        self.reports = held


def made_report(number: int) -> str:
    """A report of a few passages, of which no two numbers share a sentence."""
    lines = [
        f"第{i}项工作：去年第{number}号乡镇粮食产量达到{number}.{i}万吨，增长{i}.{number}%，"
        f"新建高标准农田{number + i}万亩，培育{number * 7 + i}家龙头企业，带动{i * 31 + number}户农民增收。"
        for i in range(1, 9)
    ]
    return "各位代表：\n" + "\n".join(lines)
