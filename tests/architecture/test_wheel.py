"""What a wheel holds, and that it finds its own files outside a checkout."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def _files(folder: str) -> set[str]:
    paths = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if "__pycache__" not in path.parts}


def test_wheel_holds_code_page_prompts_and_seeds(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert _files("rag") <= names
    assert _files("service") <= names
    assert {"service/web/index.html", "rag/_seeds/manifest.json"} <= names
    for folder in ("prompts", "seeds"):
        found = _files(folder)
        assert found
        assert {f"rag/_{name}" for name in found} <= names


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"rag", "service", "eval"}
    assert not any("__pycache__" in name for name in zipfile.ZipFile(wheel).namelist())


def test_every_command_of_the_wheel_has_its_module(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (listed,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    commands = configparser.ConfigParser()
    commands.read_string(archive.read(listed).decode())
    modules = {target.partition(":")[0] for target in commands["console_scripts"].values()}
    assert set(commands["console_scripts"]) == {"wenbao", "wenbao-serve", "wenbao-eval"}
    assert {module.replace(".", "/") + ".py" for module in modules} <= set(archive.namelist())


def test_unpacked_wheel_finds_its_files(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    lines = "from rag.resources import prompts_folder as p, seeds_folder as s; print(p(), s(), sep='\\n')"
    # PYTHONPATH stands before an editable install, and -P keeps the current folder out.
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", lines],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    prompts, seeds = map(Path, done.stdout.splitlines())
    assert prompts == tmp_path / "rag" / "_prompts"
    assert seeds == tmp_path / "rag" / "_seeds"
    assert {path.name for path in prompts.iterdir()} == {path.name for path in (ROOT / "prompts").iterdir()}
    assert (seeds / "manifest.json").read_bytes() == (ROOT / "seeds" / "manifest.json").read_bytes()
