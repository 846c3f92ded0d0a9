"""Question → the places that it names, those that reports are about and others, and what is left of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.domain import Keyword, Mention, NamedPlace, Report, Span
from rag.ports import Gazetteer, TagWords
from rag.steps import question_words as words

REPORT_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年?初?(?:[^年,。]{0,10}?(?:政府)?工作报告|[^年,。]{0,6}?报告)"
    r"|报告是?((?:19|20)\d\d)年?的?[那这]?[份篇版]"
    r"|((?:19|20)\d\d)\s+(?:[a-z]+\s+){0,2}?(?:(?:government\s+)?work\s+)?reports?\b",
    re.I,
)
_REPORTS_OF_YEARS = re.compile(
    r"(?:19|20)\d\d年?(?:[和与跟及、,](?:19|20)\d\d年?)+(?:的|这|那|[两三四几]份|各份)*(?:政府)?(?:工作)?报告"
)
"""2001年和2002年报告 names two reports."""
_YEAR_BEHIND = re.compile(r"(?:'s|’s)?\s*(?:市|省)?(?:的|在|in)?\s*[(]?((?:19|20)\d\d)(?!\d)")
_YEAR_BEFORE = re.compile(r"((?:19|20)\d\d)年?的?$")
_CHINESE = re.compile(r"[一-龥]")
_CHINESE_WORD = re.compile(r"[一-龥]+")
_GIVEN_BY = re.compile(r"市?的?\s*|['’]s\s+|\s+(?:of|for|by|from)\s+")
_JOINED = re.compile(r"[市区县省]?\s*(?:[、,/和与跟同及]|以及|还有|and|,\s*and|vs\.?)+\s*", re.I)
_LONGER_NAME = ("镇", "乡", "村", "街道", "大道", "机场", "大学")
"""What follows a short name where it is part of another: 城关镇 is no 城关区."""
_COUNTERPART = re.compile(
    r"(?:之间)?(?:共同|联合)?(?:确定|签[订署约]|合作|共建|建立|协作|对接|往来|达成|结对|贸易)"
)
"""What follows a place that another one works with: 厦门与台湾确定了十个合作领域 is asked of 厦门."""
_RANKED_IN = re.compile(r"(?:省|市|自治区)?(?:境|范围)?[内里中]?(?:各?[市县区省])?(?:排|居|位|列|处于|是第)")
"""What follows a place that another one is ranked in: 虎门港…在广东省内排到第几."""
_ENGLISH_KIND = (
    r"(?:\s+(?:city|county|(?:management )?district|new area|(?:\w+ )?development zone|province)\b)?"
)
_QUOTED_NAME = re.compile(r"[“\"「『]([一-龥]{3,8})[”\"」』]")
_KINDS = ("省", "市", "区", "县", "旗", "州", "盟")
_NAME_TAGS = ("ns", "nr", "nt", "nz", "x")


def reports_of_years(text: str) -> tuple[int, ...]:
    """The years of several reports that are named in a row; none where they are not."""
    named = _REPORTS_OF_YEARS.search(text)
    return tuple(map(int, re.findall(r"(?:19|20)\d\d", named.group()))) if named else ()


def _of_a_name(text: str, place: NamedPlace) -> bool:
    """Whether a place without its kind is part of a name in quotation marks: “灯塔工厂” is not in 灯塔市."""
    short = not text[place.start : place.end].endswith(_KINDS)
    around = (match.span(1) for match in _QUOTED_NAME.finditer(text))
    return short and any(
        a <= place.start and place.end <= b and b - a > place.end - place.start for a, b in around
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """`regions` are those asked about, names of `Report.region`; `inside` are the others that lie in a region
    with a report; `bare` is the question without the places that it is asked of, `spans` are where those
    stand, `years_of` the year that each is asked about for, where they are several."""

    regions: tuple[str, ...]
    others: tuple[Mention, ...]
    inside: tuple[Mention, ...]
    bare: str
    spans: tuple[Span, ...]
    years_of: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, order=True)
class _Named:
    """A region that has a report, as the question names it. With the places around it: 河北省廊坊市."""

    start: int
    end: int
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Other:
    mention: Mention
    start: int
    end: int


def locate(
    text: str, *, reports: Sequence[Report], gazetteer: Gazetteer, tag_words: TagWords, english: bool
) -> Located:
    """`text` is folded unless it is English, whose capitals tell names."""
    found = [one for one in gazetteer.find(text) if not _of_a_name(text, one)]
    named = sorted({*_by_alias(text, reports, found, tag_words), *_by_gazetteer(reports, found)})
    others, frames = _others(text, named, reports, found)
    held = {report.region for report in reports}
    inside = tuple(o.mention for o in others if held.intersection(o.mention.place.parents))
    asked_of = [(o.start, o.end) for o in others if english or o.mention.listed or o.mention in inside]
    taken = [(one.start, one.end) for one in named]
    regions = _without_frames(tuple(dict.fromkeys(one.region for one in named)), text, reports)
    answering = [(one.start, one.end) for one in named if one.region in regions]
    answering += [(o.start, o.end) for o in others if o.mention.listed or o.mention in inside]
    return Located(
        regions=regions,
        others=tuple(other.mention for other in others),
        inside=inside,
        bare=_without(text, [*taken, *frames, *asked_of]),
        spans=_apart(answering),
        years_of=_years_of([one for one in named if one.region in regions], text),
    )


def place_keyword(mention: Mention) -> Keyword:
    """What is said of 安康市 is no answer about 汉阴县: the sentence has to name it, in full or short."""
    names = dict.fromkeys((mention.words, *mention.place.aliases))
    return Keyword(forms=tuple((name,) for name in names), weight=4.0)


# --- Regions with a report --------------------------------------------------------------------------


def _by_alias(
    text: str, reports: Sequence[Report], found: Sequence[NamedPlace], tag_words: TagWords
) -> Iterator[_Named]:
    """Every wording of a region, the longest first. One wording may be that of several regions (Fuzhou)."""
    regions: dict[str, dict[str, None]] = defaultdict(dict)
    for report in reports:
        if report.region:
            regions[report.region][report.region] = None
            for alias in report.aliases:
                regions[alias][report.region] = None
    taken: list[tuple[int, int]] = []
    longer = list(_long_words(text, tag_words))
    lower = text.lower()
    for alias in sorted((name for name in regions if name in lower), key=len, reverse=True):
        chinese = _CHINESE.search(alias)
        pattern = re.escape(alias) if chinese else rf"(?<![a-z]){re.escape(alias)}(?![a-z]){_ENGLISH_KIND}"
        for match in re.finditer(pattern, lower):
            start, end = match.span()
            if any(start < stop and begin < end for begin, stop in taken) or _goes_on(lower, alias, end):
                continue
            if any(begin <= start and end <= stop and stop - begin > end - start for begin, stop in longer):
                continue
            around = next((one for one in found if one.start <= start and end <= one.end), None)
            if fits := _fitting(tuple(regions[alias]), around, end - start):
                taken.append((start, end))
                begin, stop = _whole(around, fits, start, end)
                yield from (_Named(begin, stop, region) for region in fits)


def _years_of(named: Sequence[_Named], text: str) -> tuple[tuple[str, int], ...]:
    """The year behind each place, or in front of it; none where the places do not differ in it."""
    behind = [_YEAR_BEHIND.match(text, one.end) for one in named]
    before = [_YEAR_BEFORE.search(text[: one.start]) for one in named]
    years = next((all_of for all_of in (behind, before) if all(all_of)), [])
    pairs = [(one.region, int(match[1])) for one, match in zip(named, years, strict=False) if match]
    apart = len({year for _, year in pairs}) > 1 and len({region for region, _ in pairs}) == len(pairs)
    return tuple(pairs) if apart else ()


def _long_words(text: str, tag_words: TagWords) -> Iterator[tuple[int, int]]:
    """Words, names left out, in which a short name may stand: 长治久安 says nothing of 长治."""
    start = 0
    for word, tag in tag_words(text):
        of_year = word.startswith("年") and text[start - 1 : start].isdigit()  # 2020|年泽澜
        if len(word) - of_year >= 3 and not tag.startswith(_NAME_TAGS) and _CHINESE_WORD.fullmatch(word):
            yield start, start + len(word)
        start += len(word)


def _goes_on(text: str, alias: str, end: int) -> bool:
    """高平市长 is 高平's 市长, 城关镇 no 城关区."""
    return text.startswith("长", end) or (not alias.endswith(_KINDS) and text.startswith(_LONGER_NAME, end))


