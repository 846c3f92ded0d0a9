"""Public question sets over pooled passages: XQuAD, DRCD, CMRC 2018. Files → passages and questions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from eval.errors import CasesError


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalQuestion:
    """`passage` is the index of the passage that holds the answer; any of `answers` is right."""

    id: str
    text: str
    passage: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalSet:
    """`source` says where the set comes from and under which licence."""

    name: str
    source: str
    passages: tuple[str, ...]
    questions: tuple[ExternalQuestion, ...]

    def sample(self, size: int) -> list[ExternalQuestion]:
        """The same questions each time: those whose ids have the smallest SHA-256."""
        return sorted(self.questions, key=lambda q: hashlib.sha256(q.id.encode()).hexdigest())[:size]


class _Answer(msgspec.Struct):
    text: str


class _Question(msgspec.Struct):
    id: str
    question: str
    answers: list[_Answer]


class _Paragraph(msgspec.Struct):
    context: str
    qas: list[_Question]


class _Article(msgspec.Struct):
    paragraphs: list[_Paragraph]


class _Squad(msgspec.Struct):
    """SQuAD 1.1, in which XQuAD and DRCD come."""

    data: list[_Article]


class _CmrcQuestion(msgspec.Struct):
    query_id: str
    query_text: str
    answers: list[str]


class _CmrcPassage(msgspec.Struct):
    context_text: str
    qas: list[_CmrcQuestion]


def read_set(name: str, folder: Path) -> ExternalSet:
    """`folder` holds the set's file, or a folder of the set's name that does. Raises CasesError."""
    if name not in SETS:
        raise CasesError(f"There is no set {name}: choose one of {', '.join(SETS)}.")
    try:
        return SETS[name](folder)
    except msgspec.DecodeError as exc:
        raise CasesError(f"The files of {name} in {folder} are not in the form of that set ({exc}).") from exc


def _xquad(folder: Path) -> ExternalSet:
    passages, questions = _squad(_read(folder, "xquad", "xquad.zh.json"))
    source = "google-deepmind/xquad, CC BY-SA 4.0"
    return ExternalSet(name="xquad-zh", source=source, passages=passages, questions=questions)


def _xquad_across(folder: Path) -> ExternalSet:
    """English questions to Chinese passages; the gold answers are those of the parallel Chinese questions."""
    chinese = _xquad(folder)
    _, english = _squad(_read(folder, "xquad", "xquad.en.json"))
    asked = {question.id: question.text for question in english}
    questions = tuple(
        ExternalQuestion(id=q.id, text=asked[q.id], passage=q.passage, answers=q.answers)
        for q in chinese.questions
        if q.id in asked
    )
    return ExternalSet(
        name="xquad-en-zh", source=chinese.source, passages=chinese.passages, questions=questions
    )


def _drcd(folder: Path) -> ExternalSet:
    passages, questions = _squad(_read(folder, "drcd", "DRCD_dev.json"))
    source = "DRCKnowledgeTeam/DRCD, CC BY-SA 3.0"
    return ExternalSet(name="drcd", source=source, passages=passages, questions=questions)


def _cmrc(folder: Path) -> ExternalSet:
    content = _read(folder, "cmrc2018", "cmrc2018_trial.json")
    found = msgspec.json.decode(content, type=list[_CmrcPassage])
    return ExternalSet(
        name="cmrc",
        source="ymcui/cmrc2018, CC BY-SA 4.0",
        passages=tuple(passage.context_text for passage in found),
        questions=tuple(
            ExternalQuestion(id=q.query_id, text=q.query_text, passage=n, answers=tuple(q.answers))
            for n, passage in enumerate(found)
            for q in passage.qas
        ),
    )


SETS: dict[str, Callable[[Path], ExternalSet]] = {
    "xquad-zh": _xquad,
    "xquad-en-zh": _xquad_across,
    "drcd": _drcd,
    "cmrc": _cmrc,
}


def _squad(content: bytes) -> tuple[tuple[str, ...], tuple[ExternalQuestion, ...]]:
    articles = msgspec.json.decode(content, type=_Squad).data
    paragraphs = [paragraph for article in articles for paragraph in article.paragraphs]
    return tuple(p.context for p in paragraphs), tuple(_questions(paragraphs))


def _questions(paragraphs: list[_Paragraph]) -> Iterator[ExternalQuestion]:
    for number, paragraph in enumerate(paragraphs):
        for asked in paragraph.qas:
            answers = tuple(dict.fromkeys(answer.text for answer in asked.answers))
            yield ExternalQuestion(id=asked.id, text=asked.question, passage=number, answers=answers)


def _read(folder: Path, own: str, name: str) -> bytes:
    for path in (folder / name, folder / own / name):
        if path.is_file():
            return path.read_bytes()
    raise CasesError(f"{folder} holds no {name}: give --data the folder of the public sets.")
