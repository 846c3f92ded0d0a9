"""By what another process tells that a source was stored again, and by what a server of indexes tells one
corpus from another."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    op.add_column("sources", sa.Column("revision", sa.String(32), nullable=False, server_default=""))
    settings = sa.table("settings", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.bulk_insert(settings, [{"name": "corpus", "value": uuid.uuid4().hex}])
