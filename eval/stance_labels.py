"""Stance and period of sentences against hand-made labels: accuracy, confusion, and the errors.

The rules of labelling stand in eval/labels/README.md. A label is compared with the sentence that covers most
of it, so that better segmentation does not invalidate it. Accuracy is the share of labels whose stance is
the sentence's; period accuracy the share, of those that are not `other`, whose year and years both are. A
third of the labels, by a hash of the quote, is held out: rules are tuned on the rest.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from eval.errors import CasesError
from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.reader import decode
from rag.adapters.reader_text import read_file
from rag.adapters.script_opencc import simplify
from rag.domain import FigureKind, Sentence, Span, Stance
from rag.steps.read import read
from rag.steps.read_figures import read_figures


class Label(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of eval/labels/stance.jsonl; `text[start:end] == quote` in the decoded source."""

    file: str
    start: int
    end: int
    quote: str
    stance: Stance
    period: int | None
    years: tuple[int, int] | None
    note: str

    @property
    def held_out(self) -> bool:
        return int(hashlib.sha256(self.quote.encode()).hexdigest(), 16) % 3 == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A label and the sentence that the system reads in its place."""

    label: Label
    sentence: Sentence

    @property
    def right_stance(self) -> bool:
        return self.label.stance == self.sentence.stance

    @property
    def right_period(self) -> bool:
        said = (self.sentence.period, self.sentence.years)
        return self.label.stance is Stance.OTHER or (self.label.period, self.label.years) == said

    @property
    def swapped(self) -> bool:
        """Done taken for aimed at, or the other way round, in a sentence with a figure."""
        both = {self.label.stance, self.sentence.stance}
        figures = read_figures(self.sentence.text)
        return both == {Stance.RESULT, Stance.TARGET} and any(f.kind is not FigureKind.DATE for f in figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScore:
    """`confusion` counts (labelled, read); `dated` are the labels whose period is scored."""

    n: int
    right: int
    dated: int
    right_period: int
    swaps: int
    confusion: dict[tuple[Stance, Stance], int]

    @property
    def accuracy(self) -> float:
        return self.right / self.n if self.n else 0.0

    @property
    def period_accuracy(self) -> float:
        return self.right_period / self.dated if self.dated else 0.0


def read_labels(path: Path) -> list[Label]:
    """Raises CasesError where the file cannot be read or a line is no label."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [msgspec.json.decode(line, type=Label) for line in lines]
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as exc:
        raise CasesError(
            f"{path} cannot be read ({exc}): give a file of labels, a JSON object a line."
        ) from exc


def judged(labels: Iterable[Label], folder: Path) -> list[Judged]:
    """Each label whose file is in the folder, beside the sentence read there.

    Raises CasesError where a label's quote is not what the file holds.
    """
    by_file: dict[str, list[Label]] = {}
    for label in labels:
        by_file.setdefault(label.file, []).append(label)
    gazetteer = CnAreaGazetteer()
    found: list[Judged] = []
    for name, own in by_file.items():
        if not (folder / name).is_file():
            continue
        source = decode(read_file(folder / name, max_megabytes=50))
        sentences = read(source, simplify=simplify, gazetteer=gazetteer).sentences
        for label in own:
            if source.text[label.start : label.end] != label.quote:
                raise CasesError(f"{name} does not hold a label's quote at {label.start}: label it anew.")
            found.append(Judged(label=label, sentence=_covering(label, sentences)))
    return found


def score(seen: Sequence[Judged]) -> LabelScore:
    dated = [one for one in seen if one.label.stance is not Stance.OTHER]
    return LabelScore(
        n=len(seen),
        right=sum(one.right_stance for one in seen),
        dated=len(dated),
        right_period=sum(one.right_period for one in dated),
        swaps=sum(one.swapped for one in seen),
        confusion=dict(Counter((one.label.stance, one.sentence.stance) for one in seen)),
    )


def table(seen: Sequence[Judged], *, show_held_out: bool = False) -> str:
    """Both parts' figures, the confusion of all, and the errors; those held out stay unread unless asked."""
    lines = []
    parts = {
        "tuned on": [j for j in seen if not j.label.held_out],
        "held out": [j for j in seen if j.label.held_out],
    }
    for name, part in {**parts, "all": list(seen)}.items():
        got = score(part)
        lines.append(
            f"{name}: stance {got.right}/{got.n} = {got.accuracy:.3f}, "
            f"period {got.right_period}/{got.dated} = {got.period_accuracy:.3f}, swaps {got.swaps}"
        )
    counts = score(seen).confusion
    lines.append("labelled \\ read  " + "  ".join(f"{stance.value:>6}" for stance in Stance))
    for row in Stance:
        cells = "  ".join(f"{counts.get((row, column), 0):>6}" for column in Stance)
        lines.append(f"{row.value:<15}  {cells}")
    lines += [
        _error(one)
        for one in seen
        if not (one.right_stance and one.right_period) and (show_held_out or not one.label.held_out)
    ]
    return "\n".join(lines)


def _error(one: Judged) -> str:
    label, read_as = one.label, one.sentence
    return (
        f"{label.file} {label.start}: {label.stance.value} {label.years or label.period}, read as "
        f"{read_as.stance.value} {read_as.years or read_as.period}: {read_as.text[:90]}"
    )


def _covering(label: Label, sentences: Sequence[Sentence]) -> Sentence:
    span = Span(label.start, label.end)

    def shared(sentence: Sentence) -> int:
        return min(span.end, sentence.span.end) - max(span.start, sentence.span.start)

    return max(sentences, key=shared)
