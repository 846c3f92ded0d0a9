"""An English question that code hardly understands → its Chinese, by the model, within a time budget.

Places, years and kind stay as code read them from the English; what the translation adds are words to
search for.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.domain import Intent, Language, QuestionKind, Report
from rag.errors import ChatError
from rag.inquiry import AskParts
from rag.steps.compose import TRANSLATION_GRAMMAR, compose_translation

_CHINESE = re.compile(r"[一-龥]")
_ENOUGH = 4
"""Chinese characters that a translation has at least; fewer, and the model has repeated the English."""
_SECONDS = 6.0
_MAX_TOKENS = 60


def with_translation(intent: Intent, text: str, reports: list[Report], parts: AskParts) -> Intent:
    """The intent with the keywords and indicators of the translated question;
    unchanged where the model fails.
    """
    if intent.kind is QuestionKind.OUT_OF_SCOPE:
        return intent
    hardly_understood = not intent.indicators and intent.untranslated
    if parts.chat is None or intent.language is not Language.ENGLISH or not hardly_understood:
        return intent
    prompt = compose_translation(parts.prompts, text)
    seconds = min(_SECONDS, parts.answer_seconds)
    try:
        chinese = "".join(
            parts.chat.write(prompt, grammar=TRANSLATION_GRAMMAR, max_tokens=_MAX_TOKENS, seconds=seconds)
        ).strip()
    except ChatError:
        return intent
    if len(_CHINESE.findall(chinese)) < _ENOUGH:
        return intent
    translated = parts.understand(chinese, reports)
    return replace(
        intent,
        text=f"{intent.text} {translated.text}",
        indicators=intent.indicators or translated.indicators,
        indicator_words=intent.indicator_words or translated.indicator_words,
        keywords=translated.keywords or intent.keywords,
        quoted=(*intent.quoted, *translated.quoted),
    )
