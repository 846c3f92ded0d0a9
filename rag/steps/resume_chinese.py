"""Chinese follow-ups: what shows one, and the whole question made of it and the question before.

All texts here are folded; what is made has full-width marks. A follow-up with a question word of its own
(全省排第几？) is put behind the place, the years and the subject of the question before; one without
(那抚州呢？) changes the question before in place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Intent, QuestionKind, Report, Span, Stance, Wanted
from rag.steps import question_words as words
from rag.steps import resume_words as signs
from rag.steps.asked import Asked, kept_years, merged, replaced
from rag.steps.question_years import LAST_YEAR


def is_follow_up(asked: Asked) -> bool:
    """Whether it leans on what was asked before. Without a place it does so only by its form (那…, …呢, 它,
    no question word): 固定资产投资增长多少？ asks about all places."""
    text, core = _core(asked)
    if signs.WHY.fullmatch(core) or signs.MORE.fullmatch(core):
        return True
    if not core or signs.TO_ME.search(core):
        return False
    if signs.MOST.fullmatch(core):
        return True
    led = text != signs.LEAD.sub("", text)
    marked = led or signs.CALLS.search(asked.text) is not None
    names_place = bool(_own_places(asked) or signs.EVERYWHERE.search(core))
    points_back = bool(signs.THAT.search(core)) or (not names_place and bool(signs.THERE.search(core)))
    if points_back:
        return True
    asks = bool(signs.ASKS.search(core))
    if not asked.has_subject and not signs.EVERYWHERE.search(core):
        return marked or _is_elliptical(asked, core)
    return (not asks and marked) if names_place else (led or not asks)


def _is_elliptical(asked: Asked, core: str) -> bool:
    """Whether a text without a subject is a question all the same: 增长多少？ is, 高平连续几年位居全省前五？
    and 2024年政府工作报告提出了哪些任务？ say what they ask about, and 你好 asks nothing."""
    if len(core) > signs.SHORT or asked.intent.report_years:
        return False
    if asked.places and signs.ASKS.search(core):
        return asked.intent.wanted is not Wanted.NONE and not asked.says_more
    said = asked.places or asked.years or asked.intent.stance or asked.intent.wanted is not Wanted.NONE
    return bool(said or signs.ASKS.search(core))


def resume(follow: Asked, before: Asked, reports: Sequence[Report]) -> str | None:
    """The whole question; None where the question before has nothing that it lacks."""
    _, core = _core(follow)
    if signs.WHY.fullmatch(core):
        return _finished(f"{_stem(before)}的原因是什么")
    if signs.MORE.fullmatch(core):
        return _finished(re.sub(r"(?<!还)有哪些", "还有哪些", before.text))
    against = signs.AGAINST.fullmatch(core)
    if against is not None and not follow.has_subject and (follow.places or follow.years):
        return _finished(_set_against(follow, before, reports))
    if (most := signs.MOST.fullmatch(core)) and signs.MOST.search(before.text):
        return _finished(signs.MOST.sub(f"最{most['end']}", before.text))
    slots = _slots(follow, before, core, reports)
    if not slots.rest:
        return _finished(_moved(follow, before, slots))
    if signs.ASKS.search(slots.rest):
        return _finished(_asked_with(follow, before, slots))
    return _finished(_fragment(follow, before, slots))


def restate(intent: Intent) -> str:
    """The question in Chinese, from what was read of it."""
    years = "和".join(f"{year}年" for year in intent.periods)
    places = "和".join([*intent.regions, *(m.words for m in intent.others if m.listed)])
    if intent.indicators:
        subject = "和".join(indicator.name for indicator in intent.indicators)
        return _composed(years, places, subject + _value(intent))
    subject = "".join(keyword.forms[0][0] for keyword in intent.keywords)
    return _composed(years, places, subject + ("有哪些" if intent.kind is QuestionKind.LIST else "怎么样"))


# --- Parts of a question ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slots:
    """`years` and `place` of the whole question, those of the follow-up where it names them; `rest` is what
    else it says."""

    years: str
    place: str
    rest: str


def _core(asked: Asked) -> tuple[str, str]:
    """The text without polite words, and that without what leads it and ends it."""
    text = signs.POLITE.sub("", asked.text)
    return text, signs.TAIL.sub("", signs.LEAD.sub("", text))


def _own_places(asked: Asked) -> list[Span]:
    """Those that it is asked of, not those that it sets them against (比廊坊高多少)."""
    own: list[Span] = []
    for span in asked.places:
        beside = bool(own) and signs.JOINED.fullmatch(asked.text[own[-1].end : span.start])
        if beside or not signs.AGAINST_LEAD.search(asked.text[: span.start]):
            own.append(span)
    return own


def _own_years(asked: Asked) -> list[Span]:
    lead = [span for span in asked.years if not signs.AGAINST_LEAD.search(asked.text[: span.start])]
    return lead or [span for span in asked.years if span.start == 0]


def _joined(asked: Asked, spans: Sequence[Span]) -> str:
    return "和".join(dict.fromkeys(asked.at(span) for span in spans))


def _slots(follow: Asked, before: Asked, core: str, reports: Sequence[Report]) -> _Slots:
    places, years = _own_places(follow), _own_years(follow)
    taken = replaced(follow.text, [*places, *years], "")
    rest = signs.TAIL.sub("", signs.LEAD.sub("", signs.POLITE.sub("", taken)))
    points_there = not places and bool(signs.THERE.search(rest))
    if not places:
        rest = signs.THERE.sub("", rest)
    rest = signs.THAT.sub("", rest)
    if not follow.has_subject:
        rest = signs.REPORT.sub("", rest)
    rest = re.sub(r"^[的在、,和\s]+|[在、,\s]+$", "", rest)
    rest = rest if signs.ASKS.search(rest) else rest.rstrip("的")
    where = _joined(follow, places)
    asks_where = bool(signs.WHICH_PLACE.search(rest)) and len(before.places) < 2
    if not where and (points_there or not asks_where) and not signs.EVERYWHERE.search(core):
        where = _joined(before, before.places)
    when = _joined(follow, years) or _joined(before, kept_years(follow, before, reports))
    return _Slots(years=when, place=where, rest=rest)


def _subject(before: Asked, rest: str) -> str:
    """What the question before asks about, with its measure where `rest` names none: GDP增速 + 全省排第几."""
    if before.intent.indicators:
        span = before.subject
        subject = before.at(span) if span else "和".join(i.name for i in before.intent.indicators)
        if before.asks_rate and not subject.endswith(("增速", "增长率", "增长")):
            if signs.REACHED.match(rest) and before.intent.stance is Stance.TARGET:
                return f"{subject}增长目标"
            if signs.AIM.match(rest):
                return f"{subject}增长"
            own = signs.MEASURE.search(rest[:6]) and not words.RANK.search(rest)
            return subject if own else f"{subject}增速"
        return subject
    if before.intent.quoted and before.subject:
        return before.at(before.subject)
    return _without_slots(_stem(before), before)


def _without_slots(text: str, asked: Asked) -> str:
    spans = [span for span in (*asked.places, *asked.years) if span.end <= len(text)]
    return re.sub(r"^[的在、,和\s]+", "", replaced(text, spans, ""))


def _stem(before: Asked) -> str:
    """The question without what it asks for: 2023年张家口的GDP增长."""
    text = signs.TAIL.sub("", before.text)
    stem = signs.ASKED_VALUE.sub("", text)
    return stem if len(stem) > 1 else text


# --- The whole question -----------------------------------------------------------------------------


def _moved(follow: Asked, before: Asked, slots: _Slots) -> str:
    """The question before, of another place or year."""
    places, years = _own_places(follow), _own_years(follow)
    several = len(before.places) != 1 and before.intent.kind is QuestionKind.COMPARISON
    if places and several and len(places) < 2 and before.has_subject:
        return _composed(slots.years, slots.place, _valued(before))
    text = _edited(before, place=slots.place if places else "", years=slots.years if years else "")
    return re.sub(r"了(?=多少|百分|几)", "", text) if years and follow.intent.stance is None else text


def _valued(before: Asked) -> str:
    """GDP增速是多少."""
    subject = _subject(before, "")
    return f"{subject}是多少" if subject.endswith(("增速", "增长率")) else subject + _value(before.intent)


def _edited(before: Asked, *, place: str = "", years: str = "", subject: str = "") -> str:
    """The question before with other words where these stood; a place or a year that it lacks goes first."""
    named = [] if before.subject is None else [before.subject]
    moves = [
        (spans, new)
        for spans, new in ((before.places, place), (before.years, years), (named, subject))
        if new
    ]
    text = before.text
    for spans, new in sorted(moves, key=lambda move: move[0][0].start if move[0] else -1, reverse=True):
        text = (
            replaced(text, merged(before, spans, joined_by=signs.JOINED), new)
            if spans
            else f"{new}{signs.POLITE.sub('', text)}"
        )
    return text


def _set_against(follow: Asked, before: Asked, reports: Sequence[Report]) -> str:
    """The question before, of two places or of two years."""
    if follow.places:
        place = _joined(before, before.places)
        both = "和".join(filter(None, [place, _joined(follow, follow.places)]))
        return _edited(before, place=both)
    newest = max((report.year for report in reports if report.year), default=None)
    own = before.intent.periods or ((newest - (not before.looks_ahead),) if newest else ())
    other = follow.intent.periods
    if own and LAST_YEAR.search(follow.text):
        other = (own[0] - 1,)
    both = "和".join(f"{year}年" for year in dict.fromkeys([*own, *other]))
    return _edited(before, years=both)


def _asked_with(follow: Asked, before: Asked, slots: _Slots) -> str | None:
    """The follow-up's own words behind what it lacks."""
    rest = slots.rest
    if not follow.has_subject:
        if before.intent.kind is QuestionKind.COUNT and re.fullmatch(r"(?:一共|总共)?(?:几|多少)次", rest):
            rest = f"一共出现{rest[-2:] if rest.endswith('几次') else '多少次'}"
        return _composed(slots.years, slots.place, _subject(before, rest) + rest)
    if not slots.place or _own_places(follow):
        return None
    figure = follow.years or follow.intent.wanted is not Wanted.NONE
    return _composed(slots.years if figure else "", slots.place, rest)


