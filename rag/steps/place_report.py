"""A report → whose it is and of which year, as its title, session line, speaker, signature and body tell it.

What cannot be told stays None; it is never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from rag.domain import ZONE_KINDS, NamedPlace, Place, ReportKind
from rag.ports import Gazetteer
from rag.steps.divide import OPENING, Extent

NATIONAL = Place(name="全国", aliases=("全国", "中国", "我国", "国务院", "国家"))

_YEAR = r"(?P<year>(?:19|20)\d\d)年"
_DAY = r"[\d一二三四五六七八九十]{1,3}"
_MONTH = r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月"
_DATE = re.compile(rf"{_YEAR}{_MONTH}{_DAY}日")
# ——2024年1月22日在张家口市第十五届人民代表大会第四次会议上
_SESSION = re.compile(
    rf"(?:{_YEAR}(?:{_MONTH}(?:{_DAY}日)?)?[,:]?\s?)?(?:在|于)(?P<name>[^\n。]{{2,30}}?)"
    r"(?:第[一二三四五六七八九十百\d]+届)?(?:人民代表大会|人大|党工委|管委会|工作会议|职工代表大会)"
)
_OFFICE = re.compile(
    r"(?P<name>[一-龥]{2,14}?)(?:人民)?政府(?:代|副)?(?:主席|省长|市长|区长|县长|州长|盟长|旗长|行署专员)"
    r"|(?:^|\n|[(—:])(?P<short>[一-龥]{1,12}?[省市县区州盟旗])(?:代|副)?(?:主席|[省市县区州盟旗]长)"
    r"|(?P<zone>[一-龥]{2,16}?)(?:党工委[^\n]{0,6})?(?:管委会|管理委员会)(?:副?主任)"
)
_SPEAKS_FOR = re.compile(r"我(?:受|代表)(?P<name>[一-龥]{2,14}?)(?:人民)?(?:政府|管委会|管理委员会)")
_SIGNATURE = re.compile(
    r"(?P<name>[一-龥]{2,16}?)(?:人民政府|管委会|管理委员会)(?:办公室)?\n?(?:\d{4}年[^\n]{0,8})?$"
)
_NATIONAL = re.compile(r"国务院(?:政府)?工作报告|全国人民代表大会|国务院总理")
_SPEAKER = re.compile(r"我代表(?:国务院|中央人民政府)")
_ZONE = re.compile(rf"[一-龥]{{2,14}}?(?:{'|'.join(ZONE_KINDS)})")
_NEWS_ZONE = re.compile(rf"[一-龥]{{2,4}}(?:{'|'.join(ZONE_KINDS)})")
_GENERIC_ZONE = re.compile(r"经济|高新|工业|农业|综合|自由|城市|.{0,3}$")
"""What is no name without that of its place: 经济技术开发区, 新区."""
_BEFORE_NAME = re.compile(r"^.*(?:\d年度?|[在于受])")
_UNLISTED = re.compile(r"[一-龥]{2,7}?(?:自治州|[省市县区州盟旗镇乡]|街道)")
"""How a place is called that no list of divisions has: a town, one renamed lately, one misspelt."""
_COMMON = re.compile(r"[全本我各该上下][省市县区州盟旗镇乡]|.*(?:人民|政府|年|届|会议|报告)")
_ACTING = re.compile(r"代(?=[省市县区州盟旗]长)")
"""代县长 is who acts as the head of a county, not the head of 代县."""
_HEAD = 3000
"""Code points in which a report says whose it is."""
_SESSION_HEAD = 400
"""The same for the session: further on, a report may speak of another one."""
_TAIL = 120
_MENTIONS = 3
"""How often a news text names a place at least that it is about."""
_LATE = ("11", "12", "十一", "十二")
_PLANNED = re.compile(r"(?:^|[。\n])(?P<year>(?:19|20)\d\d)年[^。\n]{0,14}?将")
_REVIEWED = re.compile(r"(?P<year>(?:19|20)\d\d)年(?:是|工作回顾|[^。\n]{0,12}(?:以来|一年))")


_SESSION_NUMBER = re.compile(
    r"第?(?P<term>[一二三四五六七八九十百\d]+)届(?:[一-龥]{0,8}[国省市县区州盟旗])?(?:人民代表大会|人大)"
    r"第?(?P<number>[一二三四五六七八九十百\d]+)次(?:全体)?会议"
)


# --- Whose ------------------------------------------------------------------------------------------


def region(extent: Extent, *, text: str, source_name: str, gazetteer: Gazetteer) -> Place | None:
    """`text` is the whole folded source: what stands around a report decides between places of one name."""
    body = text[extent.start : extent.end]
    if _is_national(body, extent.title, source_name):
        return NATIONAL
    if extent.kind is ReportKind.NEWS:
        return _most_named(body, text, gazetteer)
    told = list(_tellings(body, extent.title))
    head = _ACTING.sub(" ", _before_opening(body))
    signed = list(_signatures(body))
    tries = chain(
        (_named(words, body, gazetteer) for words in told),
        (_unlisted(words, gazetteer) for words in told),
        (_named(words, body, gazetteer) for words in (head, *signed)),
        (_unlisted(words, gazetteer) for words in signed),
    )
    return next(filter(None, tries), None)


def place_of(name: str, *, context: str, gazetteer: Gazetteer) -> Place:
    """The division of that name, else a zone: in the place that the text around names most."""
    known = gazetteer.place(name, context=context)
    if known is not None:
        return known
    bare = gazetteer.zone(name, parents=())
    around = Counter(
        place.name
        for named in gazetteer.find(context)
        for place in named.places[:1]
        if name not in (place.name, *place.aliases) and not set(bare.aliases) & set(place.aliases)
    )
    above = gazetteer.place(around.most_common(1)[0][0], context=context) if around else None
    return gazetteer.zone(name, parents=(above.name, *above.parents) if above else ())


def _is_national(body: str, title: str, source_name: str) -> bool:
    """The report of the State Council: by its title, its speaker, or the name of the file."""
    return (
        _NATIONAL.search(title + _before_opening(body)) is not None
        or re.match(r"(?:19|20)\d\d年国务院", title) is not None
        or _SPEAKER.search(body[:_HEAD]) is not None
        or "国务院政府工作报告" in source_name
    )


def _before_opening(body: str) -> str:
    opening = OPENING.search(body[:_HEAD])
    return body[: opening.start() if opening else 300]


def _tellings(body: str, title: str) -> Iterator[str]:
    """The words that tell whose report it is, the surest first."""
    head = _before_opening(body)
    yield title
    for pattern in (_SESSION, _OFFICE):
        for match in pattern.finditer(head):
            yield next(
                group for name, group in match.groupdict().items() if group and name not in ("year", "month")
            )


def _signatures(body: str) -> Iterator[str]:
    """For whom the speaker says to speak, and who signs."""
    for signed in (_SPEAKS_FOR.search(body[:_HEAD]), _SIGNATURE.search(body[-_TAIL:].rstrip())):
        if signed is not None:
            yield signed["name"]


def _named(words: str, body: str, gazetteer: Gazetteer) -> Place | None:
    """The last, that is the most narrow, place that the words name: (河北省)张家口市 → 张家口市."""
    found = gazetteer.find(words)
    zone = _ZONE.search(words)
    if zone is not None and not any(named.end >= zone.end() for named in found):
        inside = next((named for named in reversed(found) if named.start < zone.end()), None)
        if inside is None:
            name = _BEFORE_NAME.sub("", zone.group())
            return None if _GENERIC_ZONE.match(name) else place_of(name, context=body, gazetteer=gazetteer)
        return _zone(words[inside.start : inside.end], words[inside.end : zone.end()], inside, gazetteer)
    if not found:
        return None
    last = found[-1]
    if _UNLISTED.match(words[last.end :]) and (narrower := _unlisted(words, gazetteer)):
        return narrower
    name = last.places[0].name
    if len(last.places) > 1:
        name = next(alias for alias in last.places[0].aliases if words[last.start : last.end].endswith(alias))
    return gazetteer.place(name, context=words + body)


def _unlisted(words: str, gazetteer: Gazetteer) -> Place | None:
    """A place that the gazetteer does not have, as it is written: 澜江市政府工作报告; (山西省)代县枣林镇."""
    known = gazetteer.find(words)
    rest = words[known[-1].end :] if known else _BEFORE_NAME.sub("", words.partition("工作报告")[0])
    match = _UNLISTED.match(rest.strip("() "))
    if match is None or _COMMON.match(match.group()):
        return None
    above = known[-1].places[0] if known else None
    return gazetteer.zone(match.group(), parents=(above.name, *above.parents) if above else ())


def _zone(before: str, name: str, inside: NamedPlace, gazetteer: Gazetteer) -> Place:
    """张家口市|塞北管理区 and 四川|天府新区 have names of their own, 廊坊|经济技术开发区 has none."""
    place = inside.places[0]
    in_full = before.endswith(place.name)
    if _GENERIC_ZONE.match(name) or not (in_full or not place.parents):
        name = (place.name if in_full else before) + name
    return gazetteer.zone(name, parents=(place.name, *place.parents))


def _most_named(body: str, source: str, gazetteer: Gazetteer) -> Place | None:
    """The zone or division that the text names most often, by its full name."""
    counts = Counter(match.group() for match in _NEWS_ZONE.finditer(body))
    for named in gazetteer.find(body):
        place = named.places[0]
        if body[named.start : named.end].endswith(place.name):
            counts[place.name] += 1
    full = {name: count for name, count in counts.items() if count >= _MENTIONS}
    if not full:
        return None
    return place_of(max(full, key=lambda name: full[name]), context=source, gazetteer=gazetteer)


# --- Of which year ----------------------------------------------------------------------------------


def year(extent: Extent, *, text: str, source_name: str) -> int | None:
    """The year that the report plans: it is that in which it was given, by session, title, date or file, or
    the next where it was given at the end of a year that it reviews."""
    body = text[extent.start : extent.end]
    head = _before_opening(body)[:600]
    told: list[re.Match[str] | None] = []
    if extent.kind is not ReportKind.NEWS:
        sessions = (match for match in _SESSION.finditer(head) if match["year"])
        told += [next(sessions, None), re.search(_YEAR, extent.title), _DATE.search(body[:400])]
    told.append(re.search(r"(?P<year>(?:19|20)\d\d)年?[^\d]*工作报告", source_name))
    if first := next((match for match in told if match is not None), None):
        given = int(first["year"])
        return given + 1 if _is_late(first) and _plans(given + 1, body) else given
    if planned := [int(match["year"]) for match in _PLANNED.finditer(body)]:
        return max(planned)
    reviewed = Counter(int(match["year"]) for match in _REVIEWED.finditer(body))
    return reviewed.most_common(1)[0][0] + 1 if reviewed else None


def _is_late(told: re.Match[str]) -> bool:
    return (told.groupdict().get("month") or "") in _LATE


def _plans(year: int, body: str) -> bool:
    """Whether a paragraph opens with the work of this year."""
    return (
        re.search(
            rf"(?:^|\n)[^\n。]{{0,8}}{year}年(?!以来)[^\n。]{{0,24}}(?:要求|目标|任务|工作|安排|重点)", body
        )
        is not None
    )


def session(extent: Extent, *, text: str) -> str | None:
    """The session of the congress at which the report was given: 十五届六次会议."""
    found = _SESSION_NUMBER.search(text, extent.start, min(extent.end, extent.start + _SESSION_HEAD))
    return f"{found['term']}届{found['number']}次会议" if found else None
