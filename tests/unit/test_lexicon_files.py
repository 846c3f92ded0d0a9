"""The lexicon files keep the rules that rag/lexicon/README.md gives, and tell close indicators apart."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import msgspec
import pytest

import rag
from rag.adapters.script_opencc import simplify

LEXICON = Path(rag.__file__).parent / "lexicon"
ENGLISH = re.compile(r"[a-z0-9&.,%'\- ]+")

# Wordings that name two indicators: here a term may be found inside another indicator's term.
JOINT = re.compile(
    r"(?:城镇|农村).*[和与及、].*收入|城?乡(?:居民|常住|人均).*收入|(?:各项|本外币)?存.*贷款余额|存款余额和贷款|一般公共预算收(?:支|入[和、]).*"
)
ALSO_JOINT = frozenset({
    "第一、二、三产业增加值", "第一、第二、第三产业增加值", "一二三产业增加值", "二、三产业增加值",
    "第二、第三产业增加值", "二三产业增加值", "常住人口和户籍人口城镇化率", "常住人口、户籍人口城镇化率",
    "生猪存出栏", "生猪存栏、出栏", "生猪存栏和出栏", "生猪出栏、存栏", "公共预算收支", "建议和提案",
    "建议提案", "人大代表建议、政协提案", "人大代表建议和政协提案", "人大代表建议政协提案",
    "人大代表建议和政协委员提案", "代表建议和委员提案", "医疗保险和养老保险参保率", "养老、医疗保险参保率",
    "基本医疗保险和养老保险参保率", "基本医疗保险、养老保险参保率", "基本养老保险和基本医疗保险参保率",
    "养老保险和医疗保险参保率", "基本养老保险、基本医疗保险参保率",
})  # fmt: skip


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One indicator as it stands in the file: all four fields are required, no other is known."""

    name: str
    terms: tuple[str, ...]
    english: tuple[str, ...]
    unlike: tuple[str, ...]


INDICATORS = msgspec.json.decode((LEXICON / "indicators.json").read_bytes(), type=tuple[Entry, ...])
GLOSSARY = msgspec.json.decode((LEXICON / "glossary_en.json").read_bytes(), type=dict[str, tuple[str, ...]])