def _fitting(regions: tuple[str, ...], around: NamedPlace | None, length: int) -> tuple[str, ...]:
    """Of the regions of a wording, those that the name around it can mean: 北京市朝阳区 is not 长春's."""
    if around is None:
        return regions
    meant = {place.name for place in around.places}
    above = {parent for place in around.places for parent in place.parents}
    if fits := tuple(region for region in regions if region in meant):
        return fits
    if fits := tuple(region for region in regions if region in above):
        return fits
    return regions if around.end - around.start == length else ()


def _whole(around: NamedPlace | None, regions: tuple[str, ...], start: int, end: int) -> tuple[int, int]:
    if around is not None and any(place.name in regions for place in around.places):
        return around.start, around.end
    return start, end


def _by_gazetteer(reports: Sequence[Report], found: Sequence[NamedPlace]) -> Iterator[_Named]:
    """Regions named as no alias of theirs does: 攀枝花西区, and 襄樊 where only 襄阳市 has reports."""
    held = dict.fromkeys(report.region for report in reports if report.region)
    for one in found:
        own = [place.name for place in one.places if place.name in held]
        kin = [name for place in one.places for name in place.kin if name in held]
        yield from (_Named(one.start, one.end, region) for region in dict.fromkeys(own or kin))


def _without_frames(regions: tuple[str, ...], text: str, reports: Sequence[Report]) -> tuple[str, ...]:
    """Without places that are only the frame of another: 塞北管理区…在张家口排第几 asks about 塞北管理区.

    The whole country is only a frame where a place is named too.
    """
    if len(regions) < 2 or (words.COMPARE.search(text) and not words.RANK.search(text)):
        return regions
    parents = {parent for r in reports if r.region in regions for parent in r.parents}
    kept = tuple(region for region in regions if region not in parents and region != "全国")
    return kept or regions


