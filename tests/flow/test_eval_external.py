"""A public set in miniature, with the real embedder and the real chat model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.external import ExternalOptions, measure
from rag.settings import Settings

PASSAGES = {
    "黄河发源于青藏高原的巴颜喀拉山，全长约5464公里，流经九个省区，注入渤海。": ("黄河注入哪个海？", "渤海"),
    "大熊猫主要栖息在四川、陕西和甘肃的山区，以竹子为主食。": ("大熊猫的主食是什么？", "竹子"),
    "敦煌莫高窟始建于前秦，现存洞窟735个，是佛教艺术的宝库。": ("莫高窟始建于哪个朝代？", "前秦"),
    "詹天佑主持修建了京张铁路，1909年建成通车。": ("谁主持修建了京张铁路？", "詹天佑"),
}


@pytest.mark.timeout(600)
def test_passages_are_found_and_read(tmp_path: Path, models_folder: Path) -> None:
    pool = [
        {
            "context_id": str(n),
            "context_text": text,
            "title": "",
            "qas": [{"query_id": f"q{n}", "query_text": question, "answers": [answer]}],
        }
        for n, (text, (question, answer)) in enumerate(PASSAGES.items())
    ]
    (tmp_path / "cmrc2018_trial.json").write_text(json.dumps(pool), encoding="utf-8")
    options = ExternalOptions(name="cmrc", folder=tmp_path, out=tmp_path / "out", answers=2)
    card = measure(options, Settings(data=tmp_path / "unused", models=models_folder))
    search, answers = card["search"], card["answers"]
    assert isinstance(search, dict)
    assert isinstance(answers, dict)
    assert search["fused"] == {"hit@1": 1.0, "hit@5": 1.0, "mrr": 1.0}
    assert search["lexical"]["hit@1"] == 1.0
    assert answers["n"] == 2
    assert answers["errors"] == 0
    assert answers["f1"] >= 0.5
    assert json.loads((tmp_path / "out" / "cmrc.json").read_text(encoding="utf-8")) == card
    assert not (tmp_path / "unused").exists()
