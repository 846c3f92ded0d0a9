"""What becomes of a source over time: replaced, moved, read again, rebuilt beside, cut off, out of room."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.assemble import open_rag
from rag.domain import Filters, Mode, Question
from rag.errors import ServerUnreachable
from rag.ingest import Change, Outcome
from rag.library import Rag
from rag.resources import seeds_folder
from rag.settings import Settings
from rag.steps.identify import Hints
from tests.flow.command_line import ROOT, CommandLine
from tests.flow.killing import made_report

TITLE = "2024年怀来县政府工作报告\n各位代表：\n一、2023年工作回顾\n"
FORMER = f"{TITLE}2023年粮食产量达到10万吨，增长3%。新建公园7个。"
NEWER = f"{TITLE}2023年粮食产量达到12万吨，增长4%。新建公园9个。改造老旧小区21个。"
QUESTION = Question(text="怀来县2023年粮食产量是多少？", mode=Mode.EXTRACTIVE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "huailai.txt"
    path.write_text(FORMER, encoding="utf-8")
    return path


@pytest.fixture
def rag(tmp_path: Path, models_folder: Path, file: Path) -> Iterator[Rag]:
    """One report is there: 10万吨."""
    with open_rag(Settings(data=tmp_path / "data", models=models_folder), chat=False) as opened:
        assert ingest(opened, file).change is Change.ADDED
        yield opened


def ingest(rag: Rag, path: Path, hints: Hints = Hints()) -> Outcome:
    (outcome,) = rag.ingest_paths([path], hints=hints)
    return outcome


def answer(rag: Rag) -> str:
    return rag.ask(QUESTION).answer.text


# --- A file that changes ----------------------------------------------------------------------------


def test_a_changed_file_replaces_its_own(rag: Rag, file: Path) -> None:
    file.write_text(NEWER, encoding="utf-8")
    outcome = ingest(rag, file)
    assert (outcome.change, outcome.sentences) == (Change.REPLACED, 6)
    assert [report.source_id for report in rag.reports()] == [outcome.source_id]
    assert "12万吨" in answer(rag)
    assert "10万吨" not in answer(rag)
    assert rag.verify() == []
    file.write_text(FORMER, encoding="utf-8")
    assert ingest(rag, file).change is Change.REPLACED
    assert "10万吨" in answer(rag)
    assert rag.verify() == []


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 400, b"%PDF-1.7\n"])
def test_what_cannot_be_read_leaves_the_former_state(rag: Rag, file: Path, content: bytes) -> None:
    before = rag.reports()
    file.write_bytes(content)
    outcome = ingest(rag, file)
    assert outcome.change is Change.FAILED
    assert outcome.error is not None
    assert outcome.error.endswith(" What it held before is kept.")
    assert rag.reports() == before
    assert "10万吨" in answer(rag)
    assert rag.verify() == []


def test_a_renamed_file_costs_nothing_and_is_still_replaced(rag: Rag, file: Path) -> None:
    before = rag.reports()
    moved = file.rename(file.with_name("moved.txt"))
    assert ingest(rag, moved).change is Change.UNCHANGED
    assert rag.reports() == before
    moved.write_text(NEWER, encoding="utf-8")
    assert ingest(rag, moved).change is Change.REPLACED
    assert len(rag.reports()) == 1


def test_a_file_that_takes_the_bytes_of_another_gives_up_its_own(rag: Rag, file: Path) -> None:
    other = file.with_name("other.txt")
    other.write_text(NEWER, encoding="utf-8")
    assert ingest(rag, other).change is Change.ADDED
    file.write_text(NEWER, encoding="utf-8")
    assert ingest(rag, file).change is Change.REPLACED
    assert [rag.source_text(report.source_id).text for report in rag.reports()] == [NEWER]
    assert rag.verify() == []


def test_the_same_bytes_are_read_again_for_other_hints(rag: Rag, file: Path) -> None:
    assert ingest(rag, file, Hints(region="涿鹿县")).change is Change.REPLACED
    assert [(report.region, report.year) for report in rag.reports()] == [("涿鹿县", 2024)]
    assert rag.verify() == []
    assert ingest(rag, file).change is Change.UNCHANGED
    assert ingest(rag, file, Hints(region="涿鹿县")).change is Change.UNCHANGED
    assert ingest(rag, file, Hints(year=2025)).change is Change.REPLACED
    assert [(report.region, report.year) for report in rag.reports()] == [("涿鹿县", 2025)]
    file.write_text(NEWER, encoding="utf-8")
    assert ingest(rag, file).change is Change.REPLACED
    assert [(report.region, report.year) for report in rag.reports()] == [("涿鹿县", 2025)]
    source_id = rag.reports()[0].source_id
    rag.remove(source_id)
    assert ingest(rag, file).change is Change.ADDED
    assert [(report.region, report.year) for report in rag.reports()] == [("怀来县", 2024)]


def test_an_interrupted_ingest_leaves_the_former_state(rag: Rag, file: Path) -> None:
    file.write_text(NEWER, encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        list(rag.ingest_paths([file], progress=_interrupt))
    assert "10万吨" in answer(rag)
    assert rag.verify() == []
    with pytest.raises(KeyboardInterrupt):
        list(rag.ingest_paths([file], hints=Hints(year=2024), progress=_interrupt))
    assert "10万吨" in answer(rag)
    rag.finish()
    assert rag.verify() == []


def test_who_lost_its_turn_takes_out_nothing_of_who_has_it_now(rag: Rag, file: Path) -> None:
    """As after a restart of PostgreSQL, when another process ingests the same file before this one hears."""
    file.write_text(NEWER, encoding="utf-8")
    taken_over: list[Outcome] = []

    def lose(_what: str, _done: int, _total: int, /) -> None:
        taken_over.extend(rag.ingest_paths([file]))
        raise ServerUnreachable("The database cannot be reached.")

    with pytest.raises(ServerUnreachable):
        list(rag.ingest_paths([file], progress=lose))
    assert [outcome.change for outcome in taken_over] == [Change.REPLACED]
    assert "12万吨" in answer(rag)
    assert rag.verify() == []


def _interrupt(_what: str, _done: int, _total: int, /) -> None:
    raise KeyboardInterrupt


# --- Rebuild ----------------------------------------------------------------------------------------


def test_the_old_index_answers_while_the_new_one_is_filled(rag: Rag) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_what: str, _done: int, _total: int, /) -> None:
        begun.set()
        assert go_on.wait(60)

    thread = threading.Thread(target=rag.rebuild, args=(wait,))
    thread.start()
    assert begun.wait(60)
    data = rag.settings.data
    assert "10万吨" in answer(rag)
    assert rag.search("新建公园")[0].sentence.text.startswith("新建公园7个")
    assert sorted(path.name for path in data.glob("index-*")) == ["index-1"]
    assert (data / "passages").is_dir()
    go_on.set()
    thread.join(60)
    assert "10万吨" in answer(rag)
    assert not (data / "passages").exists()
    assert not (data / "words").exists()
    assert sorted(path.name for path in (data / "index-1").iterdir()) == ["passages", "words"]
    assert rag.verify() == []
    assert rag.rebuild() == 1
    assert [path.name for path in data.glob("index-*")] == ["index-2"]
    assert rag.verify() == []


def test_a_rebuild_that_fails_leaves_the_old_index(rag: Rag) -> None:
    with pytest.raises(KeyboardInterrupt):
        rag.rebuild(_interrupt)
    assert list(rag.settings.data.glob("index-*")) == []
    assert "10万吨" in answer(rag)
    assert rag.verify() == []
    assert rag.rebuild() == 1
    assert "10万吨" in answer(rag)


def test_left_overs_go_at_the_next_start(rag: Rag, models_folder: Path) -> None:
    data = rag.settings.data
    rag.rebuild()
    rag.close()
    for name in ("passages", "words", "index-7"):
        (data / name).mkdir()
        (data / name / "half").write_text("…")
    with open_rag(Settings(data=data, models=models_folder), chat=False, check=False) as again:
        assert len(again.reports()) == 1
    assert sorted(path.name for path in data.iterdir() if path.is_dir()) == ["index-1", "originals"]


@pytest.mark.parametrize("damaged", ["passages/chroma.sqlite3", "words/meta.json"])
def test_rebuild_mends_damaged_indexes(empty_wenbao: CommandLine, file: Path, damaged: str) -> None:
    assert empty_wenbao("ingest", str(file)).status == 0
    (empty_wenbao.data / damaged).write_bytes(b"not an index" * 500)
    asked = empty_wenbao("search", "公园")
    assert (asked.status, asked.out) == (1, "")
    assert "`wenbao rebuild`" in asked.sentence
    assert empty_wenbao.report_count() == 1
    rebuilt = empty_wenbao("rebuild")
    assert (rebuilt.status, rebuilt.out) == (0, "rebuilt  1 sources, 1 reports\n")
    assert empty_wenbao("verify").out == "clean  1 sources, 1 reports\n"


# --- What wants no embedder -------------------------------------------------------------------------


def test_reports_verify_and_remove_want_no_weights(wenbao: CommandLine, tmp_path: Path) -> None:
    nowhere = {"WENBAO_MODELS": str(tmp_path / "none")}
    assert len(wenbao("reports", **nowhere).out.splitlines()) == 8
    assert wenbao("verify", **nowhere).out == "clean  5 sources, 8 reports\n"
    assert wenbao("remove", "63d933d196e57639", **nowhere).status == 0
    assert wenbao("verify", **nowhere).out == "clean  4 sources, 7 reports\n"
    store = SqlReportStore(wenbao.data / "wenbao.db")
    store.mark(store.sources()[0].id, indexed=False)
    store.close()
    pending = wenbao("verify", **nowhere)
    assert pending.status == 1
    assert "is stored but not indexed yet" in pending.err
    assert wenbao("verify").out == "clean  4 sources, 7 reports\n"


# --- Agreement --------------------------------------------------------------------------------------


def test_verify_names_each_disagreement(rag: Rag) -> None:
    source_id = rag.reports()[0].source_id
    indexes = rag._generations.current()
    (passage,) = [p for p in rag._store.passages([f"{source_id}-1"]) if "公园" in p.search_text]
    stray = replace(passage, id="stray")
    indexes.passages.add([stray], rag._embedder.embed_passages([stray.search_text]))
    indexes.words.remove([f"{source_id}-1"])
    problems = rag.verify()
    assert problems[0] == "The dense index holds, beside those of the store, 1 passage, stray among them."
    assert problems[1].startswith("The lexical index lacks 5 sentences")


# --- Duplicates -------------------------------------------------------------------------------------


def test_a_report_in_two_files_is_asked_once(wenbao: CommandLine, tmp_path: Path) -> None:
    (langfang,) = seeds_folder().glob("004_*.txt")
    text = langfang.read_text(encoding="utf-8")
    (tmp_path / "copy.txt").write_text(text.replace(",", ",\n"), encoding="utf-8")
    (tmp_path / "cut.txt").write_text(text[: len(text) // 2], encoding="utf-8")
    assert wenbao("ingest", str(tmp_path / "copy.txt"), str(tmp_path / "cut.txt")).status == 0
    settings = Settings(data=wenbao.data, models=wenbao.models)
    with open_rag(settings, chat=False) as rag:
        (kept,) = {*rag.duplicates().values()}
        doubles = {report.id for report in rag.reports() if report.source_name in ("copy.txt", "cut.txt")}
        assert {*rag.duplicates(), kept} == {
            *doubles,
            next(r.id for r in rag.reports() if r.source_name == langfang.name),
        }
        count = rag.ask(Question(text="哪些报告提到了廊坊？", mode=Mode.EXTRACTIVE))
        hits = rag.search("廊坊市地区生产总值", limit=30)
        assert {hit.report.id for hit in hits if hit.report.region == "廊坊市"} == {kept}
        assert len({c.report_id for c in count.answer.citations} & {*doubles, kept}) <= 1
        named = rag.search("廊坊市地区生产总值", filters=Filters(report_ids=tuple(rag.duplicates())))
        assert {hit.report.id for hit in named} <= set(rag.duplicates())
        assert named
    shown = wenbao("reports").out
    assert shown.count("(the same as in ") == 2


# --- No room ----------------------------------------------------------------------------------------

LIMITED = """
import resource, sys
from rag.cli import main
from rag import assemble
size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("room", [1_000, 100_000, 300_000])
def test_a_full_disk_is_one_sentence_and_the_former_state_stays(
    wenbao: CommandLine, tmp_path: Path, room: int
) -> None:
    large = tmp_path / "large.txt"
    large.write_text("\n".join(made_report(n) for n in range(9)), encoding="utf-8")
    before = wenbao("reports", "--json").out
    largest = max(path.stat().st_size for path in wenbao.data.rglob("*") if path.is_file())
    limit = room if room < 10_000 else largest + room - 100_000
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), "ingest", str(large)],
        env={"PYTHONPATH": str(ROOT), "WENBAO_DATA": str(wenbao.data), "WENBAO_MODELS": str(wenbao.models)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode == 0:
        assert room > 100_000
        return
    assert ran.returncode == 1
    assert ran.stderr.startswith("wenbao: ")
    assert len(ran.stderr.splitlines()) == 1
    assert wenbao("verify").out == "clean  5 sources, 8 reports\n"
    assert wenbao("reports", "--json").out == before
