"""A hosted model's draft under a JSON schema that allows only ids which exist → the draft's plain form.

What a grammar does for the local engine. The prompt asks for the plain form, so that a server which takes the
schema and does not obey it gives that, and it goes through unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Literal

import jiter
import msgspec

MORE_TOKENS = 80
"""What the JSON around three to five sentences costs."""

_OWN_IDS = re.compile(r"\s*[\[【]\d*[\]】]?")


def response_format(ids: Sequence[int]) -> dict[str, object]:
    """The request's `response_format`, within what strict mode allows everywhere: no counts, no lengths."""
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "一句完整的话，不带编号"},
            "ids": {
                "type": "array",
                "description": "这句话所依据资料的编号",
                "items": {"type": "integer", "enum": list(ids)},
            },
        },
        "required": ["text", "ids"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence}},
        "required": ["sentences"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "draft", "strict": True, "schema": schema}}


class _Sentence(msgspec.Struct, frozen=True):
    text: str = ""
    ids: tuple[int, ...] = ()


class _Written(msgspec.Struct, frozen=True):
    sentences: tuple[_Sentence, ...] = ()


def plain_draft(pieces: Generator[str]) -> Generator[str]:
    """`{"sentences": [{"text": "增长5.1%", "ids": [1]}]}` → 增长5.1%[1], as it comes. What does not begin as
    JSON goes through; JSON that breaks ends the draft there."""
    whole, sent = "", ""
    with closing(pieces):
        for piece in pieces:
            whole += piece
            if not whole.lstrip():
                continue
            if not whole.lstrip().startswith("{"):
                yield whole
                yield from pieces
                return
            shown = _shown(whole, ended=False)
            if len(shown) > len(sent):
                yield shown[len(sent) :]
                sent = shown
    if rest := _shown(whole, ended=True)[len(sent) :]:
        yield rest


def _shown(whole: str, *, ended: bool) -> str:
    """What is sure of the plain form, and stays as it is when more comes: the ids of the last sentence do
    not."""
    try:
        # Cut off by max_tokens, an id may be the beginning of another: then the draft ends without it.
        mode: Literal["off", "trailing-strings"] = "off" if ended else "trailing-strings"
        found = jiter.from_json(whole.strip().encode(), partial_mode=mode)
        sentences = msgspec.convert(found, _Written).sentences
    except (ValueError, msgspec.ValidationError):
        return ""
    lines: list[str] = []
    for number, sentence in enumerate(sentences, 1):
        text = " ".join(_OWN_IDS.sub("", sentence.text).split()).rstrip(" 。.")
        ids = "".join(f"[{one}]" for one in sentence.ids)
        lines.append(f"{text}{ids}\n" if ended or number < len(sentences) else text)
    return "".join(lines)
