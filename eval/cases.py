"""Cases: one line of JSON each, checked against the corpus before anything is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from eval.corpus import Corpus
from eval.errors import CasesError
from eval.normalise import normalise
from rag.domain import Span


class Split(StrEnum):
    """`dev` is tuned on; `test` is looked at for a release only."""

    DEV = "dev"
    TEST = "test"


class GoldLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    file: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it is written. Fields that are not known here are left alone.

    `stance` ("result" or "target") may say what the question asks for; without it the question's words do.
    """

    id: str
    question: str
    answerable: bool
    lang: str = "zh-Hans"
    type: str = "other"
    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    gold_spans: tuple[GoldLine, ...] = ()
    notes: str = ""
    stance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """Where an answer stands. `spans` are all places of the quote in its file; any of them will do."""

    file: str
    source_id: str
    quote: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`digest` changes with anything in the case that could change its score."""

    id: str
    question: str
    lang: str
    type: str
    answerable: bool
    must_contain: tuple[tuple[str, ...], ...]
    must_not_contain: tuple[str, ...]
    golds: tuple[Gold, ...]
    notes: str
    stance: str | None
    split: Split
    digest: str


def read_case_lines(path: Path) -> list[tuple[int, CaseLine]]:
    """(line number, case); empty lines are passed over. Raises CasesError that names line and field."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise CasesError(f"{path} cannot be read ({exc}): give --cases a UTF-8 file of JSON lines.") from exc
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise CasesError(f"{path} holds no case: write one JSON object on each line.")
    decoded = [(number, _decoded(path, number, line)) for number, line in lines]
    first_line: dict[str, int] = {}
    for number, case in decoded:
        if case.id in first_line:
            raise CasesError(
                f"{path.name} line {number}, field id: {case.id!r} stands on line {first_line[case.id]} too."
            )
        first_line[case.id] = number
    return decoded


def named_files(lines: list[tuple[int, CaseLine]]) -> frozenset[str]:
    return frozenset(Path(gold.file).as_posix() for _, line in lines for gold in line.gold_spans)


def resolve(path: Path, lines: list[tuple[int, CaseLine]], corpus: Corpus) -> list[Case]:
    """The cases with the places of their gold quotes. Raises CasesError where a quote is not in its file."""
    return [_case(path, number, line, corpus) for number, line in lines]


def split_of(case_id: str, question: str) -> Split:
    """Fixed by the SHA-256 of id and question, so that a new case never moves an old one."""
    digest = hashlib.sha256(f"{case_id}\n{question}".encode()).digest()
    return Split.TEST if digest[-1] % 2 else Split.DEV


def _decoded(path: Path, number: int, line: str) -> CaseLine:
    try:
        case = msgspec.json.decode(line, type=CaseLine)
    except msgspec.DecodeError as exc:
        raise CasesError(f"{path.name} line {number}: {exc}.") from exc
    for fault in _faults(case):
        raise CasesError(f"{path.name} line {number}, field {fault}.")
    return case


def _faults(case: CaseLine) -> Iterator[str]:
    for name, value in (("id", case.id), ("question", case.question)):
        if not value.strip():
            yield f"{name}: it is empty"
    if case.stance not in (None, "result", "target"):
        yield f"stance: {case.stance!r} is neither result nor target"
    for number, group in enumerate(case.must_contain):
        if not group or not all(normalise(words).text for words in group):
            yield f"must_contain[{number}]: a group needs strings that are not empty"
    if not all(normalise(words).text for words in case.must_not_contain):
        yield "must_not_contain: a string is empty"
    if case.answerable and not case.must_contain and not case.gold_spans:
        yield "must_contain: an answerable case needs required strings or gold spans"
    for number, gold in enumerate(case.gold_spans):
        if (gold.start is None) != (gold.end is None):
            yield f"gold_spans[{number}]: start and end belong together"
        if not gold.quote and gold.start is None:
            yield f"gold_spans[{number}]: it needs a quote, or start and end"


def _case(path: Path, number: int, line: CaseLine, corpus: Corpus) -> Case:
    golds = []
    for position, gold in enumerate(line.gold_spans):
        found = _locate(gold, corpus)
        if isinstance(found, str):
            raise CasesError(f"{path.name} line {number}, field gold_spans[{position}]: {found}.")
        golds.append(found)
    return Case(
        id=line.id,
        question=line.question,
        lang=line.lang,
        type=line.type,
        answerable=line.answerable,
        must_contain=line.must_contain,
        must_not_contain=line.must_not_contain,
        golds=tuple(golds),
        notes=line.notes,
        stance=line.stance,
        split=split_of(line.id, line.question),
        digest=hashlib.sha256(msgspec.json.encode(line)).hexdigest()[:16],
    )


def _locate(gold: GoldLine, corpus: Corpus) -> Gold | str:
    """The places of a gold quote, or what is wrong with it."""
    file = corpus.file(gold.file)
    if file is None:
        return corpus.unread.get(gold.file, f"there is no file {gold.file} in {corpus.folder}")
    if gold.start is not None and gold.end is not None:
        if not 0 <= gold.start < gold.end <= len(file.text):
            return f"{gold.start}–{gold.end} is not inside {gold.file}, which has {len(file.text)} characters"
        there = file.text[gold.start : gold.end]
        if gold.quote is not None and gold.quote != there:
            return f"{gold.file} has {there!r} at {gold.start}–{gold.end}, not the quote {gold.quote!r}"
        spans: tuple[Span, ...] = (Span(gold.start, gold.end),)
        return Gold(file=file.name, source_id=file.source_id, quote=there, spans=spans)
    quote = gold.quote or ""
    spans = tuple(_places(file.text, quote)) or tuple(_places_across_wraps(file.text, quote))
    if not spans:
        return f"the quote {quote!r} is not in {gold.file}"
    return Gold(file=file.name, source_id=file.source_id, quote=quote, spans=spans)


def _places(text: str, quote: str) -> Iterator[Span]:
    start = text.find(quote)
    while start != -1:
        yield Span(start, start + len(quote))
        start = text.find(quote, start + 1)


def _places_across_wraps(text: str, quote: str) -> Iterator[Span]:
    """The same without regard to white space: a quote written without the wraps of its file (增 长1.7%)."""
    offsets = [offset for offset, character in enumerate(text) if not character.isspace()]
    bare = "".join(text[offset] for offset in offsets)
    sought = "".join(quote.split())
    for span in _places(bare, sought) if sought else ():
        yield Span(offsets[span.start], offsets[span.end - 1] + 1)
