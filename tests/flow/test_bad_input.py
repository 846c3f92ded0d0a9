"""What a person can get wrong: the exit status, one sentence that says what to do, and nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.cli_show import answer_text
from rag.domain import Mode, Question
from rag.library import Rag
from rag.models.catalogue import find_entry
from rag.resources import seeds_folder
from tests.flow.command_line import ROOT, CommandLine

EMBEDDER = "multilingual-e5-small"
CHAT = "qwen2.5-coder-1.5b"
QUESTION = "2023年张家口的GDP增长多少？"
HOLDER = """
import sys
from pathlib import Path
from rag.assemble import open_rag
from rag.settings import Settings

with open_rag(Settings(data=Path(sys.argv[1]), models=Path(sys.argv[2])), chat=False):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("words", "says"),
    [("", "is empty"), (" \n　", "is empty"), ("年" * 100_000, "has 100000 characters; at most 2000")],
)
def test_no_question_and_too_long_a_one(wenbao: CommandLine, command: str, words: str, says: str) -> None:
    mode = ["--mode", "extractive"] if command == "ask" else []
    ran = wenbao(command, words, *mode)
    assert (ran.status, ran.out) == (1, "")
    assert says in ran.sentence
    wenbao.assert_nothing_lost()


@pytest.mark.parametrize(
    "words",
    [
        "？？？",
        "\x00\x01",
        "👨‍👩‍👧‍👦",
        "'; DROP TABLE sources; --",
        "[1][2]【】{}$question",
        "%s%n",
        "\ud800",
    ],
)
def test_a_question_of_signs_is_answered_or_refused(seeded_rag: Rag, words: str) -> None:
    trace = seeded_rag.ask(Question(text=words, mode=Mode.EXTRACTIVE))
    assert answer_text(trace).strip()
    assert len(seeded_rag.reports()) == 8


def test_files_that_are_no_reports_fail_by_name_and_the_others_are_kept(
    wenbao: CommandLine, tmp_path: Path
) -> None:
    written = {
        "empty.txt": b"",
        "blank.txt": b" \n\t\n",
        "binary.txt": os.urandom(2000),
        "report.pdf": b"%PDF-1.7\n" + os.urandom(500),
        "english.txt": b"The government work report.",
        "good.txt": "怀来县政府工作报告\n2024年1月5日\n2023年，粮食产量达到10万吨。".encode("gb18030"),
    }
    for name, content in written.items():
        (tmp_path / name).write_bytes(content)
    names = ["missing.txt", *written]
    ran = wenbao("ingest", *(str(tmp_path / name) for name in names))
    said = dict(zip(names, ran.out.splitlines(), strict=True))
    assert ran.status == 1
    assert ran.sentence == "wenbao: 6 of 7 files could not be ingested; the others are kept."
    assert said["missing.txt"] == f"failed     missing.txt: {tmp_path / 'missing.txt'} does not exist."
    assert said["empty.txt"] == "failed     empty.txt: empty.txt is empty."
    assert said["blank.txt"] == "failed     blank.txt: blank.txt is empty."
    assert said["binary.txt"].startswith("failed     binary.txt: ")
    assert "is a damaged PDF" in said["report.pdf"]
    assert "holds no Chinese text" in said["english.txt"]
    assert said["good.txt"].startswith("added      good.txt  1 report")
    assert wenbao.report_count() == 9
    assert wenbao("verify").out == "clean  6 sources, 9 reports\n"


