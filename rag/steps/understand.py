"""Question → Intent: places, years, done or ahead, indicators, and the kind of question. Code only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.domain import (
    Indicator,
    Intent,
    Keyword,
    Language,
    Lexicon,
    Mention,
    QuestionKind,
    Report,
    Stance,
    Wanted,
)
from rag.ports import CutWords, Gazetteer, LookUp, Simplify, TagWords
from rag.steps import question_words as words
from rag.steps.fold import fold_query
from rag.steps.indicate import candidates, states
from rag.steps.locate import REPORT_YEAR, locate, place_keyword, reports_of_years
from rag.steps.pick_keywords import AIM, chinese_keywords, indicator_words
from rag.steps.question_years import periods_of
from rag.steps.read_english import english_indicators, english_keywords, untranslated
from rag.steps.reword import last_asked, put_plainly, wordings

_CHINESE = re.compile(r"[一-龥]")
_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》]{2,40})[”\"」』》]")
_MISSED = Keyword(
    forms=tuple(
        (word,)
        for word in (
            "未达",
            "没有达到",
            "未完成",
            "没有完成",
            "未能",
            "低于预期",
            "不及预期",
            "有差距",
            "一定差距",
        )
    ),
    weight=4.0,
)
_TROUBLE = Keyword(forms=tuple((word,) for word in ("问题", "困难", "不足", "短板")), weight=2.0)


def understand(
    text: str,
    *,
    reports: Sequence[Report],
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    simplify: Simplify,
    cut_words: CutWords,
    tag_words: TagWords,
    look_up: LookUp,
) -> Intent:
    """Read a question against the reports that there are.

    Relative years count from the newest report in scope.
    """
    language = _language(text, simplify)
    english = language is Language.ENGLISH
    folded = put_plainly(fold_query(text, simplify=simplify), lexicon)
    spoken = last_asked(text.strip(), lexicon) if english else folded
    places = locate(spoken, reports=reports, gazetteer=gazetteer, tag_words=tag_words, english=english)
    regions, bare = places.regions, places.bare
    scope = [report for report in reports if not regions or report.region in regions]
    newest = max((report.year for report in scope if report.year), default=None)
    report_years = tuple(dict.fromkeys(int(next(filter(None, y))) for y in REPORT_YEAR.findall(spoken)))
    periods = periods_of(REPORT_YEAR.sub("", spoken), report_years[0] if len(report_years) == 1 else newest)
    if places.years_of:
        report_years, periods = (), tuple(dict.fromkeys(year for _, year in places.years_of))
    elif several := reports_of_years(spoken):
        # What each of them plans, or looks back on.
        report_years = ()
        given = {report.year for report in scope}
        if not given.issuperset(several) and given.issuperset(year + 1 for year in several):
            several = tuple(
                year + 1 for year in several
            )  # the figures of these years, which the next reports give
        periods = several if _stance(spoken) is Stance.TARGET else tuple(year - 1 for year in several)
    if words.TROUBLE.search(spoken) and len(periods) == 1:
        report_years, periods = _report_that_tells(periods[0], scope)
    indicators = _indicators(folded, spoken, lexicon, english=english)
    alone = len({report.region for report in reports}) == 1
    kind = _kind(spoken, regions, places.others, periods, indicators, alone=alone)
    keywords = (
        english_keywords(bare, lexicon, look_up, constrains=not indicators)
        if english
        else chinese_keywords(bare, folded, indicators, cut_words, tag_words, lexicon)
    )
    # A Chinese name is a word of the question as any other, an English one has to be put into Chinese.
    beside = [m for m in places.others if english and not m.listed and m not in places.inside]
    if english and words.TARGET.search(spoken):
        keywords = (AIM, *keywords)
    if words.TROUBLE.search(spoken):
        keywords = (_TROUBLE, *keywords)
    if words.MISSED.search(spoken) and not indicators:
        keywords = (_MISSED, *keywords)
    return Intent(
        text=folded,
        language=language,
        kind=kind,
        regions=regions,
        others=places.others,
        periods=periods,
        report_years=report_years,
        stance=_stance(spoken),
        leaning=_by_period(periods[0], newest) if len(periods) == 1 and newest is not None else None,
        wanted=_wanted(spoken, kind, indicators),
        indicators=indicators,
        keywords=(*keywords, *map(place_keyword, (*places.inside, *beside))),
        indicator_words=indicator_words(indicators, folded, cut_words),
        quoted=tuple(simplify(found).strip("…。. ") for found in _QUOTED.findall(text)),
        untranslated=untranslated(bare, lexicon) if english else (),
        asked_of=places.spans,
        years_of=places.years_of,
    )


def _stance(spoken: str) -> Stance | None:
    """As the words say; what is left to do and why a goal was missed are told among what was done."""
    if words.REMAINING.search(spoken) or words.WHY.search(spoken):
        return None
    if words.MISSED.search(spoken) and words.OPEN.search(spoken):
        return Stance.RESULT
    # Of two that are put to choice neither is said.
    return words.asked_stance(words.EITHER.sub(" ", _QUOTED.sub(" ", spoken)))


def _language(text: str, simplify: Simplify) -> Language:
    chinese = len(_CHINESE.findall(text))
    latin = len(re.findall(r"[A-Za-z]{2,}", text))
    if (latin > 3 and latin * 2 > chinese) or (not chinese and re.search(r"[a-z]{2,}", text)):
        return Language.ENGLISH
    return Language.SIMPLIFIED if simplify(text) == text else Language.TRADITIONAL


def _report_that_tells(year: int, scope: Sequence[Report]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(years of reports, years told of): what is amiss in a year is said in its own report, looking back, or
    in the next. Where only one of the two is there, that is meant."""
    given = {report.year for report in scope} & {year, year + 1}
    return (tuple(y for y in (year, year + 1) if y in given), ()) if len(given) == 1 else ((), (year,))


