"""`wenbao` on the real seeds: what it prints, what it leaves behind, and what a second run costs."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rag import __version__
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.assemble import open_rag
from rag.cli_show import answer_text, columns, hits_text
from rag.domain import Mode, Question
from rag.library import Rag
from rag.resources import seeds_folder
from rag.settings import Settings
from rag.steps.identify import Hints
from tests.flow.command_line import ROOT, CommandLine

ZHANGJIAKOU = "000_b9df181be4e52f5e.txt"
LONG = "004_7b54cff1a7856689.txt"
"""Takes seconds to embed: a signal comes before it is done."""
NOWHERE = "各位代表：去年粮食产量达到10万吨，增长3%。今年粮食产量要达到11万吨。"

# --- Before anything is opened ----------------------------------------------------------------------


def test_help_costs_no_heavy_import() -> None:
    heavy = "{'numpy', 'sqlalchemy', 'chromadb', 'torch', 'llama_index', 'tantivy', 'rjieba'}"
    code = f"import sys, rag.cli; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_version(empty_wenbao: CommandLine) -> None:
    ran = empty_wenbao("--version")
    assert (ran.status, ran.out) == (0, f"wenbao {__version__}\n")
    assert not empty_wenbao.data.exists()


# --- Questions --------------------------------------------------------------------------------------


def test_an_answer_is_followed_by_the_characters_it_rests_on(wenbao: CommandLine) -> None:
    ran = wenbao("ask", "2023年张家口的GDP增长多少？", "--mode", "extractive")
    answer, citation = ran.out.rstrip("\n").split("\n\n")
    assert (ran.status, ran.err) == (0, "")
    assert "5.1%[1]" in answer
    assert citation.splitlines() == [
        "[1] 张家口市 · 2024年报告 · 一、2023年工作回顾 · 已完成",
        "    全市地区生产总值增长5.1%",
        f"    {ZHANGJIAKOU} 388–402",
    ]


def test_json_is_the_record_with_exact_quotes(wenbao: CommandLine) -> None:
    record = json.loads(wenbao("ask", "2023年张家口的GDP增长多少？", "--mode", "extractive", "--json").out)
    text = (seeds_folder() / ZHANGJIAKOU).read_text(encoding="utf-8")
    (citation,) = record["citations"]
    assert record["status"] == "answered"
    assert record["mode_used"] == "extractive"
    assert text[citation["start"] : citation["end"]] == citation["quote"] == "全市地区生产总值增长5.1%"
    assert record["answer"][citation["answer_start"] : citation["answer_end"]].endswith("5.1%")


def test_a_comparison_shows_how_a_figure_was_computed(seeded_rag: Rag) -> None:
    computed = _show(seeded_rag, "张家口市2023年GDP增速比廊坊市高几个百分点？").split("\n\n计算\n")[1]
    assert "1.3个百分点" in computed
    assert "5.1" in computed
    assert "3.8" in computed
    assert "[1][2]" in computed


def test_values_that_contradict_each_other_stand_side_by_side(seeded_rag: Rag) -> None:
    shown = _show(seeded_rag, "塞北管理区2023年进出口总值增长多少？")
    assert "277.28%" in shown
    assert "300%" in shown
    assert "\n\n前后不一致\n" in shown


def test_beside_a_refusal_stands_what_is_near(seeded_rag: Rag) -> None:
    answer, near = _show(seeded_rag, "张家口市2023年进出口总值是多少亿元？").split("\n\n", 1)
    assert "没有给出" in answer
    assert near.startswith("相近的内容\n–   张家口市 · 2024年报告 · ")
    assert "外贸进出口增长43.2%" in near


def test_the_words_around_an_answer_are_in_the_language_of_the_question(seeded_rag: Rag) -> None:
    english = _show(seeded_rag, "What was Zhangjiakou's GDP growth in 2023?")
    traditional = _show(seeded_rag, "張家口市2023年固定資產投資增長多少？")
    assert "[1] 张家口市 · report of 2024 · 一、2023年工作回顾 · done\n" in english
    assert "[1] 张家口市 · 2024年報告 · " in traditional
    assert "    固定资产投资增长4%\n" in traditional


def test_a_refusal_is_no_failure(wenbao: CommandLine) -> None:
    ran = wenbao("ask", "重庆市2024年的GDP目标是多少？", "--mode", "extractive")
    assert (ran.status, ran.err) == (0, "")
    assert "没有重庆" in ran.out


def test_search_ranks_sentences(wenbao: CommandLine) -> None:
    ran = wenbao("search", "张家口 一般公共预算收入", "--json", "--limit", "3")
    hits = json.loads(ran.out)["hits"]
    text = (seeds_folder() / ZHANGJIAKOU).read_text(encoding="utf-8")
    assert (ran.status, len(hits)) == (0, 3)
    assert "一般公共预算收入" in hits[0]["text"]
    assert [text[hit["start"] : hit["end"]] for hit in hits] == [hit["quote"] for hit in hits]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_hits_are_numbered_and_fit_into_80_columns(seeded_rag: Rag) -> None:
    shown = hits_text(seeded_rag.search("新能源", limit=12))
    lines = shown.splitlines()
    assert [block.split()[0] for block in shown.split("\n\n")] == [f"{n}." for n in range(1, 13)]
    assert max(columns(line) for line in lines) <= 80
    assert not [line for line in lines if line.strip()[:1] in tuple("，。、；：）】”》%")]


def _show(rag: Rag, question: str) -> str:
    return answer_text(rag.ask(Question(text=question, mode=Mode.EXTRACTIVE)))


# --- The corpus -------------------------------------------------------------------------------------


def test_reports_lists_all_eight(wenbao: CommandLine) -> None:
    ran = wenbao("reports")
    reports = json.loads(wenbao("reports", "--json").out)["reports"]
    assert len(ran.out.splitlines()) == len(reports) == 8
    assert ran.out.splitlines()[0].split() == ["63d933d196e57639", "张家口市", "2024", "report", ZHANGJIAKOU]
    assert [(r["region"], r["truncated"]) for r in reports if r["truncated"]] == [("汉中市", True)]
    assert "(cut off)" in next(line for line in ran.out.splitlines() if "汉中市" in line)


def test_known_files_are_left_alone_without_loading_the_embedder(wenbao: CommandLine) -> None:
    ran = wenbao("ingest", "--seeds")
    assert (ran.status, ran.err) == (0, "")
    names = sorted(path.name for path in seeds_folder().glob("*.txt"))
    assert ran.out.splitlines() == [f"unchanged  {name}" for name in names]
    code = "import sys, rag.cli; print(rag.cli.main(['ingest', '--seeds']), 'torch' in sys.modules)"
    process = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT), "WENBAO_DATA": str(wenbao.data), "WENBAO_MODELS": str(wenbao.models)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.splitlines()[-1] == "0 False"


def test_a_source_comes_and_goes(wenbao: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "2024"
    folder.mkdir(parents=True)
    (folder / "nowhere.txt").write_text(NOWHERE, encoding="utf-8")
    (folder / "notes.csv").write_text("说明", encoding="utf-8")
    added = wenbao("ingest", str(folder.parent))
    assert (added.status, added.out) == (0, "added      nowhere.txt  1 report, 2 sentences\n")
    assert added.sentence == (
        "nowhere.txt: no region and no year found; ingest it again with --region … --year …"
    )
    again = wenbao("ingest", str(folder / "nowhere.txt"), "--region", "怀来县", "--year", "2024")
    assert (again.status, again.err) == (0, "")
    reports = json.loads(wenbao("reports", "--json").out)["reports"]
    assert [(r["region"], r["parents"], r["year"]) for r in reports[8:]] == [
        ("怀来县", ["张家口市", "河北省"], 2024)
    ]
    removed = wenbao("remove", reports[8]["source_id"])
    assert (removed.status, removed.out) == (0, f"removed  {reports[8]['source_id']}\n")
    wenbao.assert_nothing_lost()


def test_rebuild_needs_no_file_and_keeps_what_was_given(small_wenbao: CommandLine) -> None:
    before = small_wenbao("reports", "--json").out
    rebuilt = small_wenbao("rebuild")
    assert (rebuilt.status, rebuilt.out, rebuilt.err) == (0, "rebuilt  1 sources, 1 reports\n", "")
    assert small_wenbao("reports", "--json").out == before
    assert '"region": "怀来县"' in before
    assert small_wenbao("verify").out == "clean  1 sources, 1 reports\n"


def test_ingest_reads_again_what_older_rules_had_read(small_wenbao: CommandLine, tmp_path: Path) -> None:
    _set(small_wenbao.data, "reading_rules", "0")
    asked = small_wenbao("ask", "怀来县2023年粮食产量是多少？", "--mode", "extractive")
    assert asked.status == 0
    assert "10万吨" in asked.out
    assert "`wenbao rebuild`" in asked.sentence
    file = tmp_path / "nowhere.txt"
    file.write_text(NOWHERE, encoding="utf-8")
    ran = small_wenbao("ingest", str(file))
    assert (ran.status, ran.out) == (0, "unchanged  nowhere.txt\n")
    assert ran.sentence == "This version reads reports by newer rules: reading the stored texts again."
    assert small_wenbao("verify").status == 0


def test_another_embedder_is_refused_with_the_command_that_mends_it(small_wenbao: CommandLine) -> None:
    _set(small_wenbao.data, "embedder", "bge-m3@fp32")
    ran = small_wenbao("ingest", "--seeds")
    assert (ran.status, ran.out) == (1, "")
    assert "bge-m3@fp32" in ran.sentence
    assert "`wenbao rebuild`" in ran.sentence
    assert small_wenbao("rebuild").status == 0
    assert small_wenbao("verify").status == 0


@pytest.mark.parametrize(
    ("sent", "status", "says"),
    [
        (signal.SIGINT, 130, "wenbao: interrupted; run the same command again to go on\n"),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
)
def test_a_stopped_ingest_goes_on_where_it_was(
    empty_wenbao: CommandLine, tmp_path: Path, sent: signal.Signals, status: int, says: str
) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    for name in (ZHANGJIAKOU, LONG):
        shutil.copy(seeds_folder() / name, folder)
    process = empty_wenbao.start("ingest", str(folder))
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    assert first.startswith(f"added      {ZHANGJIAKOU}")
    assert (process.returncode, err) == (status, says)
    again = empty_wenbao("ingest", str(folder))
    assert again.status == 0
    assert again.out.startswith(f"unchanged  {ZHANGJIAKOU}\n")
    assert empty_wenbao("verify").out == "clean  2 sources, 2 reports\n"


@pytest.fixture(scope="module")
def small_data(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    """A closed data folder with one short source, whose place and year were given."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "nowhere.txt").write_text(NOWHERE, encoding="utf-8")
    with open_rag(Settings(data=folder / "data", models=models_folder), chat=False) as rag:
        list(rag.ingest_paths([folder / "nowhere.txt"], hints=Hints(region="怀来县", year=2024)))
    return folder / "data"


