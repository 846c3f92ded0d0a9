"""The model drafts, code proves. A draft that is not proven whole is not served."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing

from rag.domain import Answer, Draft, Evidence, QuestionKind
from rag.errors import ChatError, ChatTimeout
from rag.inquiry import Inquiry, milliseconds
from rag.ports import ChatModel
from rag.steps import phrase
from rag.steps.answer import Claim
from rag.steps.check_figures import check_claims
from rag.steps.cite import lists_all, read_draft
from rag.steps.compose import compose, draft_grammar
from rag.steps.gather import asked_count

_MAX_TOKENS = 140
_MAX_TOKENS_LIST = 260


def draft(inquiry: Inquiry, chat: ChatModel, evidence: Sequence[Evidence]) -> Answer | None:
    """An answer whose every statement is proven; None where the sentences themselves are to be served.

    A model that is down or slow is a fault of the draft, not an error of the question.
    """
    mark = time.perf_counter()
    intent = inquiry.intent
    inquiry.prompt = compose(inquiry.parts.prompts, evidence, intent, inquiry.question.text)
    claims: list[Claim] = []
    try:
        text = _write(inquiry, chat, mark)
        claims, faults = read_draft(text, evidence, intent.language)
        faults += check_claims(claims, intent, simplify=inquiry.parts.simplify)
        if intent.kind is QuestionKind.LIST and not lists_all(claims, asked_count(inquiry.question.text)):
            faults.append("names fewer items than were asked for")
        inquiry.draft, inquiry.faults = Draft(text=text), tuple(faults)
    except ChatError as error:
        inquiry.faults = (str(error),)
        inquiry.note = phrase.unanswered(intent.language, late=isinstance(error, ChatTimeout))
    inquiry.timings["model"] = milliseconds(mark)
    return inquiry.answer(claims, mode_used="model") if claims and not inquiry.faults else None


def _write(inquiry: Inquiry, chat: ChatModel, mark: float) -> str:
    prompt, kind = inquiry.prompt, inquiry.intent.kind
    if prompt is None:
        return ""
    pieces: list[str] = []
    written = chat.write(
        prompt,
        grammar=draft_grammar(prompt.ids, kind),
        max_tokens=_MAX_TOKENS_LIST if kind is QuestionKind.LIST else _MAX_TOKENS,
        seconds=inquiry.parts.answer_seconds - (time.perf_counter() - inquiry.started),
        wanted=inquiry.listener.wanted,
    )
    with closing(written):
        for piece in written:
            if not pieces:
                inquiry.timings["first_token"] = milliseconds(mark)
            pieces.append(piece)
            inquiry.listener.token(piece)
    return "".join(pieces)
