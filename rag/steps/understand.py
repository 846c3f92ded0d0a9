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
from rag.steps.read_english import english_indicators, english_keywords, untranslated

_SENTENCE_END = re.compile(r"[。!?](?=[^”\"」』])")
_PLACED = re.compile(r"[省市县区旗州]|(?:19|20)\d\d年")
_CHINESE = re.compile(r"[一-龥]")
_SHORT_YEAR = re.compile(r"(?<!连续)(?<!过去)(?<![近满共第达\d])(\d\d)年(?!来|前|后|代|间|以)")
_LAST_SHORT, _FIRST_SHORT = 40, 78
"""Years of two digits are of 2000 to 2040 and of 1978 to 1999."""
_BRACKETS = re.compile(r"[(（][^()（）]{1,6}[)）]")
"""实际利用(使用)外资 names 实际利用外资."""
_NOT_ASKED = re.compile(r"[,;] ?(?:而?不是|并非|而非|不要|别给我?)[^,;。?]*$")
"""The last clause where it rules something out: …目标是多少,不是2023年的完成数."""
_FORMAL = {"城里人的": "城镇居民", "城市人的": "城镇居民", "乡下人的": "农村居民", "农村人的": "农村居民"}
"""Of the same length, as places in the question are told by their offsets."""
_GIVER = re.compile(
    r"[一-龥]{2,3}(?:代?[省市县区州盟旗]长|主席)(?:在|所?作的|的)?[^,。?]{0,8}报告[中里上]?[,:]?"
)
"""王予波省长的报告中: who gave a report says nothing of what is asked of it."""
_TOWN_AND_COUNTRY = re.compile(
    r"(?:城里人|城市人|城镇居民)[和与跟、](?:农村人|乡下人|农民|农村居民)的?(?=人均|收入)"
)
_HARVEST = re.compile(
    r"[打收产]了?多少(?:[亿万]?[斤吨])?(?:公斤)?粮食?|粮食[^,。?]{0,8}?(?:收成|减产|增产|丰收|歉收|(?<!生)[打收产]了)"
)
_EACH_SECTOR = re.compile("(?:三次|三大|三个|一、?二、?三次?)产业的?增加值(?!结构|比例|比重)")
_PEOPLE = {
    "城镇": re.compile("城里人|城市人|城里的?居民|市民"),
    "农村": re.compile("农村人|乡下人|庄稼人|村民|农户"),
}
_INCOME = re.compile("(?:居民)?人均(?:可支配)?收入|(?<=的)收入")
_WITHIN = re.compile("(?:里面?|当中|之中)(?!程)")
_COLLOQUIAL = re.compile("|".join(_FORMAL))
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
    folded = _NOT_ASKED.sub("", fold_query(text, simplify=simplify))
    language = _language(text, simplify)
    english = language is Language.ENGLISH
    folded = _asking(words.EXAMPLES.sub(lambda found: " " * len(found.group()), folded), lexicon)
    folded = _without_settings(_formal(folded), lexicon)
    spoken = _asking(text.strip(), lexicon) if english else folded
    places = locate(spoken, reports=reports, gazetteer=gazetteer, tag_words=tag_words, english=english)
    regions, bare = places.regions, places.bare
    scope = [report for report in reports if not regions or report.region in regions]
    newest = max((report.year for report in scope if report.year), default=None)
    report_years = tuple(dict.fromkeys(int(next(filter(None, y))) for y in REPORT_YEAR.findall(spoken)))
    periods = _periods(REPORT_YEAR.sub("", spoken), newest)
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


def _formal(text: str) -> str:
    """With the reports' names for townspeople and farmers, of the same length as the asker's."""
    text = _TOWN_AND_COUNTRY.sub(lambda found: "城乡居民".rjust(len(found.group())), text)
    return _COLLOQUIAL.sub(lambda found: _FORMAL[found.group()], text)


def _asking(text: str, lexicon: Lexicon) -> str:
    """The last sentence where that names an indicator itself: what stands before it is no question but the
    setting of one, or an order to whoever answers."""
    *before, last = _SENTENCE_END.split(text.rstrip(" ?。！!"))
    asks = before and words.FIGURE.search(last) and _PLACED.search(last)
    return last if asks and any(states(last, i) for i in candidates(last, lexicon)) else text


