"""Figures and the words that they belong to, in clauses as reports write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.steps.attribute import attribute
from rag.steps.heads import joint_heads
from rag.steps.read_figures import read_figures
from tests.unit import seeds

# clause | the owner of each figure
OWNERS: dict[str, list[str | None]] = {
    "规上工业增加值增长2.9%": ["规上工业增加值"],
    "粮食总产量52.8亿斤、增长2.2%": ["粮食总产量", "粮食总产量"],
    "外贸进出口增长43.2%,排名全省第二": ["外贸进出口", "外贸进出口"],
    "实施22项民生工程": ["民生工程"],
    "北方铸业、秦淮数据等4家企业获批": ["企业"],
    "中央增发1万亿元国债": ["国债"],
    "85%以上财政支出用于民生": ["财政支出"],
    "民生领域支出9.16亿元,占一般公共预算支出的73%": ["民生领域支出", "民生领域支出"],
    "由1997年的65%提高到2002年的91%": [None, None, None, None],
    "农村贫困人口由4960万人减少到2820万人": ["农村贫困人口", "农村贫困人口"],
    "空气质量综合指数在全国168个重点城市中排名第八": ["重点城市", "空气质量综合指数"],
    "连续5年进入前20": [None, None],
    # lists of values
    "高新技术企业、瞪羚企业、科技型中小企业分别增长101.6%、100%、66.9%": [
        "高新技术企业",
        "瞪羚企业",
        "科技型中小企业",
    ],
    "金融机构存贷款余额增长8.1%和11.4%": ["金融机构存款余额", "金融机构贷款余额"],
    "城乡低保标准分别提高5.7%、11.1%": ["城市低保标准", "农村低保标准"],
    "城镇、农村居民人均可支配收入分别增长5%、7%": [
        "城镇居民人均可支配收入",
        "农村居民人均可支配收入",
    ],
    "城乡居民人均可支配收入分别达40870元和15367元,增长5.4%和8%": [
        "城镇居民人均可支配收入",
        "农村居民人均可支配收入",
    ]
    * 2,
    "茶叶、中药材、食用菌、蔬菜产量分别增长5%、27%、15%、5%": [
        "茶叶产量",
        "中药材产量",
        "食用菌产量",
        "蔬菜产量",
    ],
    "事故起数、死亡人数分别下降46%、38%": ["事故起数", "死亡人数"],
    "确保282个新开工项目一、二季度开工率分别达到70%、100%": [
        "新开工项目",
        "新开工项目一季度开工率",
        "二季度开工率",
    ],
}


@pytest.mark.parametrize("clause", OWNERS)
def test_the_owner_of_each_figure(clause: str) -> None:
    assert [owned.words for owned in attribute(clause)] == OWNERS[clause]


@pytest.mark.parametrize(
    ("words", "heads"),
    [
        ("城乡低保标准", ["城市低保标准", "农村低保标准"]),
        ("电子证照、电子印章使用率", ["电子证照使用率", "电子印章使用率"]),
        ("农村低保、特困供养标准", ["农村低保标准", "特困供养标准"]),
        ("城镇新增就业、新增发放创业担保贷款", ["城镇新增就业", "新增发放创业担保贷款"]),
        ("地区生产总值", ["地区生产总值"]),
    ],
)
def test_a_joint_name_is_told_apart(words: str, heads: list[str]) -> None:
    assert joint_heads(words) == heads


def test_every_figure_of_the_seeds_keeps_its_place() -> None:
    for _, sentence in seeds.sentences():
        owned = attribute(sentence.text)
        assert tuple(one.figure for one in owned) == read_figures(sentence.text)
        assert all(one.words is None or one.words.strip() for one in owned)


@given(
    st.text(
        alphabet="0123456789.,%一二十百万亿第占比较分别之成倍元人个余多约增长左右以上、和,;。城乡的收入 到年",
        max_size=40,
    )
)
def test_any_text_is_read(text: str) -> None:
    assert tuple(one.figure for one in attribute(text)) == read_figures(text)
