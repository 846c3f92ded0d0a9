"""A conversation as a Markdown document whose footnotes are its citations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from rag.domain import Language
from rag.record import AnswerRecord, CitationRecord
from service.wire_conversations import MessageRecord, WholeConversationRecord

_MARKER = re.compile(r"\[(\d+)\]")
_SIGNS = re.compile(r"([\\`*_\[\]<>~#$|])")
"""What Markdown or HTML would read as more than text: questions and reports are shown, never obeyed."""


def markdown(conversation: WholeConversationRecord) -> str:
    """Footnotes are numbered through the document: each answer counts its own from 1."""
    numbers = count(1)
    lines = [f"# {_plain(conversation.title) or conversation.id}", ""]
    for message in conversation.messages:
        lines += _message(message, numbers)
    return "\n".join(lines).rstrip() + "\n"


def _message(message: MessageRecord, numbers: Iterator[int]) -> list[str]:
    answer = message.answer
    english = answer.language == Language.ENGLISH.value
    cited = {c.marker: c for c in answer.citations if c.marker is not None}  # one may carry two statements
    footnotes = {marker: next(numbers) for marker in cited}
    lines = [f"## {_plain(message.question)}", ""]
    if answer.question_understood is not None:
        name = "Understood as" if english else "理解为"
        lines += [f"*{name}{': ' if english else '：'}{_plain(answer.question_understood)}*", ""]
    lines += [_with_footnotes(answer, footnotes), ""]
    for citation in answer.citations:
        if citation.marker is None:
            lines += [f"> {_source(citation, english=english)}", ""]
    for marker, citation in cited.items():
        lines += [f"[^{footnotes[marker]}]: {_source(citation, english=english)}", ""]
    return lines


def _with_footnotes(answer: AnswerRecord, footnotes: dict[int, int]) -> str:
    """The answer, each of its own marks [1] as a footnote; other brackets are text."""
    parts: list[str] = []
    end = 0
    for match in _MARKER.finditer(answer.answer):
        if (number := footnotes.get(int(match[1]))) is not None:
            parts += [_escaped(answer.answer[end : match.start()]), f"[^{number}]"]
            end = match.end()
    return "".join([*parts, _escaped(answer.answer[end:])])


def _source(citation: CitationRecord, *, english: bool) -> str:
    """“…” — 张家口市 · 2024年报告 · 一、2023年工作回顾 · 000_b9.txt 388–402."""
    year = "" if citation.year is None else f"{citation.year} report" if english else f"{citation.year}年报告"
    where = [
        citation.region or citation.report_title,
        year,
        " / ".join(citation.section),
        f"{citation.source_name} {citation.start}–{citation.end}",
    ]
    return f"“{_plain(citation.display)}” — {' · '.join(_plain(part) for part in where if part)}"


def _plain(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
