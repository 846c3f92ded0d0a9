"""The cache believes sizes at load and every byte at verify, and never a folder without its manifest."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rag.errors import ModelDamaged, ModelMissing
from rag.models.cache import (
    State,
    fingerprint,
    home,
    locate,
    measure,
    read_manifest,
    stage,
    state,
    verify,
    write_manifest,
)
from rag.models.catalogue import Entry, HubSource, Kind, PinnedFile, RegistrySource

CONTENT = b"weights of a small model"
FILE = PinnedFile(path="small.gguf", size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
CHAT = Entry(
    name="small",
    kind=Kind.CHAT,
    licence="none",
    default=False,
    hub=HubSource(repository="some/small", revision="main", files=(FILE,)),
    registry=RegistrySource(wheels=(), joined=FILE),
)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A cache that holds the model whole."""
    place = home(CHAT, tmp_path)
    place.mkdir()
    (place / FILE.path).write_bytes(CONTENT)
    write_manifest(CHAT, place, source="registry", files=(FILE,))
    return tmp_path


def test_a_whole_model_is_found_and_verified(models: Path) -> None:
    assert locate(CHAT, models) == models / "small" / "small.gguf"
    assert state(CHAT, models) is State.PRESENT
    verify(CHAT, models)
    assert fingerprint(CHAT, models) == FILE.sha256[:12]


def test_a_model_that_is_not_there_names_the_command(tmp_path: Path) -> None:
    assert state(CHAT, tmp_path) is State.ABSENT
    with pytest.raises(ModelMissing, match=r"small is not in .*: run `wenbao models pull small`\."):
        locate(CHAT, tmp_path)


def test_an_interrupted_pull_is_not_a_model(tmp_path: Path) -> None:
    part = stage(CHAT, tmp_path) / "hub" / "small.gguf.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT)
    assert state(CHAT, tmp_path) is State.PARTIAL
    with pytest.raises(ModelMissing):
        locate(CHAT, tmp_path)


def test_a_file_under_the_final_name_without_a_manifest_is_not_trusted(models: Path) -> None:
    (home(CHAT, models) / "manifest.json").unlink()
    assert state(CHAT, models) is State.DAMAGED
    with pytest.raises(ModelDamaged, match="`wenbao models pull small`"):
        locate(CHAT, models)


def test_a_shortened_file_is_seen_at_load(models: Path) -> None:
    (home(CHAT, models) / FILE.path).write_bytes(CONTENT[:-1])
    assert state(CHAT, models) is State.DAMAGED
    with pytest.raises(ModelDamaged, match=r"small\.gguf is missing or cut short"):
        locate(CHAT, models)


def test_a_changed_byte_is_seen_by_verify(models: Path) -> None:
    (home(CHAT, models) / FILE.path).write_bytes(CONTENT.swapcase())
    assert state(CHAT, models) is State.PRESENT
    with pytest.raises(ModelDamaged, match=r"small\.gguf is damaged"):
        verify(CHAT, models)


def test_a_manifest_cannot_vouch_for_another_chat_model(models: Path) -> None:
    place = home(CHAT, models)
    (place / FILE.path).write_bytes(CONTENT.swapcase())
    write_manifest(CHAT, place, source="registry", files=measure(place))
    with pytest.raises(ModelDamaged, match="describes another model"):
        verify(CHAT, models)


def test_a_manifest_that_is_not_one_is_damage(models: Path) -> None:
    (home(CHAT, models) / "manifest.json").write_text('{"model": "small"}')
    with pytest.raises(ModelDamaged, match="cannot be read"):
        read_manifest(CHAT, models)
