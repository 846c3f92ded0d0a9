"""Folded source → the reports in it: where each begins and ends, whose it is, of which year.

A compilation is cut by the bodies in it — a title followed by the address to the deputies — never by its
contents page. What is before the first title and the site furniture after the last sentence belongs to no
report. A region or a year that cannot be found stays None; it is never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rag.domain import FoldedText, Place, Report, ReportKind
from rag.ports import Gazetteer

_YEAR = r"(?P<year>(?:19|20)\d\d)年"
# 2024年抚州市政府工作报告 | 各位代表: — a title of a compilation's part, with its body behind it
_PART = re.compile(rf"(?:{_YEAR})?(?P<name>[一-龥]{{2,14}}?)(?:人民)?政府工作报告\n?(?=各位代表[:,!,])")
_TITLE = re.compile(r"政府工作报告|在[^\n。]{2,30}(?:会议|大会)上的报告")
_OFFICE = re.compile(
    r"(?P<name>[一-龥]{2,12}?)(?:人民)?政府(?:代)?(?:主席|省长|市长|区长|县长|州长|盟长|旗长)"
)
_DATE = re.compile(rf"{_YEAR}\d{{1,2}}月\d{{1,2}}日")
_NATIONAL = re.compile(r"国务院(?:政府)?工作报告|全国人民代表大会|国务院总理")
_SPEAKER = re.compile(r"我代表(?:国务院|中央人民政府)")
_ZONE = re.compile(r"[一-龥]{2,4}(?:管理区|开发区|新区|示范区|高新区|度假区|保税区)")
_OPENING = re.compile(r"各位代表[:,!]")
_HEAD = 2000
"""Code points in which a report says whose it is."""
_PLANNED = re.compile(r"(?:^|[。\n])(?P<year>(?:19|20)\d\d)年[^。\n]{0,14}?将")
_REVIEWED = re.compile(r"(?P<year>(?:19|20)\d\d)年(?:是|工作回顾|[^。\n]{0,12}(?:以来|一年))")
# Lines that sites and newspapers put around a report.
_FURNITURE = re.compile(
    r"^(?:导航菜单|购物车|我的足迹|加入Vip|立即下载|上一篇|下一篇|分享到|打印本页|关闭窗口|字号|责任编辑|编辑:|来源:|作者:|"
    r"评论[(]|留言与?评论|验证码|本文(?:仅代表|地址|来源)|免责声明|版权|凡注明|[(][^)\n]{0,12}(?:记者|通讯员)|"
    r"\d+[.、]本网|本网|联系电话|Copyright|https?:|“?两会”?进行时|"
    r"首页(?:[>»/|]|$)|(?:您)?(?:的|现在的)?(?:当前)?位置:|您(?:现在)?所在|索引号|信息来源|文章来源|发布(?:时间|日期|机构|单位):|"
    r"(?:浏览|点击|阅读)(?:次数|量|数|率)?:|字体|【(?:字体|打印|关闭|收藏|大中小)|(?:打印|收藏|关闭|繁体|简体|无障碍)(?:[|丨]|$)|"
    r"分享:|扫一扫|微信扫|微博分享|(?:主办|承办|技术支持)(?:单位)?:|网站标识码|[^\n]{0,8}(?:ICP备|公网安备)|相关(?:链接|阅读|新闻|文章|推荐)|"
    r"[上下]一[条页](?::|$)|返回(?:顶部|首页)|责编|(?:审核|校对|编审|记者|通讯员|文字|摄影):|附件下载|点击下载|热门(?:推荐|文章)|"
    r"猜你喜欢|网友评论|(?:特别|郑重)?声明:)"
    r"|^(?:19|20)\d\d年\d{1,2}月\d{1,2}日评论[(]"
    r"|稿件来源|侵权|未经[^。]{0,12}(?:授权|许可)",
)
_HEAD = 3000
"""Code points in which a title is looked for."""
_ADDRESS = 200
"""Code points in which the address to the deputies makes a text a report though it has no title."""
_TITLE_LENGTH = 60
_SENTENCE_END = "。!?”)】;…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the person who gave the file says of it."""

    region: str | None = None
    year: int | None = None


def identify(
    folded: FoldedText, *, source_id: str, source_name: str, gazetteer: Gazetteer, hints: Hints = Hints()
) -> list[Report]:
    """The reports of a source in order. A text without any title is one report of kind news."""
    text = folded.text
    own_name = source_name.rpartition("/")[2]  # an archive's name says nothing of a file in it
    drafts = list(_parts(text)) or [_single(text, own_name)]
    reports = []
    for number, (start, end, kind, title) in enumerate(drafts, 1):
        body = text[start:end]
        if hints.region:
            place: Place | None = _place(hints.region, gazetteer, text)
        elif _is_national(body, title, own_name):
            place = Place(name="全国", aliases=("全国", "中国", "国家", "我国"))
        else:
            place = _region(body, title, kind, text, gazetteer)
        reports.append(
            Report(
                id=f"{source_id}-{number}",
                source_id=source_id,
                source_name=source_name,
                span=folded.span(start, end),
                region=place.name if place else None,
                parents=place.parents if place else (),
                aliases=place.aliases if place else (),
                year=hints.year or _year(body, title, kind, own_name),
                kind=kind,
                title=title.replace("\n", "") or own_name.rpartition(".")[0] or own_name,
                truncated=body.rstrip()[-1:] not in _SENTENCE_END,
            )
        )
    return reports