@pytest.fixture
def small_wenbao(empty_wenbao: CommandLine, small_data: Path) -> CommandLine:
    """The command line on a copy of that folder."""
    shutil.copytree(small_data, empty_wenbao.data)
    return empty_wenbao


def _set(data: Path, name: str, value: str) -> None:
    store = SqlReportStore(data / "wenbao.db")
    store.set_setting(name, value)
    store.close()


# --- Models and settings ----------------------------------------------------------------------------


def test_models_list_says_what_is_here(empty_wenbao: CommandLine, tmp_path: Path) -> None:
    here = empty_wenbao("models", "list").out.splitlines()
    nowhere = empty_wenbao("models", "list", WENBAO_MODELS=str(tmp_path)).out.splitlines()
    assert here[0].split() == ["name", "kind", "size", "licence", "state"]
    assert here[1].split() == ["qwen2.5-coder-1.5b", "chat", "1.12", "GB", "Apache-2.0", "present", "default"]
    assert nowhere[2].split()[-2:] == ["absent", "default"]
    assert nowhere[-1] == f"in {tmp_path}"


def test_a_model_that_is_here_is_not_pulled_again(empty_wenbao: CommandLine) -> None:
    ran = empty_wenbao("models", "pull", "multilingual-e5-small")
    expected = f"multilingual-e5-small  {empty_wenbao.models / 'multilingual-e5-small'}\n"
    assert (ran.status, ran.out, ran.err) == (0, expected, "")


