"""`wenbao-eval bench`: what ingest and a question cost on this machine, by stage, in time and memory.

Times of one run are to be compared with one another, never with those of another machine.
"""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.script_opencc import simplify
from rag.domain import Mode, Question
from rag.inquiry import Listener
from rag.library import Rag
from rag.steps.read import read

_STAGES = ("understand", "search", "first_token", "more_tokens", "checks", "total")
"""In the order of an answer. `search` holds the judging of what was found, `first_token` the reading of the
prompt, `checks` all that is left: choosing evidence, composing, proving and building the answer."""
_QUESTIONS = (
    "2023年张家口的GDP增长多少？",
    "廊坊2024年GDP目标是多少？",
    "安康毛绒玩具2023年综合产值是多少？",
    "塞北管理区固定资产投资增长多少？",
    "解放区建成了多少5G基站？",
    "抚州2024年社会消费品零售总额预期增长多少？",
    "高平2023年城镇居民人均可支配收入是多少？",
    "汉中2023年接待游客多少人次？",
    "What was Langfang's GDP growth in 2023?",
    "安康、抚州、高平、汉中2023年GDP增速谁最高？",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Milliseconds of one stage over the questions that had it."""

    questions: int
    mean: float
    median: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """Files to indexed passages. `read_megabytes_per_second` is reading alone: text to sentences, in UTF-8
    bytes."""

    passages: int
    seconds: float
    read_megabytes_per_second: float

    @property
    def passages_per_second(self) -> float:
        return self.passages / self.seconds


def measure_ingest(rag: Rag, paths: Sequence[Path]) -> Ingest:
    """Into an empty data folder, with the embedder loaded before the clock starts."""
    rag.warm()
    started = time.perf_counter()
    for _ in rag.ingest_paths(paths):
        pass
    seconds = time.perf_counter() - started
    texts = [rag.source_text(source_id) for source_id in dict.fromkeys(r.source_id for r in rag.reports())]
    gazetteer = CnAreaGazetteer()
    reading = time.perf_counter()
    readings = [read(text, simplify=simplify, gazetteer=gazetteer) for text in texts]
    read_seconds = time.perf_counter() - reading
    return Ingest(
        passages=sum(len(one.passages) for one in readings),
        seconds=seconds,
        read_megabytes_per_second=sum(len(one.text.encode()) for one in texts) / 1e6 / read_seconds,
    )


def bench(rag: Rag, *, rounds: int, modes: Sequence[Mode]) -> dict[str, dict[str, Spread]]:
    """Mode → stage → spread. Every question is asked `rounds` times, after one unmeasured question."""
    return {mode.value: _measure(rag, rounds=rounds, mode=mode) for mode in modes}


def resident_megabytes() -> float:
    """Peak resident memory of this process and of its largest child (the engine), added."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return own + _children_megabytes()


def write_bench(figures: dict[str, dict[str, Spread]], ingest: Ingest, out: Path) -> None:
    encoded = msgspec.json.encode(
        {"ingest": ingest, "milliseconds": figures, "resident_megabytes": round(resident_megabytes())}
    )
    (out / "bench.json").write_bytes(msgspec.json.format(encoded))


def table(figures: dict[str, dict[str, Spread]], ingest: Ingest) -> str:
    """The figures for a terminal."""
    lines = [
        f"ingest: {ingest.passages} passages in {ingest.seconds:.1f} s, "
        f"{ingest.passages_per_second:.0f} a second; "
        f"reading alone {ingest.read_megabytes_per_second:.1f} MB/s",
        "",
    ]
    lines += [f"{'mode':12}{'stage':14}{'n':>4}{'mean ms':>10}{'share':>8}{'median ms':>12}{'p95 ms':>10}"]
    for mode, stages in figures.items():
        whole = stages["total"].mean * stages["total"].questions
        lines += [
            f"{mode:12}{stage:14}{s.questions:>4}{s.mean:>10.0f}{s.mean * s.questions / whole:>8.0%}"
            f"{s.median:>12.0f}{s.p95:>10.0f}"
            for stage, s in stages.items()
        ]
    return "\n".join(lines)


def _measure(rag: Rag, *, rounds: int, mode: Mode) -> dict[str, Spread]:
    rag.ask(Question(text=_QUESTIONS[-2], mode=mode))
    taken: dict[str, list[float]] = {stage: [] for stage in _STAGES}
    for text in _QUESTIONS * rounds:
        for stage, milliseconds in _stages(rag, Question(text=text, mode=mode)).items():
            taken[stage].append(milliseconds)
    return {stage: spread(found) for stage, found in taken.items() if found}


class _Tokens(Listener):
    """When the first and the last token came."""

    def __init__(self) -> None:
        self.first: float | None = None
        self.last = 0.0

    def token(self, text: str) -> None:  # noqa: ARG002 (the name is the listener's)
        self.last = time.perf_counter()
        if self.first is None:
            self.first = self.last


def _stages(rag: Rag, question: Question) -> dict[str, float]:
    """Milliseconds of each stage that one answer had; all but the last add up to it."""
    tokens = _Tokens()
    started = time.perf_counter()
    timings = rag.ask(question, listener=tokens).timings_ms
    whole = (time.perf_counter() - started) * 1000
    stages: dict[str, float] = {}
    for name in ("understand", "search", "first_token"):
        if name in timings:
            stages[name] = timings[name]
    if tokens.first is not None:
        stages["more_tokens"] = (tokens.last - tokens.first) * 1000
    return stages | {"checks": max(0.0, whole - sum(stages.values())), "total": whole}


def spread(found: Sequence[float]) -> Spread:
    ordered = sorted(found)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return Spread(
        questions=len(ordered), mean=statistics.fmean(ordered), median=statistics.median(ordered), p95=last
    )


def _children_megabytes() -> float:
    """Resident memory of live children, from /proc; 0 where there is none."""
    found = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if fields.get("PPid", "").strip() == str(os.getpid()) and "VmRSS" in fields:
            found = max(found, float(fields["VmRSS"].split()[0]) / 1024)
    return found
