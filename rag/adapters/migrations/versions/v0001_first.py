"""The tables of 0.1: sources, reports, sentences, passages, settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("encoding", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("indexed", sa.Boolean, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "source_id",
            sa.String(64),
            sa.ForeignKey("sources.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("span_start", sa.Integer, nullable=False),
        sa.Column("span_end", sa.Integer, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("parents", sa.JSON, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("truncated", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sentences",
        sa.Column("id", sa.String(96), primary_key=True),
        _report_id(),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("span_start", sa.Integer, nullable=False),
        sa.Column("span_end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("origin", sa.LargeBinary, nullable=False),
        sa.Column("display", sa.Text, nullable=False),
        sa.Column("section", sa.JSON, nullable=False),
        sa.Column("stance", sa.Text, nullable=False),
        sa.Column("period", sa.Integer),
    )
    op.create_index("ix_sentences_report_id_ordinal", "sentences", ["report_id", "ordinal"])
    op.create_table(
        "passages",
        sa.Column("id", sa.String(96), primary_key=True),
        _report_id(),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("sentence_ids", sa.JSON, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
    )
    op.create_index("ix_passages_report_id_ordinal", "passages", ["report_id", "ordinal"])


def _report_id() -> sa.Column[str]:
    return sa.Column(
        "report_id", sa.String(64), sa.ForeignKey("reports.id", ondelete="CASCADE"), nullable=False
    )
