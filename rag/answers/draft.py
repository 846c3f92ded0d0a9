"""The model drafts, code proves. A draft that is not proven whole is not served."""

from __future__ import annotations

import time
from contextlib import closing

from rag.domain import Answer, Draft, Language, Prompt, QuestionKind
from rag.errors import ChatError, ChatTimeout
from rag.inquiry import Inquiry, milliseconds
from rag.ports import ChatModel
from rag.steps import phrase
from rag.steps.answer import Claim
from rag.steps.check_figures import check_claims
from rag.steps.check_names import check_names
from rag.steps.cite import lists_all, read_draft, tells
from rag.steps.compose import compose, compose_again, draft_grammar
from rag.steps.gather import asked_count

_MAX_TOKENS = 140
_MAX_TOKENS_LIST = 260
_TRIES = 2
"""A draft with a fault is written once more, with the fault named, but not by a small model in English: of 29
English drafts of the default model that had one, the second try mended none."""


def draft(inquiry: Inquiry, chat: ChatModel) -> Answer | None:
    """An answer whose every statement is proven; None where the sentences themselves are to be served.

    A model that is down or slow is a fault of the draft, not an error of the question.
    """
    mark = time.perf_counter()
    prompt = compose(inquiry.parts.prompts, inquiry.evidence, inquiry.intent, inquiry.question.text)
    claims: list[Claim] = []
    try:
        for _ in range(1 if chat.local and inquiry.language is Language.ENGLISH else _TRIES):
            inquiry.prompt = prompt
            text = _write(inquiry, chat, prompt, mark)
            claims, faults = _proven(inquiry, text)
            inquiry.draft, inquiry.faults = Draft(text=text), (*inquiry.faults, *faults)
            if not faults:
                break
            claims = []
            prompt = compose_again(inquiry.parts.prompts, prompt, text, faults, inquiry.language)
    except ChatError as error:
        inquiry.faults = (*inquiry.faults, str(error))
        if inquiry.draft is None:
            inquiry.note = phrase.unanswered(inquiry.language, late=isinstance(error, ChatTimeout))
    inquiry.timings["model"] = milliseconds(mark)
    return inquiry.answer(claims, mode_used="model") if claims else None


def _proven(inquiry: Inquiry, text: str) -> tuple[list[Claim], list[str]]:
    """The claims of a draft and its faults; none where every claim is proven."""
    intent = inquiry.intent
    claims, faults = read_draft(text, inquiry.evidence, intent.language)
    faults += check_claims(claims, intent, simplify=inquiry.parts.simplify)
    if intent.language is Language.ENGLISH:
        parts, asked = inquiry.parts, inquiry.question.text
        faults += check_names(claims, asked, romanise=parts.romanise, look_up=parts.look_up)
    if claims and not tells(claims, inquiry.question.text):
        faults.append("says nothing that the question does not say")
    if intent.kind is QuestionKind.LIST and not lists_all(claims, asked_count(inquiry.asked)):
        faults.append("names fewer items than were asked for")
    return claims, faults


def _write(inquiry: Inquiry, chat: ChatModel, prompt: Prompt, mark: float) -> str:
    kind = inquiry.intent.kind
    pieces: list[str] = []
    written = chat.write(
        prompt,
        grammar=draft_grammar(prompt.ids, kind, inquiry.language),
        max_tokens=_MAX_TOKENS_LIST if kind is QuestionKind.LIST else _MAX_TOKENS,
        seconds=inquiry.parts.answer_seconds - (time.perf_counter() - inquiry.started),
        wanted=inquiry.listener.wanted,
    )
    with closing(written):
        for piece in written:
            inquiry.timings.setdefault("first_token", milliseconds(mark))
            pieces.append(piece)
            inquiry.listener.token(piece)
    return "".join(pieces)