def _parts(text: str) -> Iterator[tuple[int, int, ReportKind, str]]:
    """The parts of a compilation: at least two titles, each with its body behind it."""
    matches = list(_PART.finditer(text))
    if len(matches) < 2:
        return
    starts = [_title_start(match) for match in matches]
    ends = [*starts[1:], _trim_end(text, starts[-1], len(text))]
    for match, start, end in zip(matches, starts, ends, strict=True):
        yield start, end, ReportKind.COMPILATION_PART, text[start : match.end()].strip()


def _title_start(match: re.Match[str]) -> int:
    """A title begins at its year, else at the last place name before 政府工作报告."""
    return match.start("year") if match["year"] else match.start("name")


def _single(text: str, name: str) -> tuple[int, int, ReportKind, str]:
    """The whole text but for furniture. It is news where nothing calls it a work report."""
    start = _trim_start(text, 0)
    title = _TITLE.search(text, 0, _HEAD)
    stem = re.sub(r"[.]\w+$", "", name)
    if title is None:
        end = _trim_end(text, start, len(text))
        if "工作报告" in stem or _OPENING.search(text, start, start + _ADDRESS):
            return start, end, ReportKind.REPORT, stem
        return start, end, ReportKind.NEWS, text[start:end].split("\n", 1)[0][:40]
    line_start = text.rfind("\n", 0, title.start()) + 1
    line = text[line_start : _line_end(text, line_start)]
    if len(line) > _TITLE_LENGTH or line.endswith("。"):
        line = stem
    else:
        start = _trim_start(text, line_start)
    kind = ReportKind.EXCERPT if re.search(r"摘登|摘要|节选|摘编", line) else ReportKind.REPORT
    return start, _trim_end(text, start, len(text)), kind, line


def _trim_start(text: str, start: int) -> int:
    """Past furniture lines at the head."""
    while start < len(text):
        end = _line_end(text, start)
        if not _FURNITURE.search(text[start:end]):
            return start
        start = end + 1
    return 0


def _trim_end(text: str, start: int, end: int) -> int:
    """Before furniture lines at the tail."""
    while end > start:
        line = text.rfind("\n", start, end) + 1
        if line <= start or not _FURNITURE.search(text[line:end]):
            return end
        end = line - 1
    return end


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def is_furniture(line: str) -> bool:
    """Whether a folded line inside a report's span was put there by a site, not by the report."""
    return len(line) < 200 and _FURNITURE.search(line) is not None


def _is_national(body: str, title: str, source_name: str) -> bool:
    """The report of the State Council: by its title, its speaker, or the name of the file."""
    return (
        _NATIONAL.search(title + _before_opening(body)) is not None
        or re.match(r"(?:19|20)\d\d年国务院", title) is not None
        or _SPEAKER.search(body[:_HEAD]) is not None
        or "国务院政府工作报告" in source_name
    )


def _before_opening(body: str) -> str:
    opening = _OPENING.search(body[:_HEAD])
    return body[: opening.start() if opening else 300]


def _region(body: str, title: str, kind: ReportKind, source: str, gazetteer: Gazetteer) -> Place | None:
    head = _before_opening(body)
    if kind is ReportKind.NEWS:
        return _most_named(body, source, gazetteer)
    for words in (title, *(match["name"] for match in _OFFICE.finditer(head)), head):
        if (place := _named(words, body, gazetteer)) is not None:
            return place
    return None


def _named(words: str, body: str, gazetteer: Gazetteer) -> Place | None:
    """The last, that is the most narrow, place that a title names: (河北省)张家口市 → 张家口市."""
    found = gazetteer.find(words)
    if not found:
        return None
    name = found[-1][1].name
    return gazetteer.place(name, context=words + body) or found[-1][1]


def _most_named(body: str, source: str, gazetteer: Gazetteer) -> Place | None:
    """The zone or division that the text names most often, by its full name."""
    counts = Counter(match.group() for match in _ZONE.finditer(body))
    counts.update(place.name for words, place in gazetteer.find(body) if words == place.name)
    full = {name: n for name, n in counts.items() if n >= 3}
    return _place(max(full, key=lambda name: full[name]), gazetteer, source) if full else None


def _place(name: str, gazetteer: Gazetteer, context: str) -> Place:
    """The division of that name, else a place of its own: a zone that no gazetteer lists."""
    known = gazetteer.place(name, context=context)
    if known is not None:
        return known
    stem = re.sub(r"(?:管理区|开发区|新区|示范区|高新区|度假区|保税区)$", "", name)
    around = Counter(
        p.name for _, p in gazetteer.find(context) if p.name != name and not p.name.startswith(stem)
    )
    above = gazetteer.place(around.most_common(1)[0][0], context=context) if around else None
    return Place(
        name=name,
        parents=(above.name, *above.parents) if above else (),
        aliases=tuple(dict.fromkeys((name, stem, *gazetteer.romanised(stem)))),
    )


def _year(body: str, title: str, kind: ReportKind, source_name: str) -> int | None:
    """The year in which the report was given: by title, date of the session, file name, or what it plans."""
    if kind is not ReportKind.NEWS and (match := re.search(_YEAR, title) or _DATE.search(body[:400])):
        return int(match["year"])
    if match := re.search(r"(?P<year>(?:19|20)\d\d)年?[^\d]*政府工作报告", source_name):
        return int(match["year"])
    if planned := [int(match["year"]) for match in _PLANNED.finditer(body)]:
        return max(planned)
    reviewed = Counter(int(match["year"]) for match in _REVIEWED.finditer(body))
    return reviewed.most_common(1)[0][0] + 1 if reviewed else None