# --- Other places -----------------------------------------------------------------------------------


def _others(
    text: str, named: Sequence[_Named], reports: Sequence[Report], found: Sequence[NamedPlace]
) -> tuple[list[_Other], list[tuple[int, int]]]:
    """Places that no report is about, and where those stand that are around a place asked about: 河北省 with
    廊坊市, which no sentence has to name."""
    own = {one.region for one in named}
    around = own | {parent for report in reports if report.region in own for parent in report.parents}
    spans = [(one.start, one.end) for one in named]
    left: list[NamedPlace] = []
    frames: list[tuple[int, int]] = []
    for one in found:
        over = [each for each in named if one.start < each.end and each.start < one.end]
        if any(each.region not in one.places[0].parents for each in over):
            continue
        if over:  # 安康市石泉县, where only 安康市 has a report
            start = max(each.end for each in over)
            left.append(replace(one, start=start + text.startswith("的", start)))
        elif one.places[0].name in around:
            frames.append((one.start, one.end))
        else:
            left.append(one)
    listed = _listed(text, left, spans)
    others = []
    for one in left:
        is_listed = one in listed or (not named and _is_asked_of(text, one.start, one.end))
        mention = Mention(words=text[one.start : one.end], place=one.places[0], listed=is_listed)
        others.append(_Other(mention=mention, start=one.start, end=one.end))
    return others, frames


def _listed(text: str, left: Sequence[NamedPlace], spans: Sequence[tuple[int, int]]) -> list[NamedPlace]:
    """Those that stand in one list with a place asked about, also over others: 重庆、天津和廊坊."""
    reached, listed = list(spans), []
    left = [one for one in left if not _COUNTERPART.match(text, one.end)]
    for one in [*left, *reversed(left)]:
        beside = (text[stop : one.start] or text[one.end : begin] for begin, stop in reached)
        if one not in listed and any(_JOINED.fullmatch(between) for between in beside):
            listed.append(one)
            reached.append((one.start, one.end))
    return listed


def _is_asked_of(text: str, start: int, end: int) -> bool:
    """Whether a place named alone is the one asked about. Beside a report's year it is where it gives the
    report (重庆2024年政府工作报告), not where that only speaks of it (2010年政府工作报告…上海世博会)."""
    if text[:start].endswith("在") and _RANKED_IN.match(text, end):
        return False
    report = REPORT_YEAR.search(text)
    if report is None or report.start() <= start < report.end():
        return True
    return _GIVEN_BY.fullmatch(text[end : report.start()] or text[report.end() : start]) is not None


def _apart(spans: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """In order; of those that overlap, one from the first's start to the last's end."""
    apart: list[Span] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1].end:
            apart[-1] = Span(apart[-1].start, max(end, apart[-1].end))
        else:
            apart.append(Span(start, end))
    return tuple(apart)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(set(spans), reverse=True):
        text = text[:start] + " " + text[end:]
    return text
