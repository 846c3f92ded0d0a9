"""The reader of figures against sentences that a person labelled: eval/labels/README.md says how."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from rag.adapters.reader import decode
from rag.adapters.reader_text import read_file
from rag.adapters.script_opencc import simplify
from rag.domain import Figure, FigureKind
from rag.resources import seeds_folder
from rag.steps.attribute import attribute
from rag.steps.fold import fold, fold_query

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "eval" / "labels" / "figures.jsonl"
NATIONAL = ROOT.parent / "shared" / "corpora" / "national"
FLOORS = {"precision": 0.98, "recall": 0.97, "bound": 0.97, "direction": 0.97, "indicator": 0.90}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A labelled figure; `start` and `end` are offsets into the quote."""

    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    unit: str
    kind: str
    bound: str
    direction: str
    indicator: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    file: str
    start: int
    end: int
    quote: str
    figures: tuple[Label, ...]

    @property
    def unread(self) -> bool:
        """The third that is not read while rules are tuned."""
        return int(hashlib.sha256(self.quote.encode()).hexdigest(), 16) % 3 == 0


@dataclass(slots=True, kw_only=True)
class Count:
    """How many figures are labelled, read and right, and of the right ones what else is right."""

    labelled: int = 0
    read: int = 0
    right: int = 0
    owned: int = 0
    agree: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("bound", "direction", "indicator"), 0)
    )
    faults: list[str] = field(default_factory=list)

    def rates(self) -> dict[str, float]:
        rates = {"precision": self.right / self.read, "recall": self.right / self.labelled}
        rates |= {name: self.agree[name] / self.right for name in ("bound", "direction")}
        return rates | {"indicator": self.agree["indicator"] / self.owned}


@cache
def labelled() -> tuple[Labelled, ...]:
    return tuple(map(_labelled, LABELS.read_text(encoding="utf-8").splitlines()))


def _labelled(line: str) -> Labelled:
    raw = json.loads(line)
    return Labelled(
        file=raw["file"],
        start=raw["start"],
        end=raw["end"],
        quote=raw["quote"],
        figures=tuple(_labels(raw["quote"], raw["figures"])),
    )


def _labels(quote: str, figures: Iterable[dict[str, str]]) -> Iterator[Label]:
    end = 0
    for raw in figures:
        start = quote.index(raw["text"], end)
        end = start + len(raw["text"])
        yield Label(
            start=start,
            end=end,
            value=Decimal(raw["value"]),
            upper=Decimal(raw["upper"]) if raw["upper"] else None,
            unit=raw["unit"],
            kind=raw["kind"],
            bound=raw["bound"],
            direction=raw["direction"],
            indicator=raw["indicator"],
        )


def count(sentences: Iterable[Labelled]) -> Count:
    total = Count()
    for sentence in sentences:
        _count_sentence(sentence, total)
    return total


def _count_sentence(sentence: Labelled, total: Count) -> None:
    folded = fold(sentence.quote, simplify=simplify)
    read = attribute(folded.text)
    wanted = list(sentence.figures)
    total.labelled += len(wanted)
    total.read += len(read)
    for owned in read:
        span = folded.span(owned.figure.start, owned.figure.end)
        label = next((one for one in wanted if one.start < span.end and span.start < one.end), None)
        if label is None or not _same(owned.figure, label):
            total.faults.append(f"read {owned.figure} for {label} in {folded.text}")
            continue
        wanted.remove(label)
        total.right += 1
        _count_right(owned.figure, owned.words, label, total)
    total.faults += [f"missed {sentence.quote[one.start : one.end]} in {folded.text}" for one in wanted]


def _count_right(figure: Figure, words: str | None, label: Label, total: Count) -> None:
    for name, ours, theirs in (
        ("bound", figure.bound, label.bound),
        ("direction", figure.direction, label.direction),
    ):
        total.agree[name] += ours == theirs
        if ours != theirs:
            total.faults.append(f"{name} {ours}, not {theirs}: {figure.text}")
    if figure.kind is FigureKind.DATE:
        return
    total.owned += 1
    right = _same_owner(words, label.indicator)
    total.agree["indicator"] += right
    if not right:
        total.faults.append(f"{figure.text} of {words}, not {label.indicator}")


def _same(figure: Figure, label: Label) -> bool:
    unit = figure.unit.replace("个百分点", "百分点")
    return (figure.value, figure.upper, unit, figure.kind) == (
        label.value,
        label.upper,
        label.unit.replace("个百分点", "百分点"),
        label.kind,
    )


def _same_owner(words: str | None, label: str | None) -> bool:
    if words is None or label is None:
        return words is label
    wanted = fold_query(label, simplify=simplify)
    if words.endswith(wanted):
        return True
    shorter, longer = sorted((words, wanted), key=len)
    return shorter in longer and 2 * len(shorter) >= len(longer)


def _of_seeds() -> list[Labelled]:
    return [one for one in labelled() if (seeds_folder() / one.file).exists()]


def _of_national() -> list[Labelled]:
    return [one for one in labelled() if not (seeds_folder() / one.file).exists()]


def _check(sentences: list[Labelled]) -> None:
    found = count(sentences)
    low = {name: rate for name, rate in found.rates().items() if rate < FLOORS[name]}
    assert low == {}, "\n".join(found.faults)


def test_the_seeds_are_read_as_labelled() -> None:
    _check(_of_seeds())


@pytest.mark.skipif(not NATIONAL.exists(), reason="the national reports are not here")
def test_the_national_reports_are_read_as_labelled() -> None:
    _check(_of_national())


@pytest.mark.parametrize("folder", [seeds_folder(), NATIONAL])
def test_every_label_stands_where_it_says(folder: Path) -> None:
    here = [one for one in labelled() if (folder / one.file).exists()]
    texts = {file: decode(read_file(folder / file, max_megabytes=5)).text for file in {s.file for s in here}}
    assert [one.quote for one in here if texts[one.file][one.start : one.end] != one.quote] == []


def test_there_are_three_hundred_figures() -> None:
    assert sum(len(one.figures) for one in labelled()) >= 300
