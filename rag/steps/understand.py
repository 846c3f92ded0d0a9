"""Question → Intent: places, years, done or ahead, indicators, and the kind of question. Code only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.domain import (
    FigureKind,
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
from rag.steps.indicate import states
from rag.steps.locate import REPORT_YEAR, locate, place_keyword
from rag.steps.read_english import english_indicators, english_keywords, untranslated
from rag.steps.read_figures import read_figures

_SENTENCE_END = re.compile(r"[。!?](?=[^”\"」』])")
_PLACED = re.compile(r"[省市县区旗州]|(?:19|20)\d\d年")
_CHINESE = re.compile(r"[一-龥]")
_CHINESE_WORD = re.compile(r"[一-龥]+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|[万亿%家个户项亩元吨人])(?:年度?)?")
_SHORT_YEAR = re.compile(r"(?<!连续)(?<!过去)(?<![近满共第达\d])(\d\d)年(?!来|前|后|代|间|以)")
_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》]{2,40})[”\"」』》]")
_CONTENT_TAGS = re.compile(r"^(?:n|vn|an|j|l|i|s|b|eng|z)")
_PLAIN_LATIN = re.compile(r"^[a-z]{5,}$")
_NO_COUNTS = ("", "年", "月", "日", "号")
_KIND_OF = 0.3
"""What the asker's name for a kind of things weighs: 国家森林城市 is a 国家级称号 that no report calls so."""
_CAUSE = Keyword(
    forms=tuple(
        (word,) for word in (words.CAUSE, "由于", "因为", "所致", "导致", "主要是", "影响", "得益于")
    ),
    weight=2.0,
)
_TROUBLE = Keyword(forms=tuple((word,) for word in ("问题", "困难", "不足", "短板")), weight=2.0)
_VERB_TAGS = re.compile(r"^(?:v|a)")


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
    folded = fold_query(text, simplify=simplify)
    language = _language(text, simplify)
    english = language is Language.ENGLISH
    folded = _asking(folded, lexicon)
    spoken = _asking(text.strip(), lexicon) if english else folded
    places = locate(spoken, reports=reports, gazetteer=gazetteer, tag_words=tag_words, english=english)
    regions, bare = places.regions, places.bare
    scope = [report for report in reports if not regions or report.region in regions]
    newest = max((report.year for report in scope if report.year), default=None)
    report_years = tuple(dict.fromkeys(int(a or b) for a, b in REPORT_YEAR.findall(spoken)))
    periods = _periods(REPORT_YEAR.sub("", spoken), newest)
    indicators = _indicators(folded, spoken, lexicon, english=english)
    alone = len({report.region for report in reports}) == 1
    kind = _kind(spoken, regions, places.others, periods, indicators, alone=alone)
    keywords = (
        english_keywords(bare, lexicon, look_up, constrains=not indicators)
        if english
        else _keywords(bare, folded, indicators, cut_words, tag_words, lexicon)
    )
    if words.TROUBLE.search(spoken):
        keywords = (_TROUBLE, *keywords)
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
        keywords=(*keywords, *map(place_keyword, places.inside)),
        indicator_words=_indicator_words(indicators, folded, cut_words),
        quoted=tuple(simplify(found).strip("…。. ") for found in _QUOTED.findall(text)),
        untranslated=untranslated(bare, lexicon) if english else (),
        asked_of=places.spans,
    )


def _stance(spoken: str) -> Stance | None:
    """As the words say; what is left to do and why a goal was missed are told among what was done."""
    if words.REMAINING.search(spoken) or words.WHY.search(spoken):
        return None
    return words.asked_stance(_QUOTED.sub(" ", spoken))


def _asking(text: str, lexicon: Lexicon) -> str:
    """The last sentence where that names an indicator itself: what stands before it is no question but the
    setting of one, or an order to whoever answers."""
    *before, last = _SENTENCE_END.split(text.rstrip(" ?。！!"))
    asks = before and words.FIGURE.search(last) and _PLACED.search(last)
    return last if asks and any(states(last, indicator) for indicator in lexicon.indicators) else text


def _language(text: str, simplify: Simplify) -> Language:
    chinese = len(_CHINESE.findall(text))
    latin = len(re.findall(r"[A-Za-z]{2,}", text))
    if (latin > 3 and latin * 2 > chinese) or (not chinese and re.search(r"[a-z]{2,}", text)):
        return Language.ENGLISH
    return Language.SIMPLIFIED if simplify(text) == text else Language.TRADITIONAL


def _periods(text: str, newest: int | None) -> tuple[int, ...]:
    years = [int(year) for year in _YEAR.findall(text)]
    years += [2000 + int(year) for year in _SHORT_YEAR.findall(text) if int(year) <= 40]
    if newest is not None and not years:
        years += [newest - 2, newest - 1] * bool(words.LAST_TWO.search(text))
        years += [newest - 1] * bool(words.LAST_YEAR.search(text))
        years += [newest] * bool(words.THIS_YEAR.search(text))
    return tuple(dict.fromkeys(years))


def _by_period(period: int, newest: int) -> Stance:
    return Stance.TARGET if period >= newest else Stance.RESULT


def _indicators(folded: str, spoken: str, lexicon: Lexicon, *, english: bool) -> tuple[Indicator, ...]:
    """The indicators that a question names. In Chinese each is looked for by itself, so that joint wordings
    name several (存贷款余额); in English the longest phrase wins."""
    chinese = [i for i in lexicon.indicators if states(folded, i) or states(_written_out(folded), i)]
    if not english:
        return tuple(chinese)
    return tuple(dict.fromkeys([*english_indicators(spoken, lexicon), *chinese]))


