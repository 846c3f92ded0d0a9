"""OpenAI's form of a question and of an answer: chat completions, whole and in pieces.

Only what is proven is written: what a client has read cannot be taken back, so the pieces come when the
record is there, and add up to the content of the whole answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec

from rag.domain import Language
from rag.record import AnswerRecord, CitationRecord
from service.bounds import told
from service.problems import CODES

# --- what comes in: fields that are not named here are ignored ---


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a message; only text is read."""

    type: str
    text: str | None = None


class MessageBody(msgspec.Struct, frozen=True, kw_only=True):
    role: str
    content: str | tuple[PartBody, ...] | None = None

    @property
    def text(self) -> str:
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        return "\n".join(part.text or "" for part in self.content)

    @property
    def is_text(self) -> bool:
        return not isinstance(self.content, tuple) or all(part.type == "text" for part in self.content)


class StreamOptionsBody(msgspec.Struct, frozen=True, kw_only=True):
    include_usage: bool | None = None


class ChatBody(msgspec.Struct, frozen=True, kw_only=True):
    """The last message of the role `user` is the question, the earlier ones are the conversation. Messages of
    other roles change nothing, and neither do `temperature`, `tools` and the like."""

    model: str
    messages: tuple[MessageBody, ...]
    stream: bool | None = None
    n: int | None = None
    stream_options: StreamOptionsBody | None = None

    @property
    def asked(self) -> tuple[MessageBody, ...]:
        return tuple(message for message in self.messages if message.role == "user")


# --- what goes out ---


class UrlCitationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`url` gives the quoted characters; the indexes bound, in the content, the statement that rests on them:
    code points, end exclusive."""

    url: str
    title: str
    start_index: int
    end_index: int


class AnnotationRecord(msgspec.Struct, frozen=True, kw_only=True):
    type: str = "url_citation"
    url_citation: UrlCitationRecord


class UsageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens by cl100k: of all messages, and of the content."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatMessageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal to answer is content as well, so that every client shows it."""

    role: str = "assistant"
    content: str
    refusal: str | None = None
    annotations: tuple[AnnotationRecord, ...]


class ChatChoiceRecord(msgspec.Struct, frozen=True, kw_only=True):
    index: int = 0
    message: ChatMessageRecord
    logprobs: None = None
    finish_reason: str = "stop"


class CompletionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`answer` is the record that POST /v1/ask gives."""

    id: str
    object: str = "chat.completion"
    created: int
    model: str
    choices: tuple[ChatChoiceRecord, ...]
    usage: UsageRecord
    answer: AnswerRecord


class DeltaRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    role: str | None = None
    content: str | None = None
    annotations: tuple[AnnotationRecord, ...] | None = None


class ChunkChoiceRecord(msgspec.Struct, frozen=True, kw_only=True):
    index: int = 0
    delta: DeltaRecord
    logprobs: None = None
    finish_reason: str | None = None


class ChunkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`usage` is there where it was asked for, null but in the last; `answer` in the one that ends the
    content."""

    id: str
    object: str = "chat.completion.chunk"
    created: int
    model: str
    choices: tuple[ChunkChoiceRecord, ...]
    usage: UsageRecord | msgspec.UnsetType | None = msgspec.UNSET
    answer: AnswerRecord | msgspec.UnsetType = msgspec.UNSET


class ModelRecord(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    object: str = "model"
    created: int = 0
    owned_by: str = "wenbao"


class ModelsRecord(msgspec.Struct, frozen=True, kw_only=True):
    object: str = "list"
    data: tuple[ModelRecord, ...]


class ErrorRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is that of the same error as a problem object elsewhere."""

    message: str
    type: str
    param: str | None = None
    code: Annotated[str, told(enum=[*CODES, "model_not_found"])]


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    error: ErrorRecord


# --- an answer as content ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """`pieces` add up to the text of the message."""

    pieces: tuple[str, ...]
    annotations: tuple[AnnotationRecord, ...]

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def content_of(record: AnswerRecord, base_url: str) -> Content:
    """The answer; a line for each marker with its quotation; before it, where there is one, the note."""
    pieces = [f"{record.note}\n\n"] if record.note else []
    offset = len("".join(pieces))
    pieces.append(record.answer)
    annotations: list[AnnotationRecord] = []
    told: set[int] = set()
    for citation in record.citations:
        start, end = citation.answer_start, citation.answer_end
        if citation.marker is None or citation.marker not in told:
            gap, line = "\n" if told else "\n\n", _note(citation, record.language)
            at = len("".join(pieces)) + len(gap)
            pieces.append(gap + line)
            told.add(citation.marker or 0)
            if start is None or end is None:  # a near miss bears no statement of the answer
                start, end = at - offset, at - offset + len(line)
        if start is not None and end is not None:
            annotations.append(_annotation(citation, base_url, start + offset, end + offset))
    return Content(pieces=tuple(pieces), annotations=tuple(annotations))


def _note(citation: CitationRecord, language: str) -> str:
    """[1] 张家口市2024年政府工作报告 · 一、2023年工作回顾：“全市地区生产总值增长5.1%”"""
    marker = "–" if citation.marker is None else f"[{citation.marker}]"
    where = " · ".join((citation.report_title, *citation.section))
    colon = ": " if language == Language.ENGLISH else "："
    return f"{marker} {where}{colon}“{citation.display}”"


def _annotation(citation: CitationRecord, base_url: str, start: int, end: int) -> AnnotationRecord:
    window = f"/v1/sources/{citation.source_id}/text?start={citation.start}&end={citation.end}"
    return AnnotationRecord(
        url_citation=UrlCitationRecord(
            url=f"{base_url.rstrip('/')}{window}",
            title=citation.report_title,
            start_index=start,
            end_index=end,
        )
    )


# --- whole, and in pieces ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What all parts of one answer share. `created` is in seconds since 1970."""

    id: str
    created: int
    model: str

    def whole(self, record: AnswerRecord, content: Content, usage: UsageRecord) -> CompletionRecord:
        message = ChatMessageRecord(content=content.text, annotations=content.annotations)
        return CompletionRecord(
            id=self.id,
            created=self.created,
            model=self.model,
            choices=(ChatChoiceRecord(message=message),),
            usage=usage,
            answer=record,
        )

    def first(self, *, with_usage: bool) -> ChunkRecord:
        return self._chunk(DeltaRecord(role="assistant", content=""), with_usage=with_usage)

    def rest(
        self, record: AnswerRecord, content: Content, usage: UsageRecord, *, with_usage: bool
    ) -> Iterator[ChunkRecord]:
        for piece in content.pieces:
            yield self._chunk(DeltaRecord(content=piece), with_usage=with_usage)
        if content.annotations:
            yield self._chunk(DeltaRecord(annotations=content.annotations), with_usage=with_usage)
        end = ChunkChoiceRecord(delta=DeltaRecord(), finish_reason="stop")
        last = self._chunk(DeltaRecord(), with_usage=with_usage)
        yield msgspec.structs.replace(last, choices=(end,), answer=record)
        if with_usage:
            yield msgspec.structs.replace(last, choices=(), usage=usage)

    def _chunk(self, delta: DeltaRecord, *, with_usage: bool) -> ChunkRecord:
        return ChunkRecord(
            id=self.id,
            created=self.created,
            model=self.model,
            choices=(ChunkChoiceRecord(delta=delta),),
            usage=None if with_usage else msgspec.UNSET,
        )
