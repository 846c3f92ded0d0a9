"""The words of a Chinese question that its answer holds, and what each of them weighs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.domain import FigureKind, Indicator, Keyword, Lexicon
from rag.ports import CutWords, TagWords
from rag.steps import question_words as words
from rag.steps.indicate import candidates
from rag.steps.locate import REPORT_YEAR
from rag.steps.numbered import in_digits
from rag.steps.read_figures import read_figures

_CHINESE_WORD = re.compile(r"[一-龥]+")
_CONTENT_TAGS = re.compile(r"^(?:n|vn|an|j|l|i|s|b|eng|z)")
_VERB_TAGS = re.compile(r"^(?:v|a)")
_MODAL = re.compile(r"(?<=[一-龥])会会(?=[在由有于举])")
"""世界大冬会会在哪里办: the event, and that it will be."""
_BRACKETS = re.compile(r"[(][^()]{2,12}[)]")
_PLAIN_LATIN = re.compile(r"^[a-z]{5,}$")
_NUMBER_OF = re.compile(r"[人户家件套台辆次个项处座]数")
"""参保人数 is told as 参保人员要达到15万人."""
_NO_COUNTS = ("", "年", "月", "日", "号")
_KIND_OF = 0.3
"""What the asker's name for a kind of things weighs: 国家森林城市 is a 国家级称号 that no report calls so."""
AIM = Keyword(forms=(("预期目标",), ("主要目标",)), weight=1.2, constrains=False)
"""What a question after a target is answered beside."""
_CAUSE = Keyword(
    forms=tuple(
        (word,) for word in (words.CAUSE, "由于", "因为", "所致", "导致", "主要是", "影响", "得益于")
    ),
    weight=2.0,
)


def chinese_keywords(
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
    lower = bare.lower()
    terms = {
        term.lower(): Keyword(forms=tuple((t,) for t in indicator.terms[:6]), weight=min(len(term), 4))
        for indicator in candidates(bare, lexicon)
        for term in indicator.terms
        if term.lower() in lower
    }
    bare = words.TOWN_AGAINST_COUNTRY.sub(" ", bare)
    for indicator in indicators:
        for term in sorted(indicator.terms, key=len, reverse=True):
            bare = bare.replace(term, " ")
    bare = words.NOISE.sub(" ", words.AHEAD_NOUN.sub(" ", bare))
    bare = words.YEAR_NAMED.sub(" ", bare)
    bare = words.PLAN_YEAR.sub(" ", words.YEAR.sub(" ", REPORT_YEAR.sub(" ", bare)))
    kind_of = words.KIND_OF.search(folded)
    found: dict[str, Keyword] = {}
    if words.AHEAD_NOUN.search(folded):
        found["目标"] = AIM
    for named in words.CLASS.findall(bare):
        found[named] = _keyword(named, cut_words, weight=min(len(named), 4), constrains=False)
    for named in words.ORDINAL.findall(folded):
        found[named] = Keyword(forms=((named,),), weight=4.0, constrains=False)
    found |= _asked_figures(folded)
    found |= {
        whole: _keyword(whole, cut_words, weight=1.0, constrains=False) for whole in words.WHOLE.findall(bare)
    }
    either = words.EITHER.search(folded)
    for bracket in _BRACKETS.findall(bare):
        if any(bracket[1:-1] in term for indicator in indicators for term in indicator.terms):
            bare = bare.replace(bracket, " ")  # 财政收入(一般公共预算)
    for word, tag in tag_words(words.CLASS.sub(" ", _MODAL.sub("会 ", bare))):
        word = word.removeprefix("要") if _VERB_TAGS.match(tag) else word
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
            others = tuple((other,) for other in (*lexicon.synonyms.get(word, ()), *in_digits(word)))
            found[word] = replace(asked, forms=(*asked.forms, *others))
            if _NUMBER_OF.fullmatch(word) or (either is not None and word in either.group()):
                found[word] = replace(found[word], constrains=False)
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
    if word in ("国家级", "世界级"):  # 获国家奖项
        return Keyword(forms=((word,), (word[:-1],)), weight=weight, constrains=constrains)
    parts = tuple(part for part in cut_words(word) if part != word and len(part) > 1)
    whole = parts and sum(len(part) for part in parts) >= len(word)
    return Keyword(forms=((word,), parts) if whole else ((word,),), weight=weight, constrains=constrains)


def indicator_words(indicators: Sequence[Indicator], text: str, cut_words: CutWords) -> tuple[Keyword, ...]:
    """The parts of the indicators' names, for texts that put them apart: 食用菌…产量. A name of one word
    stays whole, and so does one with Latin letters: 人均 and GDP stand near each other without 人均GDP."""
    keywords = []
    for indicator in indicators:
        asked = _keyword(asked_term(indicator, text) or indicator.name, cut_words, weight=4.0)
        whole, parts = asked.forms[:1], asked.forms[1:]
        if parts and _CHINESE_WORD.fullmatch(whole[0][0]):
            named = _keyword(indicator.name, cut_words, weight=4.0)
            asked = replace(asked, forms=tuple(dict.fromkeys((*parts, *named.forms[1:]))))
        else:
            asked = replace(asked, forms=whole)
        keywords.append(asked)
    return tuple(keywords)


def asked_term(indicator: Indicator, text: str) -> str:
    """The longest of the indicator's terms that stands in the text; "" where a joint wording names it."""
    return max((term for term in indicator.terms if term.lower() in text.lower()), key=len, default="")
