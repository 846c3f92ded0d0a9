"""`wenbao-eval bench --scale`: what a question costs against the size of the corpus.

8 reports are the seeds, 42 the national texts; a larger corpus is made of copies of these (`eval.copies` says
what is and is not true of them). The same kinds of question are asked of each, about places and years that it
has. Each size has a process of its own, so that memory is its own too.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from eval.bench import Spread, resident_megabytes, spread
from eval.copies import fill_with_copies, read_originals
from eval.errors import CasesError
from eval.own_data import own_settings
from rag.adapters.index_chroma import ChromaPassageIndex
from rag.adapters.lexical_tantivy import TantivyLexicalIndex
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.words_rjieba import cut_words
from rag.assemble import open_embedder, open_rag
from rag.domain import Citation, Mode, Question, Report
from rag.ingest import check_embedder, outdated
from rag.inquiry import Listener
from rag.library import Rag
from rag.resources import seeds_folder
from rag.settings import Settings

_SEEDS, _NATIONAL = 8, 42
PLACED = (
    "{place}{year}年国内生产总值增长多少？",
    "{place}{year}年粮食总产量是多少？",
    "{place}{year}年财政收入增长了多少？",
    "{place}{year}年教育方面做了哪些工作？",
    "{place}{next}年固定资产投资的目标是多少？",
    "{place}和{other}{year}年粮食产量谁高？",
)
OPEN = (
    "{year}年国内生产总值增长多少？",
    "怎样提高产品质量？",
    "农村改革有哪些措施？",
    "What was said about inflation?",
)
_COUNTED = ("有几份报告提到产品质量？", "哪些报告提到了义务教育？")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleOptions:
    """`sizes` are numbers of reports; `national` holds the national texts, not needed for 8 alone."""

    sizes: tuple[int, ...]
    national: Path | None
    out: Path
    questions: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one size: times in milliseconds, resident memory and disk in MB. `placed` are searches of questions
    that name a place, `open` of those that go to every report; `counted` are answers that read every
    sentence."""

    reports: int = 0
    sentences: int = 0
    passages: int = 0
    search: Spread
    search_placed: Spread
    search_open: Spread
    extractive: Spread
    first_evidence: Spread
    counted: Spread
    resident_megabytes: int
    disk_megabytes: int = 0


