"""`wenbao backup` beside a service at work, and `wenbao restore`: the same answers, and nothing half."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from rag.adapters.backup_zip import back_up
from rag.assemble import open_rag
from rag.folder import UPLOADS
from rag.jobs import FileStatus, Job, JobFile, JobState
from rag.settings import Settings
from tests.flow.command_line import ROOT, CommandLine, Ran
from tests.flow.serving import served
from tests.flow.test_service_process import running
from tests.flow.uploading import PROVINCES, as_docx, ended, post, report_text, upload

QUESTION = "2023年张家口的GDP增长多少？"
CLEAN = Ran(status=0, out="clean  3 sources, 3 reports\n", err="")
UPLOADED = 12


@pytest.fixture
def data_copy(short_data: Path, tmp_path: Path) -> Path:
    """Three sources are backed up and restored as eight are: a restored folder is indexed anew."""
    return shutil.copytree(short_data, tmp_path / "data")


def elsewhere(wenbao: CommandLine, *arguments: str, data: Path, **more: str) -> Ran:
    """A command on another data folder."""
    return wenbao(*arguments, WENBAO_DATA=str(data), **more)


@pytest.fixture
def backup(wenbao: CommandLine, tmp_path: Path) -> Path:
    """Of three seeds."""
    file = tmp_path / "backup.zip"
    ran = wenbao("backup", str(file))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"backed up  {file}  ")
    return file


def test_a_restored_folder_answers_as_the_former(wenbao: CommandLine, tmp_path: Path, backup: Path) -> None:
    data = tmp_path / "restored"
    assert elsewhere(wenbao, "restore", str(backup), data=data) == Ran(
        status=0, out="restored  3 sources, 3 reports\n", err=""
    )
    assert elsewhere(wenbao, "verify", data=data) == CLEAN
    asked = ("ask", QUESTION, "--mode", "extractive")
    assert elsewhere(wenbao, *asked, data=data).out == wenbao(*asked).out
    kept = {path.name: path.read_bytes() for path in (wenbao.data / "originals").iterdir()}
    assert len(kept) == 3
    assert {path.name: path.read_bytes() for path in (data / "originals").iterdir()} == kept
    assert sorted(path.name for path in data.iterdir() if path.name.startswith(".")) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_there_is_replaced_only_on_demand(wenbao: CommandLine, tmp_path: Path, backup: Path) -> None:
    again = wenbao("backup", str(backup))
    assert again.status == 1
    assert "is there already" in again.sentence
    source_id = next((wenbao.data / "originals").iterdir()).name
    assert wenbao("remove", source_id).status == 0
    refused = wenbao("restore", str(backup))
    assert refused.status == 1
    assert "is not empty" in refused.sentence
    assert wenbao("verify").out.startswith("clean  2 sources")
    assert wenbao("restore", str(backup), "--replace").status == 0
    assert wenbao("verify") == CLEAN
    nothing = elsewhere(wenbao, "backup", str(tmp_path / "none.zip"), data=tmp_path / "none")
    assert nothing.status == 1
    assert "There is no database" in nothing.sentence


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_half_a_backup_is_refused_and_nothing_is_touched(
    wenbao: CommandLine, tmp_path: Path, backup: Path, share: float
) -> None:
    content = backup.read_bytes()
    half = tmp_path / "half.zip"
    half.write_bytes(content[: int(len(content) * share)])
    for arguments in (
        ["restore", str(half), "--replace"],
        ["restore", str(tmp_path / "no.zip"), "--replace"],
    ):
        ran = wenbao(*arguments)
        assert ran.status == 1
        assert "no whole backup" in ran.sentence or "There is no file" in ran.sentence
    assert wenbao("verify") == CLEAN


def test_a_changed_backup_is_refused(wenbao: CommandLine, tmp_path: Path, backup: Path) -> None:
    """A byte of an original is another, and a name leads out of the folder."""
    with zipfile.ZipFile(backup) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    original = next(name for name in members if name.startswith("originals/"))
    manifest = members["manifest.json"].decode()
    for changed in (
        {**members, original: members[original][:-1] + b"?"},
        {name: content for name, content in members.items() if name != original},
        {**members, "manifest.json": manifest.replace(original, "../../x").encode(), "../../x": b""},
        {**members, "manifest.json": b"{}"},
    ):
        file = tmp_path / "changed.zip"
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in changed.items():
                archive.writestr(name, content)
        ran = elsewhere(wenbao, "restore", str(file), data=tmp_path / "new")
        assert ran.status == 1
        assert "no whole backup" in ran.sentence
        assert [path.name for path in (tmp_path / "new").iterdir()] == ["lock"]


def test_a_damaged_original_is_found(wenbao: CommandLine, tmp_path: Path) -> None:
    original = next((wenbao.data / "originals").iterdir())
    whole = shutil.copy(original, tmp_path / "again.txt")
    original.write_bytes(b"other bytes")
    ran = wenbao("verify")
    assert ran.status == 1
    assert "is damaged: ingest it again" in ran.err
    ran = wenbao("backup", str(tmp_path / "b.zip"))
    assert "is damaged: ingest it again" in ran.sentence
    original.unlink()
    assert "is gone: ingest it again" in wenbao("verify").err
    assert "is gone" in wenbao("backup", str(tmp_path / "b.zip")).sentence
    assert [path.name for path in tmp_path.iterdir() if "b.zip" in path.name] == []
    assert wenbao("ingest", str(whole)).status == 0
    assert wenbao("verify") == CLEAN


def test_an_upload_that_waits_is_in_the_backup(tmp_path: Path, models_folder: Path) -> None:
    settings = Settings(data=tmp_path / "data", models=models_folder)
    waiting = Job(id="0a", created_at=datetime.now(UTC), files=(JobFile(upload=1, name="蔚县.docx"),))
    with open_rag(settings, chat=False) as rag:
        (settings.data / UPLOADS / "0a").mkdir(parents=True)
        (settings.data / UPLOADS / "0a" / "1").write_bytes(as_docx(report_text("蔚县", 2024, 5)))
        rag.jobs.add(waiting)
        back_up(settings.data, tmp_path / "b.zip")
    new = tmp_path / "new"
    run = [sys.executable, "-m", "rag.cli", "restore", str(tmp_path / "b.zip")]
    environment = {"PYTHONPATH": str(ROOT), "WENBAO_DATA": str(new), "WENBAO_MODELS": str(models_folder)}
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("restored  0 sources, 0 reports\n", "")
    with open_rag(Settings(data=new, models=models_folder), chat=False) as rag, served(rag) as client:
        assert ended(client, "0a")["state"] == JobState.DONE
        assert [file.status for file in rag.jobs.find("0a").files] == [FileStatus.ADDED]
        assert [report.region for report in rag.reports()] == ["蔚县"]


def test_backups_beside_a_service_at_work_are_whole(
    wenbao: CommandLine, models_folder: Path, tmp_path: Path
) -> None:
    """While reports come in and go, every backup restores to a clean folder."""
    more = {"WENBAO_CHAT_MODEL": "none", "WENBAO_LOG_LEVEL": "warning"}
    with running(wenbao.data, models_folder, **more) as (_, line):
        url = line.split()[3]
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            first = upload(client, ("first.docx", as_docx(report_text("怀来县", 2024, 77))))
            files = [
                (f"{place}.docx", as_docx(report_text(place, 2024, n)))
                for n, place in enumerate(PROVINCES[:UPLOADED])
            ]
            job_id = post(client, *files).json()["job_id"]
            for n in range(4):
                assert wenbao("backup", str(tmp_path / f"{n}.zip")).status == 0
                if n == 1:
                    source_id = first["files"][0]["source_id"]  # type: ignore[index]
                    assert client.delete(f"/v1/sources/{source_id}").status_code == 204
            ended(client, job_id)
    for n in (0, 3):
        data = tmp_path / f"restored-{n}"
        ran = elsewhere(wenbao, "restore", str(tmp_path / f"{n}.zip"), data=data)
        assert (ran.status, ran.err) == (0, "")
        assert int(ran.out.split()[1]) >= 3
