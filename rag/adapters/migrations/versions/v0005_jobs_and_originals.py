"""Uploads as jobs with an outcome for each file; which sources have their file kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    # Not as a batch, and no expression as default: SQLite would make the table anew, and dropping the old one
    # takes the reports with it.
    op.add_column("sources", sa.Column("original", sa.Boolean, nullable=False, server_default="0"))
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("region", sa.Text),
        sa.Column("year", sa.Integer),
    )
    op.create_table(
        "job_files",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("upload", sa.Integer, primary_key=True),
        sa.Column("member", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("source_id", sa.Text),
        sa.Column("reports", sa.JSON, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("error", sa.Text),
    )