class _FirstEvidence(Listener):
    """Milliseconds until the first evidence is shown."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self.milliseconds: float | None = None

    def evidence(self, citations: Sequence[Citation]) -> None:
        if self.milliseconds is None and citations:
            self.milliseconds = (time.perf_counter() - self._started) * 1000


def measure_scale(options: ScaleOptions, settings: Settings) -> list[Cost]:
    """Writes OUT/scale.json and returns it. Raises CasesError where the national texts are not there."""
    if any(size != _SEEDS for size in options.sizes) and not national_texts(options.national):
        raise CasesError("Sizes other than 8 are made of the national texts: give --national their folder.")
    costs: list[Cost] = []
    for size in options.sizes:
        # A process for each: memory of a larger corpus is not given back in full.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
            costs.append(alone.submit(_measure_size, size, options, settings).result())
    (options.out / "scale.json").write_bytes(msgspec.json.format(msgspec.json.encode(costs)))
    return costs


def scale_table(costs: Sequence[Cost]) -> str:
    """The figures for a terminal, p50 / p95 in ms."""
    heads = ("reports", "sentences", "passages", "search", "with a place", "over all", "extractive")
    lines = ["".join(f"{head:>14}" for head in (*heads, "evidence", "count", "RSS MB", "disk MB"))]
    for cost in costs:
        spreads = (cost.search, cost.search_placed, cost.search_open, cost.extractive, cost.first_evidence)
        cells = [str(n) for n in (cost.reports, cost.sentences, cost.passages)]
        cells += [f"{one.median:.0f} / {one.p95:.0f}" for one in (*spreads, cost.counted)]
        cells += [str(cost.resident_megabytes), str(cost.disk_megabytes)]
        lines.append("".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def _measure_size(size: int, options: ScaleOptions, settings: Settings) -> Cost:
    wanted = replace(settings, data=options.out / "scale" / str(size))
    own = own_settings(wanted, users_data=settings.data)
    filled = own.data / "filled"
    if not filled.exists():
        _fill(size, own, options)
        filled.touch()
    with open_rag(own, chat=False) as system:
        system.warm()
        reports = system.reports()
        placed = questions(PLACED, reports, options.questions)
        everywhere = questions(OPEN, reports, options.questions // 2)
        cost = _measure(system, placed, everywhere)
    words = TantivyLexicalIndex(own.data / "words", cut_words)
    passages = ChromaPassageIndex(own.data / "passages")
    disk = sum(file.stat().st_size for file in own.data.rglob("*") if file.is_file())
    cost = replace(
        cost,
        reports=len(reports),
        sentences=words.count(),
        passages=passages.count(),
        disk_megabytes=round(disk / 1e6),
    )
    passages.close()
    return cost


def _fill(size: int, own: Settings, options: ScaleOptions) -> None:
    texts = national_texts(options.national)
    if size in (_SEEDS, _NATIONAL):
        with open_rag(own, chat=False) as system:
            for _ in system.ingest_paths(texts if size == _NATIONAL else seeds_folder().glob("*.txt")):
                pass
        return
    shutil.rmtree(own.data)
    embedder = open_embedder(own)
    originals = read_originals(texts, embedder, options.out / "scale" / "vectors")
    store = SqlReportStore(own.data / "wenbao.db")
    passages = ChromaPassageIndex(own.data / "passages")
    words = TantivyLexicalIndex(own.data / "words", cut_words)
    check_embedder(store=store, embedder=embedder.name)
    outdated(store)
    fill_with_copies(originals, size, store=store, passages=passages, words=words)
    passages.close()
    store.close()


def national_texts(national: Path | None) -> list[Path]:
    return sorted(national.glob("*.txt"))[:_NATIONAL] if national is not None else []


def _measure(system: Rag, placed: Sequence[str], everywhere: Sequence[str]) -> Cost:
    asked = [*placed, *everywhere]
    for text in asked[:5]:
        system.ask(Question(text=text, mode=Mode.EXTRACTIVE))
    by_place = _times(placed, system.search)
    by_all = _times(everywhere, system.search)
    evidence: list[float] = []
    answers = _times(asked, lambda text: _ask(system, text, evidence))
    counted = _times(_COUNTED * 3, lambda text: _ask(system, text, []))
    return Cost(
        search=spread([*by_place, *by_all]),
        search_placed=spread(by_place),
        search_open=spread(by_all),
        extractive=spread(answers),
        first_evidence=spread(evidence),
        counted=spread(counted),
        resident_megabytes=round(resident_megabytes()),
    )


def _ask(system: Rag, text: str, evidence: list[float]) -> None:
    listener = _FirstEvidence()
    system.ask(Question(text=text, mode=Mode.EXTRACTIVE), listener=listener)
    if listener.milliseconds is not None:
        evidence.append(listener.milliseconds)


def _times(texts: Sequence[str], call: Callable[[str], object]) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for text in texts:
        started = time.perf_counter()
        call(text)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def questions(forms: Sequence[str], reports: Sequence[Report], count: int) -> list[str]:
    """The forms in turn, about places and years of the corpus; the same for the same corpus."""
    chosen = random.Random(count)
    dated = [report for report in reports if report.region and report.year]
    places = sorted({report.region for report in dated if report.region})
    made = []
    for number in range(count):
        report = chosen.choice(dated)
        form = forms[number % len(forms)]
        year = report.year or 0
        made.append(form.format(place=report.region, other=chosen.choice(places), year=year - 1, next=year))
    return made
