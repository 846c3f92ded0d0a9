"""`wenbao keys`: make, list and revoke the keys of the service, also while it runs."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import datetime

from rag.cli_show import DONE, note, print_json, table
from rag.domain import ApiKey, Role
from rag.settings import Settings


def create_key(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_keys

    with closing(open_keys(settings)) as keys:
        key, text = keys.create(role=Role(arguments.role), name=arguments.name)
    print(text)
    note(f"This is the only time that the {key.role.value} key {key.id} is shown: keep it now.")
    return DONE


def list_keys(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_keys

    with closing(open_keys(settings)) as keys:
        found = keys.list_keys()
    if arguments.json:
        print_json({"keys": [_record(key) for key in found]})
    elif found:
        rows = [("id", "name", "role", "created", "last used", "revoked")]
        print(table([*rows, *(tuple(text or "–" for text in _record(key).values()) for key in found)]))
    else:
        print("There are no keys yet: run `wenbao keys create --role admin`.")
    return DONE


def revoke_key(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_keys

    with closing(open_keys(settings)) as keys:
        keys.revoke(arguments.key_id)
    print(f"revoked  {arguments.key_id}")
    return DONE


def _record(key: ApiKey) -> dict[str, str | None]:
    """In the order of the table's columns."""
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role.value,
        "created_at": _time(key.created_at),
        "last_used_at": _time(key.last_used_at),
        "revoked_at": _time(key.revoked_at),
    }


def _time(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")
