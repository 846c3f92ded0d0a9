"""`wenbao-eval bench --peers`: this system beside LlamaIndex and LangChain, in one run on one machine.

All have the same documents, embedder, chat model and questions, and are scored by the same rule. The peers
are set up as their documentation does. They have no word for a refusal: theirs is an answer that says so.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from pathlib import Path
from typing import TypeAlias

import msgspec
from tqdm import tqdm

from eval.cases import Case, named_files, read_case_lines, resolve
from eval.corpus import Corpus, read_corpus
from eval.errors import CasesError
from eval.metrics.answer_accuracy import is_correct
from eval.normalise import contains, normalise
from eval.observation import Observation
from eval.own_data import fill, open_own
from eval.rows import ERROR, Row
from rag.adapters.engine_xllamacpp import LocalEngine
from rag.assemble import open_embedder
from rag.domain import Question
from rag.errors import SettingsError
from rag.library import Rag
from rag.models.cache import locate
from rag.models.catalogue import find_entry
from rag.ports import Embedder
from rag.settings import Settings

CONTEXT_TOKENS = 8192
"""What the engine gives the peers: twice what it gives this system, as four pieces of text want it."""
_OURS = "wenbao"
_PEERS = {"LlamaIndex": "eval.peer_llama_index", "LangChain": "eval.peer_langchain"}
_SECONDS = 300.0
_REFUSES = re.compile(
    "不知道|无法(?:回答|确定|得知|提供|找到)|没有(?:提供|提到|提及|给出|找到|相关|明确|具体)|未(?:提供|提到|提及|给出|找到|明确)|"
    "并未|不清楚|抱歉|Empty Response|do(?:es)? not (?:provide|mention|contain|specify|include)|"
    "not (?:provided|mentioned|specified|available|stated)|no information|cannot|I don't know",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`shown` is what the model was given to answer from."""

    text: str
    shown: tuple[str, ...]
    refused: bool | None = None


