"""Evidence and question → what the model is sent, and the grammar that its draft must follow.

Instructions and examples come first and never change, so that a local engine evaluates them once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import Template

from rag.domain import Evidence, Intent, Language, Prompt, QuestionKind, Stance
from rag.errors import SettingsError

_SLOTS = {
    "question.md": {"evidence", "ask", "question", "reply"},
    "again.md": {"draft", "faults", "reply"},
    "translate.md": {"question"},
}
_ASK = {True: "Question: ", False: "问题："}
_REPLY = {True: "Answer in English:", False: "回答："}
"""By whether the question is English."""
_DONE = {Stance.RESULT: "已完成", Stance.TARGET: "目标", Stance.PLAN: "计划", Stance.OTHER: "其他"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTexts:
    """The prompt files. `version` is the beginning of their digest."""

    instructions: str
    question: Template
    again: Template
    translate: Template
    version: str


def prompt_texts(*, instructions: str, question: str, again: str, translate: str) -> PromptTexts:
    """Check the slots of the prompt files. Raises SettingsError naming a missing or unknown slot."""
    for name, text in (("question.md", question), ("again.md", again), ("translate.md", translate)):
        if wrong := set(Template(text).get_identifiers()) ^ _SLOTS[name]:
            slots = ", ".join(sorted(_SLOTS[name]))
            raise SettingsError(
                f"prompts/{name} must have exactly the slots {slots}; check: {', '.join(wrong)}."
            )
    digest = hashlib.sha256("\0".join((instructions, question, again, translate)).encode()).hexdigest()[:12]
    return PromptTexts(
        instructions=instructions,
        question=Template(question),
        again=Template(again),
        translate=Template(translate),
        version=digest,
    )


def compose(texts: PromptTexts, evidence: Sequence[Evidence], intent: Intent, question: str) -> Prompt:
    """The prompt of one question. Document text is data:
    line breaks and brackets that could pass for ids go.
    """
    lines = [f"[{item.id}] {_origin(item)}：{_fenced(item.text)}" for item in evidence]
    english = intent.language is Language.ENGLISH
    user = texts.question.substitute(
        evidence="\n".join(lines), ask=_ASK[english], question=_fenced(question), reply=_REPLY[english]
    ).strip()
    return Prompt(
        system=texts.instructions,
        user=user,
        ids=tuple(item.id for item in evidence),
        version=texts.version,
    )


def compose_again(
    texts: PromptTexts, prompt: Prompt, draft: str, faults: Sequence[str], language: Language
) -> Prompt:
    """The prompt once more, with the draft that it led to and what is wrong with it."""
    reply = _REPLY[language is Language.ENGLISH]
    again = texts.again.substitute(draft=draft.strip(), faults="；".join(faults), reply=reply).strip()
    return replace(prompt, user=f"{prompt.user}{again}")


def compose_translation(texts: PromptTexts, question: str) -> Prompt:
    """The same instructions, so that their cache holds; only the task differs."""
    user = texts.translate.substitute(question=_fenced(question)).strip()
    return Prompt(system=texts.instructions, user=user, ids=(), version=texts.version)


_CHARACTER = "char ::= [^\\[\\]【】\\n。]"
_CHARACTER_ENGLISH = 'char ::= [^\\[\\]【】\\n。，、（）一-鿿] | "(" [^()\\[\\]\\n]+ ")"'

TRANSLATION_GRAMMAR = 'root ::= char char char char+ "\\n"?\nchar ::= [^\\n\\[\\]]'
"""GBNF: one line."""


def draft_grammar(ids: Sequence[int], kind: QuestionKind, language: Language) -> str:
    """GBNF: one to three statements (five for a list), each with at least one id that exists. English ones
    hold Chinese in brackets only."""
    choices = " | ".join(f'"{number}"' for number in ids)
    more = 5 if kind is QuestionKind.LIST else 3
    return "\n".join(
        (
            "root ::= claim " + "claim? " * (more - 1),
            'claim ::= char char char char+ cite+ ("。" | "." | "\\n")',
            _CHARACTER_ENGLISH if language is Language.ENGLISH else _CHARACTER,
            'cite ::= "[" id "]"',
            f"id ::= {choices}",
        )
    )


def _origin(item: Evidence) -> str:
    report, sentence = item.statement.hit.report, item.statement.hit.sentence
    year = f"{sentence.period}年 " if sentence.period else ""
    return f"{report.region or report.title} {year}{_DONE[sentence.stance]}"


def _fenced(text: str) -> str:
    return " ".join(text.split()).replace("[", "(").replace("]", ")")
