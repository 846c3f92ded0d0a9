"""Keys: makes, checks and revokes what lets a caller of the service in. A key reads `wb_<id>_<secret>`."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from rag.adapters.keys_argon2 import hash_secret, is_secret
from rag.domain import ApiKey, Role
from rag.errors import DataFolderError
from rag.stores import KeyStore

PREFIX = "wb"
_USED_EVERY = timedelta(minutes=1)
"""How often a key's last use is written: a write to disk for every call would cost more than the call."""


class Keys:
    """The keys of a data folder. Safe for threads.

    `check` costs one look-up by primary key. Only the first time that this process sees a key does it also
    cost the hash; afterwards the key is known by a digest under a secret of this process. As the row is read
    every time, a revoked key is refused from the next call on, whichever process revoked it.
    """

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._pepper = secrets.token_bytes(32)
        self._seen: dict[str, bytes] = {}
        self._marked: dict[str, datetime] = {}

    def create(self, *, role: Role, name: str = "") -> tuple[ApiKey, str]:
        """The key's record, and the text that its owner sends; the text cannot be had again."""
        secret = secrets.token_urlsafe(32)
        key = ApiKey(
            id=secrets.token_hex(6),
            name=name,
            role=role,
            secret_hash=hash_secret(secret),
            created_at=datetime.now(UTC),
        )
        self._store.add(key)
        return key, f"{PREFIX}_{key.id}_{secret}"

    def check(self, text: str) -> ApiKey | None:
        """The key of this text; None where there is none, where its secret is another, where it is revoked.

        Whether an id exists shows in the time that this takes; an id is no secret.
        """
        prefix, _, rest = text.partition("_")
        key_id, _, secret = rest.partition("_")
        key = self._store.find(key_id) if prefix == PREFIX else None
        if key is None or key.revoked_at is not None or not self._is_its(key, secret):
            return None
        self._mark_used(key.id)
        return key

    def stands(self, key_id: str) -> bool:
        """Whether the key is there and not revoked."""
        key = self._store.find(key_id)
        return key is not None and key.revoked_at is None

    def list_keys(self) -> list[ApiKey]:
        """The revoked ones too, oldest first."""
        return self._store.list_keys()

    def revoke(self, key_id: str) -> None:
        """Raises NotFound."""
        self._store.revoke(key_id, datetime.now(UTC))

    def close(self) -> None:
        self._store.close()

    def _is_its(self, key: ApiKey, secret: str) -> bool:
        digest = hashlib.blake2b(f"{key.secret_hash} {secret}".encode(), key=self._pepper).digest()
        if hmac.compare_digest(self._seen.get(key.id, b""), digest):
            return True
        if not is_secret(secret, key.secret_hash):
            return False
        self._seen[key.id] = digest
        return True

    def _mark_used(self, key_id: str) -> None:
        now = datetime.now(UTC)
        before = self._marked.get(key_id)
        if before is None or now - before >= _USED_EVERY:
            self._marked[key_id] = now
            with suppress(DataFolderError):  # a full or busy database must not turn the caller away
                self._store.mark_used(key_id, now)
