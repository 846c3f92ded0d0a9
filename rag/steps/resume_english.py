"""English follow-ups: what shows one, and the whole question made of it and the question before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Intent, QuestionKind, Report, Span, Stance, Wanted
from rag.steps import question_words as words
from rag.steps.asked import Asked, kept_years, merged, replaced
from rag.steps.pick_keywords import AIM

_LEAD = re.compile(
    r"^(?:(?:and|so|then|ok(?:ay)?|but|also|well)\b[,\s]*)*(?:(?:what|how) about|what of)?\s*(?:and\b)?\s*",
    re.I,
)
_WHY = re.compile(
    r"(?:but |and )?(?:why|how come|why (?:is|was) (?:that|this|it)(?: so)?|what(?:'s| is) the reason)", re.I
)
_MORE = re.compile(r"(?:and )?(?:anything|what|any)\s*(?:else|more|others?)", re.I)
_ASKS = re.compile(
    r"\b(?:what|how|which|who|whom|when|where|why|did|does|do|is|are|was|were|has|have|had|will|can|list|name|"
    r"give|compare|tell|show)\b",
    re.I,
)
_ITS = re.compile(
    r"\b(?:its|their|that (?:city|place|county|district)'s|the (?:city|county|district)'s)\b", re.I
)
_IT = re.compile(
    r"\b(?:(?<!is )(?<!are )(?<!was )(?<!were )there(?! (?:is|are|was|were))"
    r"|it|they|that (?:city|place|county|district)|the same (?:city|place))\b",
    re.I,
)
_AGAINST = re.compile(r"\b(?:compared? (?:with|to)|versus|vs\.?|than|against)\s+$", re.I)
_COMPARED = re.compile(
    r"(?:how does (?:it|that|this) )?(?:compared? (?:with|to)|versus|vs\.?|against)\s+\S.*", re.I
)
_PREPOSITION = re.compile(r"\b(?:in|for|of|at|by|during)\s*$", re.I)
_JOINED = re.compile(r",?\s*(?:and|or|,)\s*")
_AIM = re.compile(r"\b(?:target|goal|plan)s?\b", re.I)
_ENDS = re.compile(r"[?!.\s]*$")
_EMPTY = frozenset(("全省", "全国", "位居", "位列", "最快", "最慢", "最高", "最低", "第一"))
"""What the glossary makes of words that say nothing of what is asked about: rank, province, fastest."""
_WHICH = re.compile(r"\b(?:who|which|where|what city)\b.*\b(?:\w+est|\w+er|most|least|more|less)\b", re.I)
_THANKS = re.compile(r"^(?:thanks?|hello|hi|ok|yes|no)\b|\byou\b", re.I)


def is_follow_up(asked: Asked) -> bool:
    """As in Chinese: What about …, its, it, there, or no verb and no question word."""
    core = _ENDS.sub("", asked.text)
    if _WHY.fullmatch(core) or _MORE.fullmatch(core):
        return True
    bare = _LEAD.sub("", core)
    if _THANKS.search(core):
        return False
    led, asks = bare != core, bool(_ASKS.search(bare))
    names_place = bool(_own_places(asked))
    if not names_place and (_ITS.search(core) or _IT.search(core)):
        return True
    if not _has_subject(asked):
        said = asked.places or asked.years or asked.intent.stance or asked.intent.wanted is not Wanted.NONE
        return bool(said or asks)
    return (not asks and led) if names_place else (led or not asks)


def resume(follow: Asked, before: Asked, reports: Sequence[Report]) -> str | None:
    """The whole question; None where the question before has nothing that it lacks."""
    core = _ENDS.sub("", follow.text)
    if _WHY.fullmatch(core):
        return _why(before)
    if _MORE.fullmatch(core):
        return before.text
    if _COMPARED.fullmatch(_LEAD.sub("", core)) and (follow.places or follow.years):
        return _set_against(follow, before)
    bare = _LEAD.sub("", core)
    rest = _rest(follow, bare)
    if _ASKS.search(bare):
        return _asked_with(follow, before)
    if not rest and not _several(before):
        return _edited(before, place=_joined(follow, _own_places(follow)), year=_joined(follow, follow.years))
    return _composed_of(follow, before, rest, reports)


def restate(intent: Intent, reports: Sequence[Report]) -> str:
    """The question in English, from what was read of it."""
    names = {report.region: _romanised(report) for report in reports}
    place = " and ".join(
        [*(names.get(r, r) for r in intent.regions), *(m.words for m in intent.others if m.listed)]
    )
    year = " and ".join(str(year) for year in intent.periods)
    if not intent.indicators:
        about = " ".join(keyword.forms[0][0] for keyword in intent.keywords)
        return f"What does the report of {place or 'each place'} say about {about}{_in(year)}?"
    subject = " and ".join(_english(i.english[0]) if i.english else i.name for i in intent.indicators)
    return _composed(place, subject + _measure(intent), year)


# --- Parts of a question ----------------------------------------------------------------------------


def _has_subject(asked: Asked) -> bool:
    nouns = [k for k in asked.intent.keywords if k != AIM and k.forms[0][0] not in _EMPTY]
    untranslated = [
        w for w in asked.intent.untranslated if not words.COMPARE.search(w) and not words.RATE.search(w)
    ]
    return bool(asked.intent.indicators or asked.intent.quoted or nouns or untranslated)


def _own_places(asked: Asked) -> list[Span]:
    return [span for span in asked.places if not _AGAINST.search(asked.text[: span.start])]


def _joined(asked: Asked, spans: Sequence[Span]) -> str:
    return " and ".join(dict.fromkeys(asked.at(span) for span in spans))


def _several(before: Asked) -> bool:
    return len(before.places) != 1 and before.intent.kind is QuestionKind.COMPARISON


def _rest(follow: Asked, bare: str) -> str:
    """What a follow-up without a verb says besides place and year: the target, fixed asset investment."""
    text = bare
    for span in (*follow.places, *follow.years):
        text = re.sub(rf"(?:\b(?:in|for|of|by)\s+)?{re.escape(follow.at(span))}(?:['’]s)?", " ", text)
    text = _IT.sub(" ", _ITS.sub(" ", text))
    text = re.sub(r"^\s*(?:the|a|an|in|for|of|on|with)\b", " ", text.strip(), flags=re.I)
    return re.sub(r"\s+", " ", _PREPOSITION.sub("", text)).strip(" ,")


def _subject(before: Asked) -> str:
    span = before.subject
    return "" if span is None else before.at(span)


def _measure(intent: Intent) -> str:
    rate = " growth" if intent.wanted is Wanted.RATE else " rank" if intent.wanted is Wanted.RANK else ""
    return rate + (" target" if intent.stance is Stance.TARGET else "")


def _full_subject(before: Asked) -> str:
    """GDP growth."""
    subject = _subject(before)
    if before.asks_rate and subject and "growth" not in subject.lower():
        return f"{subject} growth"
    return subject


def _romanised(report: Report) -> str:
    latin = next((alias for alias in report.aliases if alias.isascii()), None)
    return latin.capitalize() if latin else report.region or report.title


def _english(phrase: str) -> str:
    return phrase.upper() if phrase == "gdp" else phrase


# --- The whole question -----------------------------------------------------------------------------


def _in(year: str) -> str:
    """`last year` stands without a preposition."""
    return f" in {year}" if year[:1].isdigit() else f" {year}".rstrip()


def _composed(place: str, what: str, year: str) -> str:
    ahead = _AIM.search(what) is not None
    whose = f"{place}'s" if place else "the"
    return f"What {'is' if ahead else 'was'} {whose} {what}{_in(year).replace(' in ', ' for ', ahead)}?"


def _edited(before: Asked, *, place: str = "", year: str = "") -> str:
    """The question before with another place or year; what it lacks goes to its end."""
    text = _ENDS.sub("", before.text)
    moves = [(spans, new) for spans, new in ((before.places, place), (before.years, year)) if new]
    for spans, new in sorted(moves, key=lambda m: m[0][0].start if m[0] else len(text), reverse=True):
        text = replaced(text, merged(before, spans, joined_by=_JOINED), new) if spans else f"{text} in {new}"
    return f"{text}?"


def _why(before: Asked) -> str:
    if not before.intent.indicators:
        return f"What are the reasons behind this: {before.text}"
    place, year = _joined(before, before.places), _joined(before, before.years)
    whose = f"{place}'s " if place else ""
    what, when = _full_subject(before), _in(year)
    if before.intent.stance is Stance.TARGET:
        what, when = f"{what} target", when.replace(" in ", " for ")
    return f"What is the reason for {whose}{what}{when}?"


def _set_against(follow: Asked, before: Asked) -> str:
    place, year = "", ""
    if follow.places:
        place = " and ".join(filter(None, [_joined(before, before.places), _joined(follow, follow.places)]))
    if follow.years:
        year = " and ".join(filter(None, [_joined(before, before.years), _joined(follow, follow.years)]))
    return _edited(before, place=place, year=year)


def _asked_with(follow: Asked, before: Asked) -> str:
    """The follow-up's own words, with the place for it and there, and with what else it lacks at its end."""
    text = _LEAD.sub("", _ENDS.sub("", follow.text))
    text = text[:1].upper() + text[1:]
    place, subject = _joined(before, before.places), _full_subject(before)
    lacks = not _has_subject(follow)
    here = place if not _own_places(follow) else ""
    if here and _ITS.search(text):
        text, here = _ITS.sub(f"{here}'s {subject}" if lacks else f"{here}'s", text, count=1), ""
        lacks = False
    elif here and (match := _IT.search(text)):
        there = match.group().lower() == "there"
        new = f"in {here}" if there else f"{here}'s {subject}" if lacks and subject else here
        text, here = text[: match.start()] + new + text[match.end() :], ""
        lacks = lacks and there
    sets_apart = _WHICH.search(text) is not None
    if lacks and subject:
        text = f"{text} {'by' if sets_apart else 'for'} {subject}"
    if here and not sets_apart:
        text = f"{text} in {here}"
    if not follow.years and before.years:
        text += _in(_joined(before, before.years))
    return f"{text}?"


def _composed_of(follow: Asked, before: Asked, rest: str, reports: Sequence[Report]) -> str:
    """A noun without a verb: another subject, or another side of the same one."""
    place = _joined(follow, _own_places(follow)) or _joined(before, before.places)
    year = _joined(follow, follow.years) or _joined(before, kept_years(follow, before, reports))
    if _has_subject(follow):
        subject = rest if rest[1:2].isupper() else rest[:1].lower() + rest[1:]
        rest = subject
        if before.asks_rate and follow.intent.indicators and follow.intent.wanted is not Wanted.RATE:
            subject = f"{rest} growth"
    elif not rest or _AIM.search(rest):
        subject = f"{_full_subject(before)} {rest}".strip()
    else:
        subject = f"{_subject(before)} {rest}"
    return _composed(place, subject, year)
