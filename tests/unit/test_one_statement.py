"""What two figures of one statement come to: a share, what is left, how far something went."""

from __future__ import annotations

import pytest

from rag.domain import Language
from rag.steps.compute import balance, between, change, part_and_whole, standing
from rag.steps.read_figures import read_figures

APPLIED = "谋划申报重大项目284个,已获批乌拉哈达水利枢纽等项目76个,争取资金60.5亿元"
BONDS = f"抢抓中央增发1万亿元国债政策机遇,{APPLIED}"
SIGNED = "新签约亿元以上项目53个,总投资364亿元,其中开工37个、投产12个"
REVENUE = "一般公共预算总收入38.72亿元,其中地方一般公共预算收入24.15亿元"


@pytest.mark.parametrize(
    ("text", "question", "said", "formula"),
    [
        (APPLIED, "申报的284个项目里获批的占百分之多少?", "76个占284个的26.8%", "76个 ÷ 284个 ≈ 26.8%"),
        (BONDS, "申报的284个项目里获批的占百分之多少?", "76个占284个的26.8%", "76个 ÷ 284个 ≈ 26.8%"),
        (SIGNED, "新签约项目的开工率是多少?", "37个占53个的69.8%", "37个 ÷ 53个 ≈ 69.8%"),
        (SIGNED, "新签约项目的投产率是多少?", "12个占53个的22.6%", "12个 ÷ 53个 ≈ 22.6%"),
        (
            REVENUE,
            "地方一般公共预算收入占一般公共预算总收入的比例是多少?",
            "24.15亿元占38.72亿元的62.4%",
            "24.15亿元 ÷ 38.72亿元 ≈ 62.4%",
        ),
        ("76个冬奥项目开工65个", "还有多少个项目没有开工?", "还差11个", "76个 - 65个 = 11个"),
    ],
)
def test_a_part_of_a_whole(text: str, question: str, said: str, formula: str) -> None:
    counts = part_and_whole(text, question)
    assert counts is not None
    computed = standing(*counts, question, Language.SIMPLIFIED)
    assert computed.text == said
    assert set(computed.expressions.values()) == {formula}


@pytest.mark.parametrize(
    "text",
    ["新能源产业产值31.8亿元,占规上工业的53%", "新签约项目53个,总投资364亿元", "开工37个、竣工12个、投产9个"],
)
def test_no_part_where_the_share_is_given_or_none_is_named(text: str) -> None:
    assert part_and_whole(text, "占比是多少?") is None


@pytest.mark.parametrize(
    ("text", "said", "in_english"),
    [
        ("服务业比重从45.3%上升到51.6%", "上升6.3个百分点", "A rise of 6.3 percentage points"),
        ("贫困发生率由10.2%下降到3.1%", "下降7.1个百分点", "A fall of 7.1 percentage points"),
        ("财政收入由26.6万亿元增加到51.9万亿元", "上升253000亿元", "A rise of 253000亿元"),
    ],
)
def test_from_where_to_where(text: str, said: str, in_english: str) -> None:
    there, abroad = change(text, Language.SIMPLIFIED), change(text, Language.ENGLISH)
    assert there is not None
    assert abroad is not None
    assert (there.text, abroad.text) == (said, in_english)


@pytest.mark.parametrize("text", ["服务业比重上升到51.6%", "从2013年增加到2017年", "由45个增加到51.6%"])
def test_no_change_where_one_end_lacks_or_units_differ(text: str) -> None:
    assert change(text, Language.SIMPLIFIED) is None


LOANS = "全市金融机构存款余额达3446.02亿元,比增11.6%,贷款余额达2823.47亿元,比增22.3%"


def test_two_things_of_one_statement_against_each_other() -> None:
    computed = between(LOANS, "2007年末金融机构存款比贷款多出多少亿元?", Language.SIMPLIFIED)
    assert computed is not None
    assert computed.text == "存款比贷款多622.55亿元"
    assert computed.expressions == {"622.55亿元": "3446.02亿元 - 2823.47亿元 = 622.55亿元"}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (LOANS, "存款余额是多少?"),
        (LOANS, "存款比股票多多少?"),
        ("存款余额3446亿元,存款增量300亿元,贷款余额2823亿元", "存款比贷款多多少?"),  # two of deposits
        ("存款账户30万户,贷款余额2823亿元", "存款比贷款多多少?"),  # two units
    ],
)
def test_nothing_is_set_against_what_is_not_told_once_and_in_one_unit(text: str, question: str) -> None:
    assert between(text, question, Language.SIMPLIFIED) is None


def test_a_trade_balance() -> None:
    exports, imports = (figure for figure in read_figures("出口162亿美元,进口55亿美元"))
    assert balance(exports, imports, Language.SIMPLIFIED).text == "外贸顺差107亿美元"
    assert balance(imports, exports, Language.SIMPLIFIED).text == "外贸逆差107亿美元"
    assert balance(exports, imports, Language.ENGLISH).text == "A trade surplus of 107亿美元"