def test_models_verify_names_what_is_not_whole(empty_wenbao: CommandLine, tmp_path: Path) -> None:
    ran = empty_wenbao("models", "verify", WENBAO_MODELS=str(tmp_path / "none"), WENBAO_CHAT_MODEL="none")
    assert (ran.status, ran.out) == (1, "")
    assert "multilingual-e5-small" in ran.sentence
    assert "`wenbao models pull`" in ran.sentence


def test_settings_come_from_dotenv_and_the_environment_wins(
    empty_wenbao: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("WENBAO_MODELS='/from/dotenv'\nWENBAO_DATA=unused\n", encoding="utf-8")
    with_both = empty_wenbao("models", "list", WENBAO_MODELS="/from/environment").out
    only_dotenv = empty_wenbao("models", "list", WENBAO_MODELS=None).out
    assert with_both.endswith("in /from/environment\n")
    assert only_dotenv.endswith("in /from/dotenv\n")


def test_a_terminal_of_another_encoding_shows_what_it_can(wenbao: CommandLine) -> None:
    process = wenbao.start("reports", PYTHONIOENCODING="latin-1")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[0].split() == ["63d933d196e57639", "????", "2024", "report", ZHANGJIAKOU]


def test_a_reader_that_has_enough_gets_no_traceback(wenbao: CommandLine) -> None:
    process = wenbao.start("reports")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 1
    process.stderr.close()
