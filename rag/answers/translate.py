"""An English question that code hardly understands → its Chinese, by the model, within a time budget.

Places, years and kind stay as code read them from the English; what the translation adds are words to
search for.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace

from rag.domain import Intent, Language, Report
from rag.errors import ChatError
from rag.inquiry import AskParts
from rag.steps.compose import TRANSLATION_GRAMMAR, compose_translation
from rag.steps.understand import understand

_CHINESE = re.compile(r"[一-龥]")
_ENOUGH = 4
"""Chinese characters that a translation has at least; fewer, and the model has repeated the English."""
_SECONDS = 6.0
_MAX_TOKENS = 60


def with_translation(intent: Intent, text: str, reports: list[Report], parts: AskParts) -> Intent:
    """The intent with the keywords and indicators of the translated question;
    unchanged where the model fails.
    """
    hardly_understood = not intent.indicators and intent.untranslated
    if parts.chat is None or intent.language is not Language.ENGLISH or not hardly_understood:
        return intent
    started = time.perf_counter()
    prompt = compose_translation(parts.prompts, text)
    seconds = min(_SECONDS, parts.answer_seconds)
    try:
        chinese = "".join(
            parts.chat.write(prompt, grammar=TRANSLATION_GRAMMAR, max_tokens=_MAX_TOKENS, seconds=seconds)
        ).strip()
    except ChatError:
        return intent
    if len(_CHINESE.findall(chinese)) < _ENOUGH or time.perf_counter() - started > parts.answer_seconds:
        return intent
    translated = understand(
        chinese,
        reports=reports,
        lexicon=parts.lexicon,
        gazetteer=parts.gazetteer,
        simplify=parts.simplify,
        cut_words=parts.cut_words,
        tag_words=parts.tag_words,
    )
    return replace(
        intent,
        text=f"{intent.text} {translated.text}",
        indicators=intent.indicators or translated.indicators,
        indicator_words=intent.indicator_words or translated.indicator_words,
        keywords=translated.keywords or intent.keywords,
        quoted=(*intent.quoted, *translated.quoted),
    )
