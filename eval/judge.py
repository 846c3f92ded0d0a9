"""Faithfulness and completeness by a language model, for what strings cannot tell. Optional.

Any OpenAI-compatible server judges; its prompt is prompts/judge.md. What was not judged stays unscored.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from tqdm import tqdm

from eval.observation import Observation
from eval.rows import JudgeVerdict, Row
from rag.domain import Prompt
from rag.errors import ChatError
from rag.ports import ChatModel
from rag.resources import prompts_folder

_GRAMMAR = r"""root ::= "{\"faithful_reason\": " string ", \"faithful\": " score rest
rest ::= ", \"complete_reason\": " string ", \"complete\": " score "}"
string ::= "\"" [^"\\\n]+ "\""
score ::= "0.5" | "0" | "1"
"""
_TOKENS = 320
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


class _Verdict(msgspec.Struct):
    """What the judge writes. Scores outside 0 to 1 are no verdict."""

    faithful: float
    faithful_reason: str
    complete: float
    complete_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """`seconds` is how long one verdict may take."""

    model: ChatModel
    seconds: float = 120.0

    @property
    def name(self) -> str:
        """The model and the version of the prompt: another of either judges anew."""
        return f"{self.model.name}/{_instructions()[1]}"


def judge_all(seen: Sequence[Observation], judge: Judge) -> list[Row]:
    """The rows with their verdicts. Refusals and errors state nothing; they are left as they are."""
    bar = tqdm(seen, desc="judging", file=sys.stderr, mininterval=5)
    return [_judged(one, judge) for one in bar]


def _judged(one: Observation, judge: Judge) -> Row:
    row = one.row
    if one.failed or one.refused or (row.judge is not None and row.judge.model == judge.name):
        return row
    try:
        pieces = judge.model.write(_prompt(one), grammar=_GRAMMAR, max_tokens=_TOKENS, seconds=judge.seconds)
        verdict = read_verdict("".join(pieces))
    except ChatError as error:
        return msgspec.structs.replace(row, judge=None, judge_error=f"{error.code}: {error}")
    if verdict is None:
        return msgspec.structs.replace(row, judge=None, judge_error="its verdict is not the JSON asked for")
    found = JudgeVerdict(
        model=judge.name,
        faithful=verdict.faithful,
        faithful_reason=verdict.faithful_reason,
        complete=verdict.complete,
        complete_reason=verdict.complete_reason,
    )
    return msgspec.structs.replace(row, judge=found, judge_error=None)


def read_verdict(text: str) -> _Verdict | None:
    """The JSON object in what the judge wrote, with words or fences around it or not."""
    match = _OBJECT.search(text)
    if match is None:
        return None
    try:
        verdict = msgspec.json.decode(match[0], type=_Verdict, strict=False)
    except msgspec.DecodeError:
        return None
    return verdict if 0 <= verdict.faithful <= 1 and 0 <= verdict.complete <= 1 else None


def _prompt(one: Observation) -> Prompt:
    instructions, version = _instructions()
    passages = "\n".join(f"[{c.marker}] {one.quoted(c)}" for c in one.row.served)
    expected = " & ".join(" | ".join(group) for group in one.case.must_contain) or "(no answer exists)"
    user = (
        f"<question>\n{one.case.question}\n</question>\n<passages>\n{passages}\n</passages>\n"
        f"<answer>\n{one.row.answer}\n</answer>\n<expected>\n{expected}\n</expected>"
    )
    return Prompt(system=instructions, user=user, ids=(), version=version)


def _instructions() -> tuple[str, str]:
    """The text of the prompt and the beginning of its digest."""
    text = (prompts_folder() / "judge.md").read_text(encoding="utf-8").strip()
    return text, hashlib.sha256(text.encode()).hexdigest()[:8]