def spans(text: str, wordings: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where any of the wordings stands in `text`, case ignored, overlaps included."""
    lower = text.lower()
    return [
        (match.start(), match.start() + len(wording))
        for wording in wordings
        for match in re.finditer(f"(?={re.escape(wording.lower())})", lower)
    ]


def names(text: str, entry: Entry) -> bool:
    """The README's rule: a term counts unless it lies inside one of the entry's `unlike`."""
    blocked = spans(text, entry.unlike)
    return any(
        not any(left <= start and end <= right for left, right in blocked)
        for start, end in spans(text, entry.terms)
    )


def named_in(text: str) -> set[str]:
    return {entry.name for entry in INDICATORS if names(text, entry)}


def is_joint(term: str) -> bool:
    return JOINT.fullmatch(term) is not None or term in ALSO_JOINT


def is_folded(text: str) -> bool:
    """NFKC changes nothing (no full-width marks), neither does t2s (no traditional characters)."""
    return unicodedata.normalize("NFKC", text) == text == simplify(text)


def test_names_and_terms_belong_to_one_indicator() -> None:
    owners: dict[str, list[str]] = {}
    for entry in INDICATORS:
        for term in entry.terms:
            owners.setdefault(term.lower(), []).append(entry.name)
    assert {term: found for term, found in owners.items() if len(found) > 1} == {}
    assert [entry.name for entry in INDICATORS if entry.terms[0] != entry.name] == []


def test_terms_are_folded_and_not_too_short() -> None:
    terms = [term for entry in INDICATORS for term in (*entry.terms, *entry.unlike)]
    assert [term for term in terms if not is_folded(term)] == []
    assert [term for entry in INDICATORS for term in entry.terms if re.search(r"\s", term)] == []
    assert [term for term in terms if len(term) < 2] == []
    everyday = {"投资", "收入", "增长", "支出", "产值", "就业", "人口", "企业", "项目", "目标"}
    assert everyday & {term for entry in INDICATORS for term in entry.terms} == set()


def test_every_unlike_holds_a_term_of_its_indicator_and_is_none() -> None:
    wrong = [
        (entry.name, unlike)
        for entry in INDICATORS
        for unlike in entry.unlike
        if not spans(unlike, entry.terms) or unlike in entry.terms
    ]
    assert wrong == []


def test_every_term_names_its_own_indicator() -> None:
    assert [(e.name, term) for e in INDICATORS for term in e.terms if not names(term, e)] == []


def test_a_term_names_no_other_indicator_unless_it_is_joint() -> None:
    """Fails with the wordings that still have to be added: (indicator, to its `unlike`)."""
    missing = [
        (other.name, term)
        for entry in INDICATORS
        for term in entry.terms
        if not is_joint(term)
        for other in INDICATORS
        if other is not entry and any(word in term for word in other.terms) and names(term, other)
    ]
    assert missing == []


def test_english_is_lower_case_and_belongs_to_one_indicator_or_names_two() -> None:
    phrases = [(phrase, entry.name) for entry in INDICATORS for phrase in entry.english]
    assert [phrase for phrase, _ in phrases if not ENGLISH.fullmatch(phrase)] == []
    owners: dict[str, set[str]] = {}
    for phrase, name in phrases:
        owners.setdefault(phrase, set()).add(name)
    assert {p: sorted(n) for p, n in owners.items() if len(n) > 1 and " and " not in p} == {}
    assert [p for p, _ in phrases if p.replace("-", " ") not in owners] == []


def test_glossary_keys_are_short_lower_case_and_singular() -> None:
    assert [key for key in GLOSSARY if not ENGLISH.fullmatch(key) or len(key.split(" ")) > 4] == []
    assert [key for key in GLOSSARY if key.endswith("s") and key[:-1] in GLOSSARY] == []
    assert [key for key in GLOSSARY if key.count("-") and key.replace("-", " ") not in GLOSSARY] == []
    # A JSON object keeps the last of two equal keys in silence: count them in the text itself.
    text = (LEXICON / "glossary_en.json").read_text(encoding="utf-8")
    assert len(re.findall(r'^  "[^"]+": ', text, flags=re.MULTILINE)) == len(GLOSSARY) >= 500


def test_glossary_gives_folded_chinese() -> None:
    words = [word for words in GLOSSARY.values() for word in words]
    assert [word for word in words if not is_folded(word) or re.search(r"\s", word)] == []
    assert [key for key, found in GLOSSARY.items() if not found or len(set(found)) != len(found)] == []


URBAN, RURAL, ALL = "城镇居民人均可支配收入", "农村居民人均可支配收入", "居民人均可支配收入"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GDP增长5.1%", {"地区生产总值"}),
        ("人均gdp突破8万元", {"人均地区生产总值"}),
        ("单位GDP能耗下降3%", {"单位地区生产总值能耗"}),
        ("外贸进出口增长43.2%,其中出口增长9%", {"进出口总额", "出口总额"}),
        ("深入推进口袋公园建设", {"口袋公园"}),
        ("金融机构存贷款余额增长8.1%和11.4%", {"存款余额", "贷款余额"}),
        ("存贷比93.2%", {"存贷比"}),
        ("居民人均可支配收入增长6.9%", {ALL}),
        ("城镇居民人均可支配收入增长5%", {URBAN}),
        ("农村居民人均可支配收入增长7%", {RURAL}),
        ("城镇和农村居民人均可支配收入分别增长5%、7%", {URBAN, RURAL}),
        ("城镇居民、农村居民人均可支配收入分别增长5%、7%", {URBAN, RURAL}),
        ("城乡居民人均可支配收入分别增长5%、7%", {URBAN, RURAL, ALL}),
        ("规上工业增加值增长8.8%", {"规模以上工业增加值"}),
        ("工业增加值增长6%", {"全部工业增加值"}),
        ("规上工业企业利润增长4%", {"规模以上工业利润"}),
        ("社零总额增长8%,固投增长4%", {"社会消费品零售总额", "固定资产投资"}),
        ("民间固定资产投资增长2%", {"民间投资"}),
        ("户籍人口城镇化率达到48%", {"户籍人口城镇化率"}),
        ("一般公共预算收支", {"一般公共预算收入", "一般公共预算支出"}),
        ("办理人大代表建议和政协提案320件", {"人大代表建议", "政协提案"}),
        ("工农业总产值增长8%", {"工农业总产值"}),
        ("依托位置优势发展种植业", set()),
    ],
)
def test_close_indicators_are_told_apart(text: str, expected: set[str]) -> None:
    assert named_in(text) == expected
