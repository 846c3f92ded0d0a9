"""`wenbao keys`, also while a service holds the data folder."""

from __future__ import annotations

import json
import re

from filelock import FileLock

from tests.flow.command_line import CommandLine


def test_a_key_is_shown_once_listed_and_revoked(empty_wenbao: CommandLine) -> None:
    wenbao = empty_wenbao
    assert "wenbao keys create" in wenbao("keys", "list").out
    made = wenbao("keys", "create", "--role", "admin", "--name", "运维")
    assert made.status == 0
    found = re.fullmatch(r"wb_([0-9a-f]{12})_([\w-]{43})\n", made.out)
    assert found, made.out
    assert "only time" in made.sentence
    listed = wenbao("keys", "list").out
    assert found[2] not in listed + made.err
    assert all(word in listed for word in ("id", "last used", found[1], "运维", "admin"))
    with FileLock(wenbao.data / "lock"):  # as a service has it
        assert wenbao("keys", "revoke", found[1]).out == f"revoked  {found[1]}\n"
        (record,) = json.loads(wenbao("keys", "list", "--json").out)["keys"]
    assert set(record) == {"id", "name", "role", "created_at", "last_used_at", "revoked_at"}
    assert record["revoked_at"] is not None
    assert record["last_used_at"] is None


def test_what_cannot_be_done_is_said(empty_wenbao: CommandLine) -> None:
    unknown = empty_wenbao("keys", "revoke", "none")
    assert unknown.status == 1
    assert "no key none" in unknown.sentence
    assert empty_wenbao("keys", "create").status == 2
    assert empty_wenbao("keys", "create", "--role", "owner").status == 2
