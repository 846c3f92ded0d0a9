"""A question that asks for several things → a question for each: 新增就业多少？失业率控制在多少以内 and
交通投资和水利投资各是多少. Place, year and stance are the whole's to add."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.domain import Intent, QuestionKind, Wanted

_MOST = 4
_CLAUSE = re.compile(r"[,;?。!]|(?<=[多少几])[、和](?=[^多少几]{2,12}[多少几])")
_ENGLISH_CLAUSE = re.compile(r"[?;]|,? and (?=(?:by )?how |what |which |who |when )", re.I)
_ASKS = re.compile(r"多少|几[个家户项所座条件成倍%次天年名人种]|哪|谁|什么|多[长高大远深宽快]|呢$")
_AMOUNTS = re.compile(r"(?<!百分之)多少(?![到至])|(?<!哪)几[个家户项所座条件名]")
_ENGLISH_ASKS = re.compile(r"\b(?:how|what|which|who|when)\b", re.I)
_LEANS = re.compile(r"^(?:占|其中|比|较|同比|环比|分别|各|这|它|那|增|降|涉及|为[什何]|怎|原因|结果)")
"""A clause that has its subject in the one before."""
_EACH_TOO = re.compile(r"^(?:又|还|并)?(?:各自?|分别)")
"""A clause that asks the same of each: 各安排了多少,各增长多少."""
_EACH = re.compile(
    r"(?P<all>[^,;?。]{2,30})(?P<tail>(?:分别|各自?|合计|总共|一共|共|加起来)(?:又?是|为|有|达到?|完成|增长|新增|投入?|要|计划)*[^,;?。]{0,6}(?:多少|几).*)$"
)
_AND = re.compile(r"[和与跟及加、]|以及")
_OF_ALL = re.compile(r"(?<=[一-龥])的[^的、和与及]{2,8}$")
"""What each of several things has: 教育、医疗卫生的专项支出."""
_SO_MANY = re.compile(r"[两二三四五六七]个?(?:大|个)?(?:领域|方面|行业|部分|产业)$")
"""基础设施、工业和城市更新三个领域."""
_HEAD = re.compile(r"^.*(?:年度?在?|[的里中省市县区州盟旗]|计划|完成|实现|目标)(?=[^的]{2})")
"""What stands before the first of several things that are asked for."""


def askings(text: str, *, english: bool) -> list[str]:
    """The questions of a folded question text, as it words them; one where it asks for one thing."""
    clauses = [c.strip() for c in (_ENGLISH_CLAUSE if english else _CLAUSE).split(text) if c.strip()]
    asks = _ENGLISH_ASKS if english else _ASKS
    asked = [clause for clause in clauses if asks.search(clause)]
    if not english and asked and all(_EACH_TOO.match(clause) for clause in asked[1:]):
        asked = _each(asked[0])
    whole = len(asked) > _MOST or any(_LEANS.match(clause) for clause in asked[1:])
    return asked if len(asked) > 1 and not whole else [text]


def asks_twice(text: str, *, english: bool) -> bool:
    """Whether a second clause asks for more of the same thing: 增加值有多大,占了GDP几成."""
    clauses = (_ENGLISH_CLAUSE if english else _CLAUSE).split(text)
    asks = _ENGLISH_ASKS if english else _ASKS
    amounts = 0 if english else len(_AMOUNTS.findall(text))  # 拿多少钱盖多少套
    return amounts > 1 or sum(asks.search(clause) is not None for clause in clauses) > 1


def _each(clause: str) -> list[str]:
    """交通投资和水利投资各是多少 → 交通投资各是多少, 水利投资各是多少."""
    match = _EACH.search(clause)
    if match is None:
        return [clause]
    of_all = _OF_ALL.search(match["all"])
    named = _SO_MANY.sub("", match["all"][: of_all.start()] if of_all else match["all"])
    first = _AND.search(named)
    head = _HEAD.match(named[: first.start()] if first else named)
    things = _AND.split(named[head.end() if head else 0 :])
    if len(things) < 2 or any(len(thing) < 2 for thing in things):
        return [clause]
    return [f"{thing}{of_all.group() if of_all else ''}{match['tail']}" for thing in things]


def of_whole(part: Intent, whole: Intent) -> Intent:
    """A part of a question, asked of the place, the year and the stance of the whole."""
    return replace(
        part,
        language=whole.language,
        kind=QuestionKind.FACT,
        regions=part.regions or whole.regions,
        periods=part.periods or whole.periods,
        report_years=part.report_years or whole.report_years,
        stance=part.stance or whole.stance,
        leaning=part.leaning if part.periods else whole.leaning,
    )


def stands_alone(part: Intent) -> bool:
    """Whether it says what it asks for: by a noun, or by verbs that a figure goes with (稳定脱贫多少人)."""
    told = part.wanted is not Wanted.NONE and len(part.keywords) > 1
    return told or bool(part.indicators) or any(keyword.constrains for keyword in part.keywords)
