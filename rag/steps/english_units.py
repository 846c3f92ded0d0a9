"""English units against Chinese ones: 21454元 is not $21,454."""

from __future__ import annotations

import re

_CHINESE = {
    "dollar": "美元|美金",
    "euro": "欧元",
    "yuan": "元",
    "ton": "吨",
    "km": "公里|千米",
    "mu": "亩",
    "hectare": "公顷",
    "acre": "英亩",
    "mile": "英里",
}
_NUMBER = r"\d[\d,.]*"
_SCALE = r"(?:\s(?:thousand|million|billion|trillion))?"
_WORDS = {
    "dollar": r"(?:US )?dollars?|USD",
    "euro": r"euros?|EUR",
    "yuan": r"yuan|RMB",
    "ton": r"(?:metric )?tons?|tonnes?",
    "km": r"kilomet(?:er|re)s?|km",
    "mu": "mu",
    "hectare": r"hectares?",
    "acre": r"acres?",
    "mile": r"miles?",
}
_SIGNS = {"dollar": r"(?:US)?\$", "euro": "€"}
_FORMS = {
    name: re.compile(
        rf"{_NUMBER}{_SCALE}\s(?:{words})\b" + (rf"|{_SIGNS[name]}\s?{_NUMBER}" if name in _SIGNS else ""),
        re.I,
    )
    for name, words in _WORDS.items()
}


def other_units(text: str, evidence: str) -> list[str]:
    """The measures of money, weight, length and area in an English text whose unit the Chinese evidence does
    not have."""
    return [
        match.group()
        for name, form in _FORMS.items()
        for match in form.finditer(text)
        if not re.search(_CHINESE[name], evidence)
    ]
