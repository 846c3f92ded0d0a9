"""Where a source came from, its format and pages; a report's session and by what two copies of
it are told; years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    with op.batch_alter_table("sources") as sources:
        sources.add_column(sa.Column("format", sa.Text, nullable=False, server_default="txt"))
        sources.add_column(sa.Column("pages", sa.JSON, nullable=False, server_default="[]"))
        sources.add_column(sa.Column("origin", sa.Text))
        sources.create_index("ix_sources_sha256", ["sha256"])
        sources.create_index("ix_sources_origin", ["origin"])
    with op.batch_alter_table("reports") as reports:
        reports.add_column(sa.Column("sketch", sa.JSON, nullable=False, server_default="[]"))
        reports.add_column(sa.Column("session", sa.Text))
    with op.batch_alter_table("sentences") as sentences:
        sentences.add_column(sa.Column("years", sa.JSON))
