"""The keys in the store's database, with SQLAlchemy.

A key is looked up for every call, and `wenbao keys` writes while the service runs: nothing here takes the
lock of the data folder, and nothing is remembered between calls.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from rag.adapters.store_sqlalchemy_open import Place, in_utc, open_engine, reading_session, writing_session
from rag.adapters.store_sqlalchemy_rows import KeyRow
from rag.domain import ApiKey, Role
from rag.errors import NotFound


class SqlKeyStore:
    """`KeyStore` in one database. Safe for threads and beside other processes."""

    def __init__(self, place: Place, *, busy_seconds: float = 30.0) -> None:
        """Opens the database, or makes it. A SQLite write waits `busy_seconds` for another one.

        Raises DataFolderError where the database is damaged or of a newer program, DataFolderBusy.
        """
        self._engine = open_engine(place, busy_seconds=busy_seconds)

    def add(self, key: ApiKey) -> None:
        values = {
            "id": key.id,
            "name": key.name,
            "role": key.role.value,
            "secret_hash": key.secret_hash,
            "created_at": key.created_at,
            "last_used_at": key.last_used_at,
            "revoked_at": key.revoked_at,
        }
        with writing_session(self._engine) as session:
            session.execute(insert(KeyRow).values(values))

    def find(self, key_id: str) -> ApiKey | None:
        with reading_session(self._engine) as session:
            row = session.get(KeyRow, key_id)
            return None if row is None else _key(row)

    def list_keys(self) -> list[ApiKey]:
        with reading_session(self._engine) as session:
            return [
                _key(row) for row in session.scalars(select(KeyRow).order_by(KeyRow.created_at, KeyRow.id))
            ]

    def revoke(self, key_id: str, at: datetime) -> None:
        with writing_session(self._engine) as session:
            row = session.get(KeyRow, key_id)
            if row is None:
                raise NotFound(f"There is no key {key_id}: `wenbao keys list` lists what there is.")
            row.revoked_at = row.revoked_at or at

    def mark_used(self, key_id: str, at: datetime) -> None:
        with writing_session(self._engine) as session:
            session.execute(update(KeyRow).where(KeyRow.id == key_id).values(last_used_at=at))

    def close(self) -> None:
        self._engine.dispose()


def _key(row: KeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        secret_hash=row.secret_hash,
        created_at=in_utc(row.created_at),
        last_used_at=None if row.last_used_at is None else in_utc(row.last_used_at),
        revoked_at=None if row.revoked_at is None else in_utc(row.revoked_at),
    )