def _written_out(folded: str) -> str:
    """城镇居民人均可支配收入比农村居民多多少 names both incomes: the second takes the name of the first."""
    return words.TOWN_AGAINST_COUNTRY.sub(
        lambda match: f"{match['one']}{match['name']}{match['against']}{match['other']}{match['name']}",
        folded,
    )


def _asked_term(indicator: Indicator, text: str) -> str:
    """The longest of the indicator's terms that stands in the text; "" where a joint wording names it."""
    return max((term for term in indicator.terms if term.lower() in text.lower()), key=len, default="")


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
    if places <= 1 and words.asks_both_stances(text):
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


def _keywords(
    bare: str,
    folded: str,
    indicators: Sequence[Indicator],
    cut_words: CutWords,
    tag_words: TagWords,
    lexicon: Lexicon,
) -> tuple[Keyword, ...]:
    """`bare` is the folded question without the places that it is asked of. A word that is a term of an
    indicator (佔GDP比重) stands for all of its terms."""
    stop_words = lexicon.stop_words
    terms = {
        term.lower(): Keyword(forms=tuple((t,) for t in indicator.terms[:6]), weight=min(len(term), 4))
        for indicator in lexicon.indicators
        for term in indicator.terms
        if term.lower() in bare.lower()
    }
    bare = words.TOWN_AGAINST_COUNTRY.sub(" ", bare)
    for indicator in indicators:
        for term in sorted(indicator.terms, key=len, reverse=True):
            bare = bare.replace(term, " ")
    bare = words.NOISE.sub(" ", words.AHEAD_NOUN.sub(" ", bare))
    bare = _YEAR.sub(" ", REPORT_YEAR.sub(" ", bare))
    kind_of = words.KIND_OF.search(folded)
    found: dict[str, Keyword] = {}
    if words.AHEAD_NOUN.search(folded):
        found["目标"] = Keyword(forms=(("预期目标",), ("主要目标",)), weight=1.2, constrains=False)
    for named in words.CLASS.findall(bare):
        found[named] = _keyword(named, cut_words, weight=min(len(named), 4), constrains=False)
    found |= _asked_figures(folded)
    for word, tag in tag_words(words.CLASS.sub(" ", bare)):
        if word in stop_words or (len(word) < 2 and tag != "eng") or words.COUNTED.match(word):
            continue
        if _PLAIN_LATIN.match(word):
            continue
        if _CONTENT_TAGS.match(tag) or word in lexicon.synonyms:
            asked = (
                _CAUSE
                if word == words.CAUSE
                else terms.get(word.lower()) or _keyword(word, cut_words, weight=min(len(word), 4))
            )
            others = tuple((other,) for other in lexicon.synonyms.get(word, ()))
            found[word] = replace(asked, forms=(*asked.forms, *others))
            if kind_of is not None and word in kind_of.group():
                found[word] = replace(
                    found[word], weight=_KIND_OF * asked.weight, constrains=False, kind_of=True
                )
        elif _VERB_TAGS.match(tag):
            found[word] = _keyword(word, cut_words, weight=0.4 * min(len(word), 4), constrains=False)
    return tuple(found.values())


def _asked_figures(text: str) -> dict[str, Keyword]:
    """The figures that the question itself names (申报的284个项目): what answers mostly holds them too.
    Of two that it leaves open (29个还是21个) either will do."""
    named = [
        figure.text
        for figure in read_figures(text)
        if figure.unit not in _NO_COUNTS
        and figure.kind is not FigureKind.DATE
        and figure.text[0].isdigit()
        and figure.value > 12
    ]
    if not named:
        return {}
    groups = [tuple(named)] if words.EITHER_FIGURE.search(text) else [(one,) for one in named]
    return {
        group[0]: Keyword(forms=tuple((one,) for one in group), weight=3.0, constrains=False)
        for group in groups
    }


def _keyword(word: str, cut_words: CutWords, *, weight: float, constrains: bool = True) -> Keyword:
    """A word, and the parts that stand for it: 财政资金 is held by 各类财政资金 and by 财政…资金."""
    if words.STANDING.fullmatch(word) or (word.endswith("业") and len(word) > 2):  # 开工率; 纺织业, 纺织产业
        return Keyword(forms=((word,), (word[:-1],)), weight=weight, constrains=constrains)
    parts = tuple(part for part in cut_words(word) if part != word and len(part) > 1)
    whole = parts and sum(len(part) for part in parts) >= len(word)
    return Keyword(forms=((word,), parts) if whole else ((word,),), weight=weight, constrains=constrains)


def _indicator_words(indicators: Sequence[Indicator], text: str, cut_words: CutWords) -> tuple[Keyword, ...]:
    """The parts of the indicators' names, for texts that put them apart: 食用菌…产量. A name of one word
    stays whole, and so does one with Latin letters: 人均 and GDP stand near each other without 人均GDP."""
    keywords = []
    for indicator in indicators:
        asked = _keyword(_asked_term(indicator, text) or indicator.name, cut_words, weight=4.0)
        whole, parts = asked.forms[:1], asked.forms[1:]
        if parts and _CHINESE_WORD.fullmatch(whole[0][0]):
            named = _keyword(indicator.name, cut_words, weight=4.0)
            asked = replace(asked, forms=tuple(dict.fromkeys((*parts, *named.forms[1:]))))
        else:
            asked = replace(asked, forms=whole)
        keywords.append(asked)
    return tuple(keywords)
