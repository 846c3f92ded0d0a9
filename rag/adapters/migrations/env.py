"""What alembic runs on a migration: the steps of `versions/`, on the connection and in the transaction that
the store opened."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
