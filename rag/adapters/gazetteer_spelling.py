"""Names of divisions in Latin letters: their pinyin, and how English writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin, pinyin

from rag.adapters.gazetteer_divisions import stem

_CUSTOMARY = {
    "陕西": ("shaanxi",),
    "内蒙古": ("innermongolia", "neimenggu"),
    "西藏": ("tibet", "xizang"),
    "香港": ("hongkong",),
    "澳门": ("macao", "macau"),
    "哈尔滨": ("harbin",),
    "呼和浩特": ("hohhot",),
    "乌鲁木齐": ("urumqi",),
    "拉萨": ("lhasa",),
    "鄂尔多斯": ("ordos",),
    "朝阳": ("chaoyang",),
    "六安": ("luan",),
}
"""Where English does not follow the pinyin of the name (陕西 and 山西 would be one), or the name not the
usual sound of its characters."""
KINDS = {
    "city": ("市",),
    "municipality": ("市",),
    "prefecture": ("州", "地区", "盟"),
    "county": ("县", "旗"),
    "district": ("区",),
    "new area": ("新区",),
    "banner": ("旗",),
    "province": ("省",),
    "autonomous region": ("自治区",),
}
"""What English puts behind a name → how such divisions end."""
_CHINESE = re.compile(r"[一-龥]+")
_LONGEST = 4
"""Characters of a name."""
_WORD = r"[A-Z][a-z]+(?:['’](?!s\b)[a-z]+)?"
_NAME = re.compile(rf"{_WORD}(?:[ -]{_WORD}){{0,2}}")
_KIND = re.compile(rf"\s+({'|'.join(KINDS)})\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatinName:
    """`key` is lower case without spaces; `kind` one of KINDS or "". The span holds the kind."""

    start: int
    end: int
    key: str
    kind: str


def romanised(name: str) -> tuple[str, ...]:
    """How a name is written in Latin letters, without its kind: ("zhangjiakou",)."""
    short = stem(name) if len(stem(name)) >= 2 else name
    if customary := _CUSTOMARY.get(short):
        return customary
    spelling = "".join(lazy_pinyin(short)).lower()
    return (spelling, spelling.replace("v", "u")) if "v" in spelling else (spelling,)


def spellings(text: str) -> frozenset[str]:
    """`Romanise`: how one to four characters in a row of the text are written in Latin letters, in all of
    their readings: 佛 is fo and fu."""
    plain: set[str] = set()
    for run in _CHINESE.findall(text):
        readings = [set(each) for each in pinyin(run, style=Style.NORMAL, heteronym=True)]
        for first in range(len(readings)):
            begun = {""}
            for each in readings[first : first + _LONGEST]:
                begun = {start + syllable for start in begun for syllable in each}
                plain |= begun
    customary = {spelling for name, given in _CUSTOMARY.items() if name in text for spelling in given}
    return frozenset(plain | {spelling.replace("v", "u") for spelling in plain} | customary)


def latin_names(text: str) -> Iterator[LatinName]:
    """Every run of one to three capitalised words that may be a name, the longer before the shorter."""
    for run in _NAME.finditer(text):
        words = list(re.finditer(_WORD, run.group()))
        for first in range(len(words)):
            for last in range(len(words), first, -1):
                start, end = run.start() + words[first].start(), run.start() + words[last - 1].end()
                key = re.sub(r"[^a-z]", "", text[start:end].lower())
                kind = _KIND.match(text, end)
                yield LatinName(
                    start=start,
                    end=kind.end() if kind else end,
                    key=key,
                    kind=kind[1].lower() if kind else "",
                )