Ask: TypeAlias = Callable[[str], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An OpenAI-compatible server; `seconds` is how long one answer may take."""

    url: str
    key: str
    model: str
    seconds: float = _SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerOptions:
    cases: Path
    corpus: Path
    out: Path
    limit: int = 24


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One question to one system. `holds_answer` is whether every required string stands in what the model
    was shown; None for a question without an answer."""

    system: str
    case: str
    type: str
    answer: str
    correct: bool
    refused: bool
    holds_answer: bool | None
    characters_shown: int
    seconds: float
    error: str | None = None


def measure_peers(options: PeerOptions, settings: Settings) -> list[Asked]:
    """Writes OUT/peers.json and returns it. Raises CasesError, and SettingsError without a local model."""
    lines = read_case_lines(options.cases)
    corpus = read_corpus(options.corpus, named=named_files(lines), max_megabytes=settings.upload_megabytes)
    cases = spread_over_types(resolve(options.cases, lines, corpus), options.limit)
    options.out.mkdir(parents=True, exist_ok=True)
    asked = list(_ask_ours(cases, corpus, options, settings))
    with _engine(settings, options.out) as engine:
        endpoint = engine.ensure()
        server = Server(url=f"{endpoint.url}/v1", key=endpoint.key, model=settings.chat_model)
        for name, module in _PEERS.items():
            ask = _built(name, module)(list(corpus.texts().values()), open_embedder(settings), server)
            asked += _ask_all(name, cases, corpus, ask)
    (options.out / "peers.json").write_bytes(msgspec.json.format(msgspec.json.encode(asked), indent=1))
    return asked


def spread_over_types(cases: Sequence[Case], limit: int) -> list[Case]:
    """The same cases each time: types in turn, within a type those whose ids have the smallest SHA-256."""
    by_type: dict[str, list[Case]] = defaultdict(list)
    for case in sorted(cases, key=lambda one: hashlib.sha256(one.id.encode()).hexdigest()):
        by_type[case.type].append(case)
    turns = zip_longest(*(by_type[kind] for kind in sorted(by_type)))
    return [case for case in chain.from_iterable(turns) if case is not None][:limit]


def peers_table(asked: Sequence[Asked]) -> str:
    """The figures for a terminal; a ratio is this system's figure by the peer's."""
    by_system: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_system[one.system].append(one)
    ours = _figures(by_system[_OURS])
    heads = ("system", "n", "right", "ratio", "answer shown", "ratio", "characters", "seconds", "ratio")
    lines = ["".join(f"{head:>14}" for head in heads)]
    for name, found in by_system.items():
        right, shown, characters, seconds = _figures(found)
        cells = (
            *(name, str(len(found)), f"{right:.2f}", _ratio(ours[0], right), f"{shown:.2f}"),
            *(_ratio(ours[1], shown), f"{characters:.0f}", f"{seconds:.1f}", _ratio(ours[3], seconds)),
        )
        lines.append("".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def _figures(asked: Sequence[Asked]) -> tuple[float, float, float, float]:
    """Right answers, answers held by what was shown, median characters shown, median seconds."""
    held = [one.holds_answer for one in asked if one.holds_answer is not None]
    return (
        statistics.fmean(one.correct for one in asked),
        statistics.fmean(held) if held else 0.0,
        statistics.median(one.characters_shown for one in asked),
        statistics.median(one.seconds for one in asked),
    )


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else "-"


def _ask_ours(
    cases: Sequence[Case], corpus: Corpus, options: PeerOptions, settings: Settings
) -> Iterator[Asked]:
    own = replace(settings, data=options.out / "peers-data")
    with open_own(own, users_data=settings.data, chat=True) as system:
        fill(system, corpus)
        system.warm()
        yield from _ask_all(_OURS, cases, corpus, lambda question: _reply(system, question))


def _reply(system: Rag, question: str) -> Reply:
    trace = system.ask(Question(text=question))
    shown = tuple(item.text for item in trace.evidence)
    return Reply(text=trace.answer.text, shown=shown, refused=trace.answer.status.value == "refused")


def _ask_all(name: str, cases: Sequence[Case], corpus: Corpus, ask: Ask) -> Iterator[Asked]:
    for case in tqdm(cases, desc=name, file=sys.stderr):
        started = time.perf_counter()
        try:
            reply, error = ask(case.question), None
        except Exception as failure:  # a crash of a peer is a result, not the end of the run
            reply, error = Reply(text="", shown=()), f"{type(failure).__name__}: {failure}"
        yield _scored(name, case, reply, corpus.texts(), time.perf_counter() - started, error)


def _scored(
    name: str, case: Case, reply: Reply, texts: Mapping[str, str], seconds: float, error: str | None
) -> Asked:
    refused = _REFUSES.search(reply.text) is not None if reply.refused is None else reply.refused
    # What names the required strings is an answer, whatever else it says; only a question without one is held
    # against the peer's words.
    status = "refused" if refused and (reply.refused or not case.answerable) else "answered"
    row = Row(
        id=case.id,
        case=case.digest,
        system=name,
        question=case.question,
        status=ERROR if error else status,
        answer=reply.text,
    )
    shown = normalise("\n".join(reply.shown))
    held = all(any(contains(shown, words) for words in group) for group in case.must_contain)
    return Asked(
        system=name,
        case=case.id,
        type=case.type,
        answer=reply.text,
        correct=is_correct(Observation(case=case, row=row, texts=texts, reports={})),
        refused=refused,
        holds_answer=held if case.answerable else None,
        characters_shown=sum(map(len, reply.shown)),
        seconds=round(seconds, 2),
        error=error,
    )


def _built(name: str, module: str) -> Callable[[list[str], Embedder, Server], Ask]:
    """A peer's `build`. Raises CasesError where its libraries are not installed."""
    try:
        build: Callable[[list[str], Embedder, Server], Ask] = importlib.import_module(module).build
    except ImportError as exc:
        raise CasesError(f"{name} is not installed ({exc.name}): pip install 'wenbao[bench]'.") from exc
    return build


def _engine(settings: Settings, out: Path) -> LocalEngine:
    if settings.chat_url or settings.chat_model == "none":
        raise SettingsError("Peers are measured on the local engine: unset WENBAO_CHAT_URL, name a model.")
    path = Path(settings.chat_model).expanduser()
    if not path.is_file():
        path = locate(find_entry(settings.chat_model), settings.models)
    return LocalEngine(
        path, threads=settings.threads, context_tokens=CONTEXT_TOKENS, log_path=out / "peers-engine.log"
    )
