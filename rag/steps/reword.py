"""A question in the reports' words: without what only sets it, with indicators' names for colloquial ones.

Where offsets in the question matter (places are told by them) the length stays the same.
"""

from __future__ import annotations

import re

from rag.domain import Lexicon
from rag.steps import question_words as words
from rag.steps.indicate import candidates, states

_SENTENCE_END = re.compile(r"[。!?](?=[^”\"」』])")
_PLACED = re.compile(r"[省市县区旗州]|(?:19|20)\d\d年")
_BRACKETS = re.compile(r"[(（][^()（）]{1,6}[)）]")
"""实际利用(使用)外资 names 实际利用外资."""
_FORMAL = {"城里人的": "城镇居民", "城市人的": "城镇居民", "乡下人的": "农村居民", "农村人的": "农村居民"}
"""Of the same length, as places in the question are told by their offsets."""
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
_NOT_ASKED = re.compile(r"[,;] ?(?:而?不是|并非|而非|不要|别给我?)[^,;。?]*$")
"""The last clause where it rules something out: …目标是多少,不是2023年的完成数."""


def put_plainly(folded: str, lexicon: Lexicon) -> str:
    """What is asked, in the reports' words, without a last clause that rules something out."""
    included = _NOT_ASKED.sub("", folded)
    asked = last_asked(words.EXAMPLES.sub(lambda found: " " * len(found.group()), included), lexicon)
    return _without_settings(_formal(asked), lexicon)


def wordings(asked: str) -> tuple[str, ...]:
    """The question in each wording that may name an indicator."""
    asked = _with_whose(asked)
    return tuple(dict.fromkeys((asked, _written_out(asked), _BRACKETS.sub("", asked))))


def last_asked(text: str, lexicon: Lexicon) -> str:
    """The last sentence where that names an indicator itself: what stands before it is no question but the
    setting of one, or an order to whoever answers."""
    *before, last = _SENTENCE_END.split(text.rstrip(" ?。！!"))
    asks = before and words.FIGURE.search(last) and _PLACED.search(last)
    return last if asks and any(states(last, i) for i in candidates(last, lexicon)) else text


def _formal(text: str) -> str:
    """With the reports' names for townspeople and farmers, of the same length as the asker's."""
    text = _TOWN_AND_COUNTRY.sub(lambda found: "城乡居民".rjust(len(found.group())), text)
    return _COLLOQUIAL.sub(lambda found: _FORMAL[found.group()], text)


def _without_settings(text: str, lexicon: Lexicon) -> str:
    """Without the indicators that only say among what the thing asked for is: 民生实事里要建哪些养老设施."""
    for match in _WITHIN.finditer(text):
        terms = (term for indicator in candidates(text, lexicon) for term in indicator.terms)
        # No pattern for each term: thousands of them would not stay in the cache of patterns.
        term = next((term for term in terms if text.endswith(term, 0, match.start())), None)
        if term is not None:
            start = match.start() - len(term)
            text = text[:start] + " " * (match.end() - start) + text[match.end() :]
    return text


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
