"""Secrets of keys as Argon2id hashes.

A secret is 256 random bits, which no guessing reaches: the hash need not be slow to be safe. It is kept as
cheap as Argon2 allows with some memory (8 MiB, about 5 ms), so that wrong keys cannot tire the service.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)


def hash_secret(secret: str) -> str:
    """With its salt and its parameters: about 100 characters."""
    return _HASHER.hash(secret)


def is_secret(secret: str, secret_hash: str) -> bool:
    """Compares in constant time."""
    try:
        return _HASHER.verify(secret_hash, secret)
    except (VerificationError, InvalidHashError):
        return False
