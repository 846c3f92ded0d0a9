"""A PDF and a Word file from ingest to answer: the table's figure of the year asked for, and its page."""

from __future__ import annotations

import json
from pathlib import Path

from tests.contract.made_files import Made, as_docx, as_pdf, made, zipped
from tests.flow.command_line import CommandLine

LEAD = "2024年怀来县政府工作报告"
LAST = "以上指标，请予审议。"
OPENING = ("各位代表：", "一、2023年工作回顾")
FILLER = made().paragraphs[-16:-3]
PDF = Made(paragraphs=(LEAD, *OPENING, *FILLER, "主要指标如下。", LAST), table_after=len(FILLER) + 4)
WORD = Made(paragraphs=(LEAD.replace("怀来", "蔚"), *OPENING, "主要指标如下。", LAST), table_after=4)


def test_a_table_is_answered_from_with_its_page(empty_wenbao: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "huailai.pdf").write_bytes(as_pdf(PDF, contents=False))
    (folder / "more.zip").write_bytes(
        zipped({"yu.docx": as_docx(WORD), "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"})
    )
    (folder / ".hidden.txt").write_text("怀来", encoding="utf-8")
    ran = empty_wenbao("ingest", str(folder))
    assert ran.status == 1
    assert [line.split(maxsplit=2)[:2] for line in ran.out.splitlines()] == [
        ["added", "huailai.pdf"],
        ["added", "more.zip/yu.docx"],
        ["failed", "more.zip/old.doc:"],
    ]
    asked = empty_wenbao("ask", "怀来县2024年一般公共预算收入目标是多少？", "--mode", "extractive", "--json")
    record = json.loads(asked.out)
    first = record["citations"][0]
    assert "340亿元" in record["answer"]
    assert (first["stance"], first["period"], first["page"], first["paragraph"]) == ("target", 2024, 2, None)
    shown = empty_wenbao("ask", "蔚县2023年一般公共预算收入完成多少？", "--mode", "extractive").out
    assert "320.2亿元" in shown
    assert "yu.docx" in shown
    assert " · 第7段" in shown
    hits = json.loads(empty_wenbao("search", "怀来一般公共预算收入", "--json").out)["hits"]
    assert hits[0]["page"] == 2