def _fragment(follow: Asked, before: Asked, slots: _Slots) -> str:
    """A noun without a question: another subject, or another side of the same one."""
    rest = slots.rest
    if follow.has_subject:
        return _of_other_subject(follow, before, slots)
    if signs.OUTCOME.fullmatch(rest):
        rest = "实际增长多少" if before.asks_rate else "实际完成多少"
        subject = before.at(before.subject) if before.subject else _subject(before, rest)
        return _composed(slots.years, slots.place, subject + rest)
    return _composed(slots.years, slots.place, f"{_subject(before, rest)}{rest}是多少")


def _of_other_subject(follow: Asked, before: Asked, slots: _Slots) -> str:
    rest, intent = slots.rest, before.intent
    if (town := signs.TOWN_ALONE.fullmatch(rest)) and signs.TOWN.search(before.text):
        return _edited(before, subject=signs.TOWN.sub(town["which"], before.at(before.subject or Span(0, 0))))
    if signs.AIM.search(rest) or (follow.intent.indicators and follow.intent.wanted is not Wanted.ANY):
        return _composed(slots.years, slots.place, f"{rest}是多少")
    there = before.subject
    alike = [bool(signs.QUANTITY.search(i.name)) for i in follow.intent.indicators[:1]] == [
        bool(signs.QUANTITY.search(i.name)) for i in intent.indicators[:1]
    ]
    apart = there is not None and not any(there.overlaps(s) for s in (*before.places, *before.years))
    if there is None or not (alike and apart) or signs.ASKS.search(before.at(there)):
        ends = "怎么样"
        if follow.intent.indicators:
            ends = "是多少" if signs.QUANTITY.search(follow.intent.indicators[0].name) else "有多少"
        return _composed(slots.years, slots.place, rest + ends)
    place = slots.place if _own_places(follow) else ""
    return _edited(before, place=place, years=slots.years if _own_years(follow) else "", subject=rest)


def _value(intent: Intent) -> str:
    """The words that ask for the value that it asks for."""
    ahead = intent.stance is Stance.TARGET
    if intent.wanted is Wanted.RATE:
        return "增长目标是多少" if ahead else "增长多少"
    if intent.wanted is Wanted.RANK:
        return "排第几"
    return "目标是多少" if ahead else "是多少"


def _composed(years: str, place: str, what: str) -> str:
    before = f"{years}{place}"
    if not before:
        return what
    joins = re.match(r"[一-龥]{0,2}(?:应对|建成|获得|完成|引进)", what)
    return f"{before}{'' if joins else '的'}{what}"


def _finished(text: str | None) -> str | None:
    if text is None:
        return None
    return re.sub(r"[?。.!\s]*$", "", text).translate(signs.STOPS) + "？"
