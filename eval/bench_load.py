"""`wenbao-eval bench --load`: what one process of the service bears, measured with locust.

The corpus is the national texts and the seeds: 50 reports. Service and locust share the machine, so that what
locust takes of its cores is taken from the service. Some 500 questions come again and again, as those of
many readers do: a service that remembers their vectors answers more of them than of new ones.
"""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from eval.bench_process import Memory, cpu_seconds, watched
from eval.bench_scale import OPEN, PLACED, national_texts, questions
from eval.errors import CasesError
from eval.own_data import own_settings
from rag.assemble import open_rag, read_lexicon
from rag.resources import seeds_folder
from rag.settings import Settings

_USERS = Path(__file__).with_name("load_users.py")
_WARM_SECONDS = 5
_READY_SECONDS = 300
_LONGEST_SECONDS = 900
_QUESTIONS = 6_000
_NEW = (
    "{place}{year}年{indicator}是多少？",
    "{place}{year}年{indicator}增长了多少？",
    "{place}{next}年{indicator}的目标是多少？",
)
_LOADS = ("Searching", "SearchingInStep", "SearchingNew", "SearchingNewInStep", "Asking", "AskingNew")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """`seconds` is the length of each kind of load; for `minutes` memory is watched, 0 leaves that out."""

    national: Path | None
    out: Path
    seconds: int
    minutes: int
    clients: int = 16
    asking_the_model: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One kind of call under one kind of load; times in milliseconds, as locust rounds them.

    `cpu` is what the service took of the processors for a call of this load, of whatever kind: other work on
    the machine changes it least.
    """

    load: str
    call: str
    clients: int
    requests: int
    failed: int
    per_second: float
    median: float
    p95: float
    longest: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    served: tuple[Served, ...]
    memory: Memory | None


def measure_load(options: LoadOptions, settings: Settings) -> Load:
    """Writes OUT/load.json and returns it. Raises CasesError where locust or the national texts lack."""
    if importlib.util.find_spec("locust") is None:
        raise CasesError("locust is not installed: pip install 'wenbao[bench]'.")
    if not national_texts(options.national):
        raise CasesError("The load is measured over the national texts: give --national their folder.")
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = replace(settings, data=options.out / "load")
    own = own_settings(wanted, users_data=settings.data)
    _fill(own, options)
    found: list[Served] = []
    memory = None
    with _service(own, options.out) as service:
        _wait_until_ready(service.url)
        run = _Locust(service=service, options=options)
        run("Searching", options.clients, _WARM_SECONDS)
        for kind in _LOADS:
            found += run(kind, options.clients, options.seconds)
        found += run("AskingTheModel", options.asking_the_model, _LONGEST_SECONDS)
        if options.minutes:
            with watched(service.pid) as samples:
                found += run("Mixed", options.clients, options.minutes * 60)
            memory = samples.memory()
    load = Load(served=tuple(found), memory=memory)
    (options.out / "load.json").write_bytes(msgspec.json.format(msgspec.json.encode(load)))
    return load


def load_table(load: Load) -> str:
    """The figures for a terminal, times in ms."""
    heads = ("clients", "calls", "failed", "a second", "median", "p95", "longest", "cpu")
    lines = [f"{'load':<18}{'call':<32}" + "".join(f"{head:>10}" for head in heads)]
    for one in load.served:
        cells = (one.clients, one.requests, one.failed, f"{one.per_second:.1f}")
        times = (f"{time_:.0f}" for time_ in (one.median, one.p95, one.longest, one.cpu))
        lines.append(f"{one.load:<18}{one.call:<32}" + "".join(f"{cell!s:>10}" for cell in (*cells, *times)))
    return "\n".join([*lines, *([str(load.memory)] if load.memory else [])])


def _fill(own: Settings, options: LoadOptions) -> None:
    """Ingest once, and write the questions that are asked."""
    filled = own.data / "filled"
    paths = [*national_texts(options.national), *sorted(seeds_folder().glob("*.txt"))]
    with open_rag(own, chat=False) as system:
        if not filled.exists():
            for _ in system.ingest_paths(paths):
                pass
            filled.touch()
        reports = system.reports()
    kinds = {"few": (*PLACED, *OPEN), "new": tuple(_about_each_indicator())}
    made = {kind: questions(forms, reports, _QUESTIONS) for kind, forms in kinds.items()}
    asked = {kind: list(dict.fromkeys(texts)) for kind, texts in made.items()}
    (options.out / "questions.json").write_bytes(msgspec.json.encode(asked))


def _about_each_indicator() -> Iterator[str]:
    for form in _NEW:
        for indicator in read_lexicon().indicators:
            yield form.replace("{indicator}", indicator.name)


# --- the service and who calls it ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    url: str
    pid: int


@contextmanager
def _service(own: Settings, out: Path) -> Iterator[_Service]:
    """wenbao-serve as a process of its own, with the settings that a person has."""
    named = {"WENBAO_DATA": str(own.data), "WENBAO_MODELS": str(own.models), "WENBAO_HOST": "127.0.0.1"}
    with (
        (out / "service.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "service.main", "--port", "0"],
            env={**os.environ, **named},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        if found is None:
            raise CasesError(f"The service did not start: {out / 'service.log'} says why.")
        try:
            yield _Service(url=found[0], pid=process.pid)
        finally:
            process.send_signal(signal.SIGTERM)


def _wait_until_ready(url: str) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/health/ready"):
                return
        except urllib.error.HTTPError:
            time.sleep(1)
    raise CasesError(f"The service at {url} is not ready after {_READY_SECONDS} s: see /health/ready.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Locust:
    service: _Service
    options: LoadOptions

    def __call__(self, load: str, clients: int, seconds: int) -> list[Served]:
        """One class of eval/load_users.py. What locust says goes to OUT/locust.log."""
        table = self.options.out / load
        command = [
            *(sys.executable, "-m", "locust", "--locustfile", str(_USERS), "--headless", "--only-summary"),
            *("--host", self.service.url, "--users", str(clients), "--spawn-rate", str(clients)),
            *("--run-time", f"{seconds}s", "--stop-timeout", "10", "--json-file", str(table), load),
        ]
        questions_file = self.options.out / "questions.json"
        named = {"LOAD_QUESTIONS": str(questions_file), "LOAD_CLIENTS": str(clients)}
        before = cpu_seconds(self.service.pid)
        with (self.options.out / "locust.log").open("a") as log:
            subprocess.run(command, env={**os.environ, **named}, stdout=log, stderr=log, check=False)
        taken = cpu_seconds(self.service.pid) - before
        told = msgspec.json.decode(table.with_suffix(".json").read_bytes(), type=list[LocustEntry])
        calls = sum(one.num_requests for one in told) or 1
        return [served(load, clients, one, cpu=taken / calls * 1000) for one in told]


class LocustEntry(msgspec.Struct, frozen=True):
    """What locust tells of one call; `response_times` has milliseconds, rounded, and how often each was."""

    name: str
    num_requests: int
    num_failures: int
    start_time: float
    last_request_timestamp: float
    max_response_time: float
    response_times: dict[str, int]

    def within(self, share: float) -> float:
        """Milliseconds within which this share of the calls was answered."""
        seen, times = 0, sorted((float(time_), count) for time_, count in self.response_times.items())
        for milliseconds, count in times:
            seen += count
            if seen >= share * self.num_requests:
                return milliseconds
        return 0.0


def served(load: str, clients: int, entry: LocustEntry, *, cpu: float) -> Served:
    seconds = max(0.001, entry.last_request_timestamp - entry.start_time)
    return Served(
        load=load,
        call=entry.name,
        clients=clients,
        requests=entry.num_requests,
        failed=entry.num_failures,
        per_second=entry.num_requests / seconds,
        median=entry.within(0.5),
        p95=entry.within(0.95),
        longest=entry.max_response_time,
        cpu=cpu,
    )


def lost(served: Sequence[Served]) -> int:
    """Calls that were neither answered nor told when to come back."""
    return sum(one.failed for one in served)
