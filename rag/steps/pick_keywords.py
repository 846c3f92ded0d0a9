"""The words of a Chinese question that its answer holds, and what each of them weighs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.domain import FigureKind, Indicator, Keyword, Lexicon
from rag.ports import CutWords, TagWords
from rag.steps import question_words as words
from rag.steps.any_of import any_of
from rag.steps.indicate import candidates
from rag.steps.locate import REPORT_YEAR
from rag.steps.numbered import in_digits
from rag.steps.question_years import PLAN_YEAR, YEAR, YEAR_NAMED
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
_THINGS = re.compile(
    r"哪(?:些|几[个项家种类大条])(?P<kind>[一-龥]{2,8}(?:、[一-龥]{2,6})*)|什么(?P<title>[一-龥]{0,6}(?:称号|名号|头衔|荣誉|奖项?|牌子))"
)
"""Behind 哪些 stands what the things asked for are, in the asker's words."""
_NOISE = any_of(
    "(?:有多大的?|多大的?)规模|规模(?=有?多大)|多少(?:家(?![庭长属电具禽畜政园教企])|个(?![体人性税])|户(?![籍口均])|项(?!目)|座|套(?!餐)|辆|[处所](?![理置得级方在]))|多少钱?|百分之[几多]少?|第几[名位]?|[在里]?排第?几?[名位]?|哪[一二两三四五六七八九十\\d]*[个家项份篇座些里天年月种条所大类]?|几[个家户项所座条次件名位天年种]",
    "在?(?:(?:去年|上年|原有|现有)的?)?基础上|(?:顺利|圆满|超额|如期|提前)(?:完成|实现)|多[长高大远深宽快]|为什么|为何|因何|何以|(?:叫|是)?什么名(?:字|称)|名[字称]叫?什么|(?:全部?|都|一一)?列(?:出来?|一下|举|全)|排?老几|负增长|(?:减|增)产|歉收|(?:突破|超过|达到|跨越|迈上)了?(?=[\\d一二三四五六七八九十两几])|[多少][收打产建花卖](?=了?(?:多少|几))|城里人|乡下人|农村人|(?:能)?拿?到手|什么(?:水平|程度|时候|地方|规模)?|怎么样?|怎样|如何|各自?是?|分别|谁|请问?|两地|[一二两三四五六七八九十]个?(?:市|地|县|区)里?|(?<=的)规模(?=[和与及、?。]|$)",
)
_CLASS = re.compile(
    r"(?:\d+|[一二两三四五六七八九十百千万亿]+)[级强型类](?!以上)|"
    r"前(?:\d+|[一二三四五六七八九十百]+)(?![年个月天期季次批])"
)
"""百亿级, 百强, 前五: a number word that names a class or a place, not a count."""
_COUNTED = re.compile(r"^[一二两三四五六七八九十百几\d]+[个家户项所座条次件名位天年种份大类]?$")
_GIVER = re.compile(
    r"[一-龥]{2,3}(?:代?[省市县区州盟旗]长|主席)(?:在|所?作的|的)?[^,。?]{0,8}报告[中里上]?[,:]?"
)
"""王予波省长的报告中: who gave a report says nothing of what is asked of it."""
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
    bare = _GIVER.sub(" ", bare)
    bare = _NOISE.sub(" ", words.AHEAD_NOUN.sub(" ", bare))
    bare = YEAR_NAMED.sub(" ", bare)
    bare = PLAN_YEAR.sub(" ", YEAR.sub(" ", REPORT_YEAR.sub(" ", bare)))
    kind_of = _THINGS.search(folded)
    found: dict[str, Keyword] = {}
    if words.AHEAD_NOUN.search(folded):
        found["目标"] = replace(AIM, forms=(*AIM.forms, ("目标",))) if words.WHY.search(folded) else AIM
    for named in _CLASS.findall(bare):
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
    for word, tag in tag_words(_CLASS.sub(" ", _MODAL.sub("会 ", bare))):
        word = word.removeprefix("要") if _VERB_TAGS.match(tag) else word
        if word in stop_words or (len(word) < 2 and tag != "eng") or _COUNTED.match(word):
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
