"""EM and F1 of short answers, hit rates of public sets, and the files of those sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.errors import CasesError
from eval.external_search import hit_rate, mean_reciprocal_rank
from eval.external_sets import read_set
from eval.metrics.reading import exact_match, f1, units

SQUAD = {
    "data": [
        {
            "title": "梵文",
            "paragraphs": [
                {
                    "context": "在歐洲，梵語的學術研究開創。",
                    "qas": [
                        {
                            "id": "q1",
                            "question": "在哪裡？",
                            "answers": [{"text": "歐洲", "answer_start": 1}] * 2,
                        }
                    ],
                },
                {
                    "context": "第二段",
                    "qas": [{"id": "q2", "question": "第幾段？", "answers": [{"text": "第二段"}]}],
                },
            ],
        }
    ]
}


def test_units_are_characters_and_runs() -> None:
    assert units("Nexon時隔6年，获得 308 分。") == ["nexon", "时", "隔", "6", "年", "获", "得", "308", "分"]


def test_scores_by_hand() -> None:
    assert exact_match("「歐洲」", ["欧洲"]) == 1
    assert exact_match("在欧洲", ["欧洲"]) == 0
    # The longest common run is 欧洲: P = 2/3, R = 2/2.
    assert f1("在欧洲", ["欧洲"]) == pytest.approx(0.8)
    # 欧 and 洲 apart are runs of one: P = 1/3, R = 1/2.
    assert f1("欧的洲", ["欧洲"]) == pytest.approx(0.4)
    assert f1("亚洲", ["欧洲", "亚洲"]) == 1
    assert f1("", ["欧洲"]) == 0
    assert f1("欧洲", []) == 0


def test_hit_rates_by_hand() -> None:
    ranks = [1, 3, None, 6]
    assert hit_rate(ranks, 1) == 0.25
    assert hit_rate(ranks, 5) == 0.5
    assert mean_reciprocal_rank(ranks) == pytest.approx((1 + 1 / 3 + 1 / 6) / 4, abs=1e-4)


def test_squad_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "drcd").mkdir()
    (tmp_path / "drcd" / "DRCD_dev.json").write_text(json.dumps(SQUAD), encoding="utf-8")
    found = read_set("drcd", tmp_path)
    assert found == read_set("drcd", tmp_path / "drcd")
    assert found.passages == ("在歐洲，梵語的學術研究開創。", "第二段")
    assert [(q.passage, q.answers) for q in found.questions] == [(0, ("歐洲",)), (1, ("第二段",))]
    assert found.sample(1) == found.sample(1)
    assert len(found.sample(9)) == 2


def test_english_questions_have_chinese_answers(tmp_path: Path) -> None:
    english = json.loads(json.dumps(SQUAD))
    english["data"][0]["paragraphs"][0]["qas"][0] |= {"question": "Where?", "answers": [{"text": "Europe"}]}
    (tmp_path / "xquad.zh.json").write_text(json.dumps(SQUAD), encoding="utf-8")
    (tmp_path / "xquad.en.json").write_text(json.dumps(english), encoding="utf-8")
    first = read_set("xquad-en-zh", tmp_path).questions[0]
    assert (first.text, first.answers) == ("Where?", ("歐洲",))


def test_cmrc_files_are_read(tmp_path: Path) -> None:
    qas = [{"query_id": "a", "query_text": "何处？", "answers": ["欧洲", "歐洲"]}]
    text = json.dumps([{"context_id": "1", "context_text": "在欧洲。", "title": "", "qas": qas}])
    (tmp_path / "cmrc2018_trial.json").write_text(text, encoding="utf-8")
    assert read_set("cmrc", tmp_path).questions[0].answers == ("欧洲", "歐洲")


@pytest.mark.parametrize(
    ("name", "message"), [("squad", "There is no set squad"), ("drcd", "holds no DRCD_dev.json")]
)
def test_what_is_not_there(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(CasesError, match=message):
        read_set(name, tmp_path)


def test_a_file_of_another_form(tmp_path: Path) -> None:
    (tmp_path / "DRCD_dev.json").write_text("[]", encoding="utf-8")
    with pytest.raises(CasesError, match="not in the form"):
        read_set("drcd", tmp_path)
