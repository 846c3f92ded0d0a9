"""A folder of documents and a file of cases that the project has never seen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from eval.cli import main
from eval.rows import Row, read_rows

REPORT = """2024年保定市人民政府工作报告
——2024年1月20日在保定市第十六届人民代表大会第四次会议上
各位代表：
现在，我代表市人民政府，向大会报告工作，请予审议。
一、2023年工作回顾
2023年，全市地区生产总值增长6.4%，一般公共预算收入完成331.2亿元。新增高新技术企业217家，城镇新增就业9.3万人。
二、2024年主要预期目标和重点工作
2024年主要预期目标是：地区生产总值增长7%左右，城镇新增就业9万人以上。
"""

CASES = [
    ("b1", "保定2023年地区生产总值实际增长多少？", [["6.4%"]], ["7%"], "全市地区生产总值增长6.4%"),
    ("b2", "保定2024年地区生产总值增长目标是多少？", [["7%"]], ["6.4%"], "地区生产总值增长7%左右"),
    ("b3", "保定2023年新增高新技术企业多少家？", [["217"]], [], "新增高新技术企业217家"),
    ("b4", "成都2023年地区生产总值增长多少？", [], [], None),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The made suite in a folder of its own, and the command that runs it there."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def run(self, *more: str) -> int:
        cases, documents = self.folder / "cases.jsonl", self.folder / "documents"
        named = ("--cases", str(cases), "--corpus", str(documents), "--out", str(self.out))
        return main(["run", *named, "--mode", "extractive", *more])

    def rows(self) -> dict[str, Row]:
        return {row.id: row for row in read_rows(self.out)}


def make_suite(folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """Writes the suite; sets the environment of a person who has a data folder already."""
    (folder / "documents").mkdir()
    (folder / "documents" / "保定.txt").write_text(REPORT, encoding="utf-8")
    lines = [
        {
            "id": case_id,
            "question": question,
            "lang": "zh-Hans",
            "type": "result_vs_target" if forbidden else "single_numeric" if quote else "unanswerable",
            "answerable": quote is not None,
            "must_contain": must,
            "must_not_contain": forbidden,
            "gold_spans": [{"file": "保定.txt", "quote": quote}] if quote else [],
            "notes": "",
        }
        for case_id, question, must, forbidden, quote in CASES
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "cases.jsonl").write_text(text, encoding="utf-8")
    users = folder / "users"
    users.mkdir()
    (users / "kept.txt").write_text("the user's own", encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("WENBAO_DATA", str(users))
    monkeypatch.setenv("WENBAO_MODELS", str(models))
    return Suite(folder=folder)
