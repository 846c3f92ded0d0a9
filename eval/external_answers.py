"""Retrieve, then read: short answers of the chat model from the passage that search puts first."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tqdm import tqdm

from eval.external_search import PooledSearch
from eval.external_sets import ExternalQuestion, ExternalSet
from eval.metrics.reading import exact_match, f1
from rag.domain import Prompt
from rag.errors import ChatError
from rag.ports import ChatModel
from rag.resources import prompts_folder

_GRAMMAR = "root ::= [^\\n]+"
_TOKENS = 48
_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortAnswer:
    """`error` is set where the model did not answer; such a question scores 0 and is told apart."""

    question: str
    golds: tuple[str, ...]
    answer: str
    found: bool
    em: float
    f1: float
    error: str | None = None


def read_all(pool: ExternalSet, search: PooledSearch, chat: ChatModel, *, size: int) -> list[ShortAnswer]:
    asked = tqdm(pool.sample(size), desc="reading", file=sys.stderr, mininterval=5)
    return [_read(question, pool, search, chat) for question in asked]


def _read(
    question: ExternalQuestion, pool: ExternalSet, search: PooledSearch, chat: ChatModel
) -> ShortAnswer:
    _, _, ranked = search.rank(question.text)
    best = ranked[:1]
    error = None
    try:
        answer = _write(chat, question.text, [pool.passages[n] for n in best])
    except ChatError as exc:
        answer, error = "", str(exc)
    return ShortAnswer(
        question=question.text,
        golds=question.answers,
        answer=answer,
        found=question.passage in best,
        em=exact_match(answer, question.answers),
        f1=f1(answer, question.answers),
        error=error,
    )


def _write(chat: ChatModel, question: str, passages: Sequence[str]) -> str:
    instructions = (prompts_folder() / "short_answer.md").read_text(encoding="utf-8").strip()
    prompt = Prompt(
        system=instructions,
        user="资料：" + "\n".join(passages) + f"\n问题：{question}\n答案：",
        ids=(),
        version="short_answer",
    )
    pieces = chat.write(prompt, grammar=_GRAMMAR, max_tokens=_TOKENS, seconds=_SECONDS)
    return "".join(pieces).strip().splitlines()[0].strip()
