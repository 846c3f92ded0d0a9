"""Conversations and served answers, with SQLAlchemy, in the database of the reports."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete, Update

from rag.adapters.store_sqlalchemy_open import Place, in_utc, open_engine, reading_session, writing_session
from rag.adapters.store_sqlalchemy_rows import AnswerRow, ConversationRow
from rag.domain import Conversation, ServedAnswer
from rag.errors import NotFound

_TITLE = 80
"""Characters of a first question that become the title."""


class SqlConversationStore:
    """`ConversationStore`. Safe for threads, as `SqlReportStore` is, and to open beside it."""

    def __init__(self, place: Place, *, busy_seconds: float = 30.0) -> None:
        """Raises DataFolderError, DataFolderBusy."""
        self._engine = open_engine(place, busy_seconds=busy_seconds)

    # --- conversations ---

    def begin(self, *, owner: str, title: str = "") -> Conversation:
        now = datetime.now(UTC)
        conversation = Conversation(id=uuid.uuid4().hex, title=title, created_at=now, updated_at=now)
        with writing_session(self._engine) as session:
            session.execute(
                insert(ConversationRow).values(
                    id=conversation.id, owner=owner, title=title, created_at=now, updated_at=now
                )
            )
        return conversation

    def conversations(self, *, owner: str, containing: str = "") -> int:
        query = select(func.count()).select_from(ConversationRow).where(_fits(owner, containing))
        with reading_session(self._engine) as session:
            return session.scalar(query) or 0

    def page(self, *, owner: str, containing: str = "", limit: int, offset: int = 0) -> list[Conversation]:
        query = select(ConversationRow).where(_fits(owner, containing))
        newest = query.order_by(ConversationRow.updated_at.desc(), ConversationRow.id)
        with reading_session(self._engine) as session:
            return [_conversation(row) for row in session.scalars(newest.limit(limit).offset(offset))]

    def conversation(self, conversation_id: str, *, owner: str) -> Conversation:
        with reading_session(self._engine) as session:
            return _conversation(_owned(session, conversation_id, owner))

    def rename(self, conversation_id: str, title: str, *, owner: str) -> Conversation:
        with writing_session(self._engine) as session:
            row = _owned(session, conversation_id, owner)
            row.title = title
            return _conversation(row)

    def remove(self, conversation_id: str, *, owner: str) -> None:
        with writing_session(self._engine) as session:
            if not _count(session, delete(ConversationRow).where(_is(conversation_id, owner))):
                raise _no_conversation(conversation_id)

    # --- answers ---

    def keep(self, answer: ServedAnswer, *, owner: str) -> None:
        with writing_session(self._engine) as session:
            if answer.conversation_id is not None:
                row = _owned(session, answer.conversation_id, owner)
                row.title = row.title or " ".join(answer.question.split())[:_TITLE]
                row.updated_at = answer.created_at
            session.execute(
                insert(AnswerRow).values(
                    id=answer.id,
                    conversation_id=answer.conversation_id,
                    owner=owner,
                    question=answer.question,
                    question_understood=answer.question_understood,
                    record=answer.record.decode(),
                    created_at=answer.created_at,
                    rating=answer.rating,
                    comment=answer.comment,
                )
            )

    def answers(self, conversation_id: str, *, owner: str) -> list[ServedAnswer]:
        of_it = AnswerRow.conversation_id == conversation_id
        with reading_session(self._engine) as session:
            _owned(session, conversation_id, owner)
            query = select(AnswerRow).where(of_it).order_by(AnswerRow.number)
            return [_answer(row) for row in session.scalars(query)]

    def questions(self, conversation_id: str, *, owner: str, last: int) -> list[str]:
        whole = func.coalesce(AnswerRow.question_understood, AnswerRow.question)
        query = select(whole).where(AnswerRow.conversation_id == conversation_id)
        with reading_session(self._engine) as session:
            _owned(session, conversation_id, owner)
            newest = session.scalars(query.order_by(AnswerRow.number.desc()).limit(last))
            return list(newest)[::-1]

    def answer(self, answer_id: str, *, owner: str) -> ServedAnswer:
        with reading_session(self._engine) as session:
            return _answer(_served(session, answer_id, owner))

    def rate(self, answer_id: str, *, owner: str, rating: int, comment: str = "") -> ServedAnswer:
        with writing_session(self._engine) as session:
            row = _served(session, answer_id, owner)
            row.rating, row.comment = rating, comment
            return _answer(row)

    def forget(self, *, before: datetime) -> int:
        with writing_session(self._engine) as session:
            gone = _count(session, delete(AnswerRow).where(AnswerRow.created_at < before))
            return gone + _count(session, delete(ConversationRow).where(ConversationRow.updated_at < before))

    def close(self) -> None:
        self._engine.dispose()


def _is(conversation_id: str, owner: str) -> ColumnElement[bool]:
    return and_(ConversationRow.id == conversation_id, ConversationRow.owner == owner)


def _fits(owner: str, containing: str) -> ColumnElement[bool]:
    mine = ConversationRow.owner == owner
    if not containing:
        return mine
    asked = select(AnswerRow.conversation_id).where(
        AnswerRow.conversation_id.is_not(None),
        or_(
            AnswerRow.question.icontains(containing, autoescape=True),
            AnswerRow.question_understood.icontains(containing, autoescape=True),
        ),
    )
    titled = ConversationRow.title.icontains(containing, autoescape=True)
    return and_(mine, or_(titled, ConversationRow.id.in_(asked)))


def _owned(session: Session, conversation_id: str, owner: str) -> ConversationRow:
    row = session.scalar(select(ConversationRow).where(_is(conversation_id, owner)))
    if row is None:
        raise _no_conversation(conversation_id)
    return row


def _served(session: Session, answer_id: str, owner: str) -> AnswerRow:
    row = session.scalar(select(AnswerRow).where(AnswerRow.id == answer_id, AnswerRow.owner == owner))
    if row is None:
        raise NotFound(f"There is no answer {answer_id}: give the id that stands in the answer.")
    return row


def _count(session: Session, statement: Delete | Update) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(
        id=row.id, title=row.title, created_at=in_utc(row.created_at), updated_at=in_utc(row.updated_at)
    )


def _answer(row: AnswerRow) -> ServedAnswer:
    return ServedAnswer(
        id=row.id,
        conversation_id=row.conversation_id,
        question=row.question,
        question_understood=row.question_understood,
        record=row.record.encode(),
        created_at=in_utc(row.created_at),
        rating=row.rating,
        comment=row.comment,
    )


def _no_conversation(conversation_id: str) -> NotFound:
    return NotFound(f"There is no conversation {conversation_id}: GET /v1/conversations lists what there is.")
