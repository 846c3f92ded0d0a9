"""`KeyStore` on every database, and the keys over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.adapters.keys_argon2 import hash_secret, is_secret
from rag.adapters.keys_sqlalchemy import SqlKeyStore
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import Place
from rag.domain import ApiKey, Role
from rag.errors import NotFound
from rag.keys import Keys
from rag.stores import KeyStore
from tests.contract.made_reports import make_reading

AT = datetime(2026, 11, 24, 20, 0, 5, 250_000, tzinfo=UTC)
Open = Callable[[], KeyStore]


@pytest.fixture
def open_store(database: Place) -> Iterator[Open]:
    """Opens one database, a further connection to it each time."""
    opened: list[KeyStore] = []

    def open_one() -> KeyStore:
        opened.append(SqlKeyStore(database))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def key(key_id: str, *, minutes: int = 0, role: Role = Role.READER) -> ApiKey:
    made = AT + timedelta(minutes=minutes)
    return ApiKey(id=key_id, name="运维", role=role, secret_hash=f"hash of {key_id}", created_at=made)


def test_a_key_comes_back_as_it_was(open_store: Open) -> None:
    store = open_store()
    store.add(key("k1", role=Role.ADMIN))
    assert store.find("k1") == key("k1", role=Role.ADMIN)
    assert store.find("k2") is None
    assert open_store().find("k1") == store.find("k1")


def test_keys_are_listed_oldest_first(open_store: Open) -> None:
    store = open_store()
    for key_id, minutes in (("k1", 5), ("k2", 1), ("k3", 3)):
        store.add(key(key_id, minutes=minutes))
    assert [one.id for one in store.list_keys()] == ["k2", "k3", "k1"]


def test_a_change_is_seen_through_another_connection_at_once(open_store: Open) -> None:
    here, there = open_store(), open_store()
    here.add(key("k1"))
    assert there.find("k1") == key("k1")
    there.mark_used("k1", AT)
    there.revoke("k1", AT)
    found = here.find("k1")
    assert found is not None
    assert (found.last_used_at, found.revoked_at) == (AT, AT)


def test_a_key_is_revoked_once(open_store: Open) -> None:
    store = open_store()
    store.add(key("k1"))
    store.revoke("k1", AT)
    store.revoke("k1", AT + timedelta(days=1))
    found = store.find("k1")
    assert found is not None
    assert found.revoked_at == AT
    with pytest.raises(NotFound, match="no key k2"):
        store.revoke("k2", AT)


def test_reports_stand_beside_keys(database: Place) -> None:
    reports, keys = SqlReportStore(database), SqlKeyStore(database)
    keys.add(key("k1"))
    reports.save(make_reading("s1"))
    assert [one.id for one in keys.list_keys()] == ["k1"]
    assert [source.id for source in reports.sources()] == ["s1"]
    reports.close()
    keys.close()


# --- Keys over a store ---


def test_only_the_whole_key_lets_in(open_store: Open) -> None:
    store = open_store()
    keys = Keys(store)
    record, text = keys.create(role=Role.READER, name="a")
    other, other_text = keys.create(role=Role.ADMIN, name="b")
    for _ in range(2):  # the second time from memory
        found = keys.check(text)
        assert found is not None
        assert (found.id, found.role) == (record.id, Role.READER)
    secret = text.removeprefix(f"wb_{record.id}_")
    swapped = other_text.replace(other.id, record.id)
    for wrong in ("", "wb_", text[:-1], text + "x", text.upper(), f"wb_{record.id}_", secret, swapped, "问"):
        assert keys.check(wrong) is None, wrong


def test_the_secret_is_nowhere_kept(open_store: Open, tmp_path: Path) -> None:
    keys = Keys(open_store())
    record, text = keys.create(role=Role.READER)
    keys.check(text)
    secret = text.rpartition(record.id)[2].strip("_")
    assert all(secret.encode() not in file.read_bytes() for file in tmp_path.rglob("wenbao*"))
    assert record.secret_hash.startswith("$argon2id$")
    assert secret not in repr(record)
    assert record.secret_hash not in repr(record)


def test_a_revoked_key_is_refused_at_once_though_it_is_known(open_store: Open) -> None:
    here, there = Keys(open_store()), Keys(open_store())
    record, text = here.create(role=Role.READER)
    assert here.check(text) is not None
    assert here.stands(record.id)
    there.revoke(record.id)
    assert here.check(text) is None
    assert not here.stands(record.id)


def test_the_last_use_is_written_once_a_minute(open_store: Open) -> None:
    store = open_store()
    keys = Keys(store)
    record, text = keys.create(role=Role.READER)
    keys.check(text)
    first = store.find(record.id)
    keys.check(text)
    assert first is not None
    assert first.last_used_at is not None
    assert store.find(record.id) == first


def test_a_secret_and_its_hash() -> None:
    hashed = hash_secret("secret")
    assert is_secret("secret", hashed)
    assert not is_secret("Secret", hashed)
    assert not is_secret("secret", "no hash")
    assert hash_secret("secret") != hashed