def _without_settings(text: str, lexicon: Lexicon) -> str:
    """Without who gave the report, and the indicators that only say among what the thing asked for is:
    民生实事里要建哪些养老设施."""
    text = _GIVER.sub(lambda found: " " * len(found.group()), text)
    for match in _WITHIN.finditer(text):
        terms = (term for indicator in candidates(text, lexicon) for term in indicator.terms)
        # No pattern for each term: thousands of them would not stay in the cache of patterns.
        term = next((term for term in terms if text.endswith(term, 0, match.start())), None)
        if term is not None:
            start = match.start() - len(term)
            text = text[:start] + " " * (match.end() - start) + text[match.end() :]
    return text


def _language(text: str, simplify: Simplify) -> Language:
    chinese = len(_CHINESE.findall(text))
    latin = len(re.findall(r"[A-Za-z]{2,}", text))
    if (latin > 3 and latin * 2 > chinese) or (not chinese and re.search(r"[a-z]{2,}", text)):
        return Language.ENGLISH
    return Language.SIMPLIFIED if simplify(text) == text else Language.TRADITIONAL


def _periods(text: str, newest: int | None) -> tuple[int, ...]:
    years = [int(year) for year in words.YEAR.findall(text)]
    years += [year for event, year in words.EVENTS.items() if not years and words.year_of(event).search(text)]
    if len(years) == 1 and words.AGAINST_YEAR_BEFORE.search(text):
        years.append(years[0] - 1)
    planned = map(_plan_year, words.PLAN_YEAR.finditer(text))
    years += [
        year for year in planned if newest is None or year <= newest
    ]  # else it is told as what is ahead
    years += [year for short in _SHORT_YEAR.findall(text) if (year := _whole_year(int(short))) is not None]
    if newest is not None and not years:
        years += [newest - 2, newest - 1] * bool(words.LAST_TWO.search(text))
        years += [newest - 1] * bool(words.LAST_YEAR.search(text))
        years += [newest] * bool(words.THIS_YEAR.search(text))
    return tuple(dict.fromkeys(years))


def _whole_year(short: int) -> int | None:
    """23年 is 2023, 98年 is 1998; 建市60年 is none."""
    if short <= _LAST_SHORT:
        return 2000 + short
    return 1900 + short if short >= _FIRST_SHORT else None


def _plan_year(named: re.Match[str]) -> int:
    """The last or the first year of a five-year plan: the tenth (十五) ended in 2005."""
    number = 10 + "一二三四五六".find(named["tens"]) + 1 if named["tens"] else 10
    last = 1955 + 5 * number
    return last if named["last"] else last - 4


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
    folded = _with_whose(folded)
    wordings = dict.fromkeys((folded, _written_out(folded), _BRACKETS.sub("", folded)))
    named = {i.name for wording in wordings for i in candidates(wording, lexicon) if states(wording, i)}
    chinese = [indicator for indicator in lexicon.indicators if indicator.name in named]
    if not english:
        return tuple(chinese)
    return tuple(dict.fromkeys([*english_indicators(spoken, lexicon), *chinese]))


def _written_out(folded: str) -> str:
    """With the names of indicators that a question only means: 城镇居民人均可支配收入比农村居民多多少 names
    both incomes, 打了多少粮食 and 粮食减产 the output of grain."""
    written = words.TOWN_AGAINST_COUNTRY.sub(
        lambda match: f"{match['one']}{match['name']}{match['against']}{match['other']}{match['name']}",
        folded,
    )
    written = _EACH_SECTOR.sub("第一产业增加值、第二产业增加值、第三产业增加值", written)
    return _HARVEST.sub("粮食产量", written)


def _with_whose(folded: str) -> str:
    """With the income of those whose it is: 城里人…(人均可支配收入)."""
    whose = {kind for kind, people in _PEOPLE.items() if people.search(folded)}
    return _INCOME.sub(f"{whose.pop()}居民人均可支配收入", folded) if len(whose) == 1 else folded


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