def _by_period(period: int, newest: int) -> Stance:
    return Stance.TARGET if period >= newest else Stance.RESULT


def _indicators(folded: str, spoken: str, lexicon: Lexicon, *, english: bool) -> tuple[Indicator, ...]:
    """The indicators that a question names. In Chinese each is looked for by itself, so that joint wordings
    name several (存贷款余额); in English the longest phrase wins."""
    named = {
        i.name for wording in wordings(folded) for i in candidates(wording, lexicon) if states(wording, i)
    }
    chinese = [indicator for indicator in lexicon.indicators if indicator.name in named]
    if not english:
        return tuple(chinese)
    return tuple(dict.fromkeys([*english_indicators(spoken, lexicon), *chinese]))


def _kind(
    text: str,
    regions: tuple[str, ...],
    others: Iterable[Mention],
    periods: tuple[int, ...],
    indicators: Sequence[Indicator],
    *,
    alone: bool,
) -> QuestionKind:
    """`alone` is whether all reports are of one place: then no place has to be named."""
    if words.OUT_OF_SCOPE.search(text):
        return QuestionKind.OUT_OF_SCOPE
    if words.COUNT.search(text):
        return QuestionKind.COUNT
    places = len(regions) + sum(mention.listed for mention in others)
    if alone and not places:
        places = 1
    if not places and indicators and words.WHICH_PLACES.search(text) and words.FIGURE.search(text):
        return QuestionKind.COMPARISON
    if places <= 1 and words.WHY.search(text):
        return QuestionKind.FACT
    if places <= 1 and words.asks_both_stances(text) and not words.WORDING.search(text):
        return QuestionKind.COMPARISON
    valued = indicators or words.FIGURE.search(text) or words.RANK.search(text)
    if places <= 1 and len(periods) >= 2 and valued:
        return QuestionKind.COMPARISON
    several = places != 1 or len(periods) >= 2 or len(indicators) >= 2
    if places >= 2 or (words.COMPARE.search(text) and several):
        return QuestionKind.COMPARISON
    if words.WORDING.search(text):
        return QuestionKind.WORDING
    return QuestionKind.LIST if words.LIST.search(text) else QuestionKind.FACT


def _wanted(text: str, kind: QuestionKind, indicators: Sequence[Indicator]) -> Wanted:
    if kind is QuestionKind.WORDING or (kind is QuestionKind.FACT and words.WHY.search(text)):
        return Wanted.NONE
    if kind is QuestionKind.FACT and words.WHEN.search(text) and "多少" not in text:
        return Wanted.NONE
    if kind is QuestionKind.LIST and words.LISTED.search(text):
        return Wanted.NONE
    if words.WHICH_RANK.search(text) and "多少" not in words.WHICH_RANK.sub("", text):
        return Wanted.RANK
    if words.SHARE.search(text):
        return Wanted.ANY
    if kind is QuestionKind.LIST and words.WHICH_OF_MANY.search(text) and "多少" not in text:
        return Wanted.NONE
    if words.AMOUNT_UNIT.search(text):
        return Wanted.AMOUNT
    if words.RATE.search(text):
        return Wanted.RATE
    if words.AMOUNT.search(text):
        return Wanted.AMOUNT
    if words.RANK.search(text):
        return Wanted.RANK
    if words.FIGURE.search(text) or words.EITHER_FIGURE.search(text):
        return Wanted.ANY
    return Wanted.ANY if indicators and not words.OPEN.search(text) else Wanted.NONE
