"""What comes in and goes out over HTTP of conversations and feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from rag.domain import Conversation, ServedAnswer
from rag.errors import InputError
from rag.record import AnswerRecord
from service.bounds import told

MAX_TITLE = 200
MAX_COMMENT = 2_000


class BeginBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without a title the first question becomes it."""

    title: Annotated[str, told(max_length=MAX_TITLE)] = ""


class TitleBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """1 to 200 characters."""

    title: Annotated[str, told(min_length=1, max_length=MAX_TITLE, pattern=r"\S")]


class FeedbackBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """1 for a good answer, -1 for a bad one; a comment of up to 2,000 characters."""

    rating: Literal[1, -1]
    comment: Annotated[str, told(max_length=MAX_COMMENT)] = ""

    def checked_comment(self) -> str:
        """Raises InputError."""
        comment = self.comment.strip()
        if len(comment) > MAX_COMMENT:
            raise InputError(f"The comment has {len(comment)} characters; at most {MAX_COMMENT} are kept.")
        return comment


class ConversationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`updated_at` is when something was last asked in it."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


class ConversationsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One page, the one last asked in first. `total` counts those of all pages."""

    conversations: tuple[ConversationRecord, ...]
    total: int
    limit: int
    offset: int


class MessageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it was put, and the whole answer as it was served. `rating` is null until it is rated."""

    question: str
    answer: AnswerRecord
    conversation_id: str | None
    created_at: datetime
    rating: int | None
    comment: str


class WholeConversationRecord(ConversationRecord, frozen=True, kw_only=True):
    """`messages` stand in the order in which they were asked."""

    messages: tuple[MessageRecord, ...]


def checked_title(title: str) -> str:
    """On one line. Raises InputError for more than 200 characters."""
    line = " ".join(title.split())
    if len(line) > MAX_TITLE:
        raise InputError(f"The title has {len(line)} characters: give at most {MAX_TITLE}.")
    return line


def conversation_record(conversation: Conversation) -> ConversationRecord:
    return msgspec.convert(conversation, ConversationRecord, from_attributes=True)


def message_record(served: ServedAnswer) -> MessageRecord:
    return MessageRecord(
        question=served.question,
        answer=msgspec.json.decode(served.record, type=AnswerRecord),
        conversation_id=served.conversation_id,
        created_at=served.created_at,
        rating=served.rating,
        comment=served.comment,
    )
