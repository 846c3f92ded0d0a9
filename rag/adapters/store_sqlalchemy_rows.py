"""The tables of the store, and the nouns of the domain as their rows."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

import numpy as np
from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from rag.domain import FoldedText, Passage, Report, ReportKind, Sentence, SourceText, Span, Stance

Names = list[str]
Numbers = list[int]
"""Offsets of pages; the first and the last of a span of years."""


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own form)
        Names: JSON,
        Numbers: JSON(none_as_null=True),
        str: Text,
        datetime: DateTime(timezone=True),
    }


class SourceRow(Base):
    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    encoding: Mapped[str]
    text: Mapped[str]
    length: Mapped[int]
    indexed: Mapped[bool]
    added_at: Mapped[datetime]
    format: Mapped[str] = mapped_column(server_default="txt")
    pages: Mapped[Numbers] = mapped_column(server_default="[]")
    origin: Mapped[str | None] = mapped_column(index=True)
    original: Mapped[bool] = mapped_column(server_default="0")
    revision: Mapped[str] = mapped_column(String(32), server_default="")
    """Another one whenever the source is stored."""


class ReportRow(Base):
    __tablename__ = "reports"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), index=True)
    span_start: Mapped[int]
    span_end: Mapped[int]
    region: Mapped[str | None]
    parents: Mapped[Names]
    aliases: Mapped[Names]
    year: Mapped[int | None]
    kind: Mapped[str]
    title: Mapped[str]
    truncated: Mapped[bool]
    session: Mapped[str | None]
    sketch: Mapped[Numbers] = mapped_column(server_default="[]")


class SentenceRow(Base):
    __tablename__ = "sentences"
    __table_args__ = (Index("ix_sentences_report_id_ordinal", "report_id", "ordinal"),)

    id: Mapped[str] = mapped_column(String(96), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    span_start: Mapped[int]
    span_end: Mapped[int]
    text: Mapped[str]
    origin: Mapped[bytes]
    display: Mapped[str]
    section: Mapped[Names]
    stance: Mapped[str]
    period: Mapped[int | None]
    years: Mapped[Numbers | None]


class PassageRow(Base):
    __tablename__ = "passages"
    __table_args__ = (Index("ix_passages_report_id_ordinal", "report_id", "ordinal"),)

    id: Mapped[str] = mapped_column(String(96), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    sentence_ids: Mapped[Names]
    search_text: Mapped[str]


class SettingRow(Base):
    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class ConversationRow(Base):
    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_owner_updated_at", "owner", "updated_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(server_default="")
    title: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AnswerRow(Base):
    """`number` is the order in which they were served: two may have the same time."""

    __tablename__ = "answers"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(64), unique=True, index=True)
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    owner: Mapped[str] = mapped_column(server_default="")
    question: Mapped[str]
    question_understood: Mapped[str | None]
    record: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    rating: Mapped[int | None]
    comment: Mapped[str] = mapped_column(server_default="")


class KeyRow(Base):
    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    secret_hash: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


# --- Offset maps ------------------------------------------------------------------------------------


def pack_origin(origin: Sequence[int]) -> bytes:
    """An offset map as its differences, little-endian int32, compressed: about 20 bytes for a sentence."""
    steps = np.diff(np.asarray(origin, dtype=np.int64), prepend=0)
    return zlib.compress(steps.astype("<i4").tobytes())


def unpack_origin(packed: bytes) -> tuple[int, ...]:
    """What `pack_origin` was given."""
    return tuple(accumulate(np.frombuffer(zlib.decompress(packed), dtype="<i4").tolist()))


# --- Nouns to rows: values for a bulk insert --------------------------------------------------------


def source_values(
    source: SourceText, *, added_at: datetime, origin: str | None, indexed: bool, original: bool
) -> dict[str, object]:
    return {
        "id": source.id,
        "name": source.name,
        "sha256": source.sha256,
        "encoding": source.encoding,
        "format": source.format,
        "pages": list(source.pages),
        "text": source.text,
        "length": len(source.text),
        "indexed": indexed,
        "added_at": added_at,
        "origin": origin,
        "original": original,
        "revision": uuid.uuid4().hex,
    }


def report_values(report: Report) -> dict[str, object]:
    return {
        "id": report.id,
        "source_id": report.source_id,
        "span_start": report.span.start,
        "span_end": report.span.end,
        "region": report.region,
        "parents": list(report.parents),
        "aliases": list(report.aliases),
        "year": report.year,
        "kind": report.kind.value,
        "title": report.title,
        "truncated": report.truncated,
        "session": report.session,
        "sketch": list(report.sketch),
    }


def sentence_values(sentence: Sentence) -> dict[str, object]:
    return {
        "id": sentence.id,
        "report_id": sentence.report_id,
        "ordinal": sentence.ordinal,
        "span_start": sentence.span.start,
        "span_end": sentence.span.end,
        "text": sentence.folded.text,
        "origin": pack_origin(sentence.folded.origin),
        "display": sentence.display,
        "section": list(sentence.section),
        "stance": sentence.stance.value,
        "period": sentence.period,
        "years": None if sentence.years is None else list(sentence.years),
    }


def passage_values(passage: Passage, *, ordinal: int) -> dict[str, object]:
    return {
        "id": passage.id,
        "report_id": passage.report_id,
        "ordinal": ordinal,
        "sentence_ids": list(passage.sentence_ids),
        "search_text": passage.search_text,
    }


# --- Rows to nouns ----------------------------------------------------------------------------------


def source_text(row: SourceRow) -> SourceText:
    return SourceText(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        encoding=row.encoding,
        text=row.text,
        format=row.format,
        pages=tuple(row.pages),
    )


def report(row: ReportRow, *, source_name: str) -> Report:
    return Report(
        id=row.id,
        source_id=row.source_id,
        source_name=source_name,
        span=Span(row.span_start, row.span_end),
        region=row.region,
        parents=tuple(row.parents),
        aliases=tuple(row.aliases),
        year=row.year,
        kind=ReportKind(row.kind),
        title=row.title,
        truncated=row.truncated,
        session=row.session,
        sketch=tuple(row.sketch),
    )


def sentence(row: SentenceRow) -> Sentence:
    return Sentence(
        id=row.id,
        report_id=row.report_id,
        ordinal=row.ordinal,
        span=Span(row.span_start, row.span_end),
        folded=FoldedText(text=row.text, origin=unpack_origin(row.origin)),
        display=row.display,
        section=tuple(row.section),
        stance=Stance(row.stance),
        period=row.period,
        years=None if row.years is None else (row.years[0], row.years[1]),
    )


def passage(row: PassageRow) -> Passage:
    return Passage(
        id=row.id,
        report_id=row.report_id,
        sentence_ids=tuple(row.sentence_ids),
        search_text=row.search_text,
    )