def test_too_large_a_file(wenbao: CommandLine, tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    large.write_bytes("年".encode() * 400_000)
    ran = wenbao("ingest", str(large), WENBAO_UPLOAD_MEGABYTES="1")
    assert (ran.status, ran.out) == (1, "failed     large.txt: large.txt has 1 MB; at most 1 MB are read.\n")
    wenbao.assert_nothing_lost()


def test_a_folder_without_reports(wenbao: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    ran = wenbao("ingest", str(tmp_path / "nothing"))
    assert (ran.status, ran.out) == (1, "")
    assert "There is no text, Markdown, HTML, PDF, Word or zip file in" in ran.sentence
    wenbao.assert_nothing_lost()


def test_a_source_that_is_not_there(wenbao: CommandLine) -> None:
    ran = wenbao("remove", "0123456789abcdef")
    assert (ran.status, ran.out) == (1, "")
    assert "`wenbao reports`" in ran.sentence
    wenbao.assert_nothing_lost()


# --- Models -----------------------------------------------------------------------------------------


def test_without_the_chat_model_the_sentences_answer(wenbao: CommandLine, tmp_path: Path) -> None:
    models = _models(tmp_path, wenbao.models, EMBEDDER)
    asked = wenbao("ask", QUESTION, WENBAO_MODELS=str(models))
    assert asked.status == 0
    assert "5.1%[1]" in asked.out
    assert CHAT in asked.sentence
    assert "`wenbao models pull`" in asked.sentence
    extractive = wenbao("ask", QUESTION, "--mode", "extractive", WENBAO_MODELS=str(models))
    assert (extractive.status, extractive.out, extractive.err) == (0, asked.out, "")
    wenbao.assert_nothing_lost()


def test_half_a_chat_model_is_said_and_the_sentences_answer(wenbao: CommandLine, tmp_path: Path) -> None:
    models = _models(tmp_path, wenbao.models, EMBEDDER)
    weights = _half(models, wenbao.models, CHAT)
    ran = wenbao("ask", QUESTION, WENBAO_MODELS=str(models))
    assert ran.status == 0
    assert "5.1%[1]" in ran.out
    assert f"{weights} is missing or cut short" in ran.sentence
    assert "damaged" in wenbao("models", "list", WENBAO_MODELS=str(models)).out
    wenbao.assert_nothing_lost()


def test_without_a_whole_embedder_nothing_is_searched(wenbao: CommandLine, tmp_path: Path) -> None:
    missing = wenbao("ask", QUESTION, WENBAO_MODELS=str(tmp_path / "none"))
    assert (missing.status, missing.out) == (1, "")
    assert f"{EMBEDDER} is not in" in missing.sentence
    models = _models(tmp_path, wenbao.models)
    weights = _half(models, wenbao.models, EMBEDDER)
    for command in (["search", "粮食"], ["ingest", "--seeds"]):
        halved = wenbao(*command, WENBAO_MODELS=str(models))
        assert (halved.status, halved.out) == (1, "")
        assert f"{weights} is missing or cut short" in halved.sentence
        assert "`wenbao models pull`" in halved.sentence
    wenbao.assert_nothing_lost()


def _models(tmp_path: Path, cache: Path, *names: str) -> Path:
    """A model cache with these models of the real one, linked."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(cache / name)
    return folder


def _half(folder: Path, cache: Path, name: str) -> Path:
    """A copy of a model whose largest file is cut to a megabyte, as a copy over a bad line leaves it."""
    entry = find_entry(name)
    largest = max(entry.hub.files, key=lambda file: file.size).path
    shutil.copytree(cache / name, folder / name, ignore=shutil.ignore_patterns(largest))
    with (cache / name / largest).open("rb") as whole:
        (folder / name / largest).write_bytes(whole.read(1_000_000))
    return folder / name / largest


# --- Two at once, wrong settings, wrong usage -------------------------------------------------------


def test_a_second_process_is_told_that_the_folder_is_in_use(wenbao: CommandLine) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(wenbao.data), str(wenbao.models)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "open\n"
    started = time.monotonic()
    second = wenbao.start("ingest", "--seeds")
    out, err = second.communicate(timeout=60)
    waited = time.monotonic() - started
    first.communicate(timeout=60)
    assert (second.returncode, out) == (1, "")
    assert err == (
        f"wenbao: {wenbao.data} is in use by another wenbao process: "
        "stop that one, or set WENBAO_DATA to another folder.\n"
    )
    assert waited < 30
    assert first.returncode == 0
    wenbao.assert_nothing_lost()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"WENBAO_CHATMODEL": "none"}, "did you mean WENBAO_CHAT_MODEL?"),
        ({"WENBAO_PORT": "eighty"}, "WENBAO_PORT must be a number, not 'eighty'"),
        ({"WENBAO_EMBEDDER": "multilingual-e5"}, "did you mean multilingual-e5-small?"),
    ],
)
def test_wrong_settings_are_wrong_usage(wenbao: CommandLine, settings: dict[str, str], says: str) -> None:
    ran = wenbao("reports", **settings)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.sentence
    wenbao.assert_nothing_lost()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "COMMAND"),
        (["frobnicate"], "'frobnicate'"),
        (["ask"], "QUESTION"),
        (["ask", "a", "b"], "unrecognized arguments: b"),
        (["ask", "a", "--mode", "magic"], "'magic'"),
        (["search", "a", "--limit", "0"], "'0' is not a whole number above 0"),
        (["ingest"], "Name the files or folders to ingest, or give --seeds."),
        (["ingest", "--seeds", "--year", "24"], "'24' is not a year such as 2024"),
        (["models", "pull", "qwen2.5-coder-1.5"], "did you mean qwen2.5-coder-1.5b?"),
        (["models"], "COMMAND"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_opened(
    empty_wenbao: CommandLine, arguments: list[str], says: str
) -> None:
    ran = empty_wenbao(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert not empty_wenbao.data.exists()


def test_a_data_folder_that_is_a_file(empty_wenbao: CommandLine) -> None:
    empty_wenbao.data.write_text("mine", encoding="utf-8")
    ran = empty_wenbao("reports")
    assert (ran.status, ran.out) == (1, "")
    assert str(empty_wenbao.data) in ran.sentence
    assert empty_wenbao.data.read_text(encoding="utf-8") == "mine"


def test_a_damaged_database_is_not_touched(wenbao: CommandLine) -> None:
    database = wenbao.data / "wenbao.db"
    database.write_bytes(b"not a database at all" * 200)
    ran = wenbao("reports")
    assert (ran.status, ran.out) == (1, "")
    assert "The database is damaged" in ran.sentence
    assert seeds_folder().is_dir()
