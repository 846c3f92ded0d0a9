"""What another process takes: resident memory as it goes on, time of the processors."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_SECONDS = 5.0
_SETTLED = 0.2
"""Share of the time after which what is loaded on the first calls is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """In MB: at the first sample, once it had settled, at the last one, at most; and the slope since then."""

    minutes: float
    first: float
    settled: float
    last: float
    most: float
    megabytes_a_minute: float

    def __str__(self) -> str:
        return (
            f"memory over {self.minutes:.1f} min: {self.first:.0f} MB at first, {self.settled:.0f} settled, "
            f"{self.last:.0f} at last, {self.most:.0f} at most; {self.megabytes_a_minute:+.2f} MB a minute"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """(seconds, megabytes), in order."""

    taken: list[tuple[float, float]] = field(default_factory=list)

    def memory(self) -> Memory:
        settled = self.taken[int(len(self.taken) * _SETTLED) :]
        slope = 0.0
        if len(settled) > 1:
            times, sizes = zip(*settled, strict=True)
            slope = statistics.linear_regression(times, sizes).slope * 60
        sizes_of_all = [size for _, size in self.taken]
        return Memory(
            minutes=(self.taken[-1][0] - self.taken[0][0]) / 60,
            first=sizes_of_all[0],
            settled=settled[0][1],
            last=sizes_of_all[-1],
            most=max(sizes_of_all),
            megabytes_a_minute=slope,
        )


@contextmanager
def watched(pid: int) -> Iterator[Samples]:
    """Samples of the process, taken every five seconds until the end."""
    samples, ended = Samples(), threading.Event()

    def look() -> None:
        while True:
            samples.taken.append((time.monotonic(), resident_megabytes(pid)))
            if ended.wait(_EVERY_SECONDS):
                return

    looking = threading.Thread(target=look, name="memory", daemon=True)
    looking.start()
    try:
        yield samples
    finally:
        ended.set()
        looking.join()


def resident_megabytes(pid: int) -> float:
    """Of the process and its children, the engine among them; 0 where there is none."""
    found = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
        if str(pid) in (fields["Pid"].strip(), fields["PPid"].strip()) and "VmRSS" in fields:
            found += float(fields["VmRSS"].split()[0]) / 1024
    return found


def cpu_seconds(pid: int) -> float:
    """Time of the processors that the process has taken, without its children; 0 where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
