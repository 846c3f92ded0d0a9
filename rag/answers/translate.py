"""An English question that code hardly understands → its Chinese, by the model, within a time budget.

Places, years and kind stay as code read them from the English; what the translation adds are words to
search for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from rag.domain import Intent, Language, QuestionKind, Report
from rag.errors import ChatError, ChatTimeout
from rag.inquiry import AskParts
from rag.steps import phrase
from rag.steps.compose import TRANSLATION_GRAMMAR, compose_translation

_CHINESE = re.compile(r"[一-龥]")
_ENOUGH = 4
"""Chinese characters that a translation has at least; fewer, and the model has repeated the English."""
_SECONDS = 6.0
_MAX_TOKENS = 60


def with_translation(
    intent: Intent, text: str, reports: list[Report], parts: AskParts, wanted: Callable[[], bool]
) -> tuple[Intent, str | None]:
    """The intent with the keywords and indicators of the translated question;
    unchanged where the model fails, with a note for the reader.
    """
    if intent.kind is QuestionKind.OUT_OF_SCOPE:
        return intent, None
    hardly_understood = not intent.indicators and not intent.keywords and intent.untranslated
    if parts.chat is None or intent.language is not Language.ENGLISH or not hardly_understood:
        return intent, None
    prompt = compose_translation(parts.prompts, text)
    seconds = min(_SECONDS, parts.answer_seconds)
    try:
        chinese = "".join(
            parts.chat.write(
                prompt, grammar=TRANSLATION_GRAMMAR, max_tokens=_MAX_TOKENS, seconds=seconds, wanted=wanted
            )
        ).strip()
    except ChatError as error:
        return intent, phrase.untranslated(late=isinstance(error, ChatTimeout))
    if len(_CHINESE.findall(chinese)) < _ENOUGH:
        return intent, None
    translated = parts.understand(chinese, reports)
    fuller = replace(
        intent,
        text=f"{intent.text} {translated.text}",
        indicators=intent.indicators or translated.indicators,
        indicator_words=intent.indicator_words or translated.indicator_words,
        keywords=translated.keywords or intent.keywords,
        quoted=(*intent.quoted, *translated.quoted),
    )
    return fuller, None
