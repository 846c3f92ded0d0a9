"""Line 2: question → Trace. Reads top to bottom as the pipeline does."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from functools import partial

from rag import __version__
from rag.answers.comparison import answer_comparison
from rag.answers.counting import answer_count
from rag.answers.derived import answer_derived
from rag.answers.fact import answer_fact
from rag.answers.refusal import no_report, out_of_scope
from rag.answers.several import answer_several
from rag.answers.translate import with_translation
from rag.domain import Answer, Language, Manifest, Question, QuestionKind, Report, Status, Trace
from rag.errors import QuestionError
from rag.inquiry import AskParts, Inquiry, Listener, milliseconds
from rag.steps.resume import resume
from rag.steps.scope import decide_scope
from rag.steps.tell_scope import tell_scope

__all__ = ["MAX_QUESTION", "AskParts", "Listener", "ask"]

MAX_QUESTION = 2000


def ask(question: Question, *, parts: AskParts, listener: Listener | None = None) -> Trace:
    """Answer or refuse; a follow-up is first made whole out of the questions before it.

    Raises QuestionError for an empty or too long question; a failing model is no error: the sentences
    themselves are then served.
    """
    check_question(question.text)
    started = time.perf_counter()
    reports = parts.holdings.asked(question.filters.report_ids)
    whole = _whole(question, reports, parts)
    listener = listener or Listener()
    understood = parts.understand(whole, reports)
    intent, note = with_translation(understood, whole, reports, parts, listener.wanted)
    inquiry = Inquiry(
        question=replace(question, text=whole),
        parts=parts,
        listener=listener,
        intent=intent,
        reports=reports,
        timings={"understand": milliseconds(started)},
        started=started,
        note=note,
    )
    answer = _answer(inquiry)
    answer = _in_script(replace(answer, note=inquiry.note), parts)
    inquiry.timings["total"] = milliseconds(started)
    return Trace(
        id=uuid.uuid4().hex,
        question=question,
        intent=inquiry.intent,
        hits=tuple(inquiry.hits),
        evidence=inquiry.evidence,
        prompt=inquiry.prompt,
        draft=inquiry.draft,
        faults=inquiry.faults,
        answer=answer,
        manifest=_manifest(parts),
        timings_ms=inquiry.timings,
        question_understood=whole if whole != question.text else None,
        scope=tell_scope(whole, understood, reports, simplify=parts.simplify),
    )


def _whole(question: Question, reports: list[Report], parts: AskParts) -> str:
    """The question itself, or what it stands for after those before it. Nothing of their answers counts."""
    whole = resume(
        question.text,
        question.earlier,
        reports=reports,
        understand=partial(parts.understand, reports=reports),
        traditionalise=parts.traditionalise,
    )
    return whole if len(whole) <= MAX_QUESTION else question.text


def check_question(text: str, name: str = "question") -> None:
    """Raises QuestionError for a question or query that is empty or longer than MAX_QUESTION."""
    if not text.strip():
        raise QuestionError(f"The {name} is empty: write what you want to know.")
    if len(text) > MAX_QUESTION:
        raise QuestionError(f"The {name} has {len(text)} characters; at most {MAX_QUESTION} are read.")


def _answer(inquiry: Inquiry) -> Answer:
    """Which reports, and which kind of answer."""
    kind = inquiry.intent.kind
    if kind is QuestionKind.OUT_OF_SCOPE:
        return out_of_scope(inquiry)
    scope = decide_scope(inquiry.intent, inquiry.reports, inquiry.question.filters)
    if not scope.reports:
        return no_report(inquiry, scope)
    if kind is QuestionKind.COUNT:
        return answer_count(inquiry, scope)
    if (
        kind in (QuestionKind.FACT, QuestionKind.LIST)
        and (answer := answer_several(inquiry, scope)) is not None
    ):
        return answer
    tell = answer_comparison if kind is QuestionKind.COMPARISON else answer_fact
    answer = tell(inquiry, scope)
    if answer.status is Status.REFUSED:
        return answer_derived(inquiry, scope) or answer
    return answer


def _in_script(answer: Answer, parts: AskParts) -> Answer:
    """The answer in traditional characters when the question was. Offsets hold: the length is kept."""
    if answer.language is not Language.TRADITIONAL:
        return answer
    note = answer.note and parts.traditionalise(answer.note)
    answer = replace(answer, note=note)
    text = parts.traditionalise(answer.text)
    if len(text) != len(answer.text):
        return answer
    figures = (replace(f, text=text[f.answer_start : f.answer_end]) for f in answer.figures)
    return replace(answer, text=text, figures=tuple(figures))


def _manifest(parts: AskParts) -> Manifest:
    return Manifest(
        corpus=parts.holdings.digest,
        embedder=parts.embedder,
        chat_model=parts.chat.name if parts.chat else None,
        prompt=parts.prompts.version,
        version=__version__,
    )
