"""An English question → the Chinese words to look for: the lexicon first, a dictionary for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from rag.domain import Indicator, Keyword, Lexicon
from rag.ports import LookUp
from rag.steps.question_words import CAUSE

_WORD = re.compile(r"[a-z][a-z'-]+")
_VERB = 0.4
"""What a verb weighs beside a noun, as in Chinese questions."""
_SHORTEST = 3
_LONGEST = 3
"""Words of a phrase that is looked up in the dictionary."""
_LONG_PHRASE = 4
"""Content words that a phrase has at least whose words may stand in another order."""
_FORMS = 12
"""How many of a phrase's Chinese words are looked for: the first senses."""
_VERB_OF = re.compile(r"\b(?:did|does|do|will|would)\s+([a-z]+)")
"""The verb of a question, the places being left out of it: did   produce."""
_CHINESE = re.compile(r"[一-龥]{2,}")
_SCALES = {
    "thousand": Decimal(10) ** 3,
    "million": Decimal(10) ** 6,
    "billion": Decimal(10) ** 9,
    "trillion": Decimal(10) ** 12,
}
_CHINESE_SCALES = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"), (Decimal(1), ""))
_AMOUNT = re.compile(
    rf"(?<![\w.])(?P<number>\d[\d,]*(?:\.\d+)?)\s*"
    rf"(?:(?P<percent>%|percent\b|per cent\b)|(?P<scale>{'|'.join(_SCALES)})s?\b)",
    re.I,
)
_HOW = re.compile(
    r"\bhow (?:thick|long|high|tall|deep|wide|large|big|great|old|far|fast|heavy|common)\b", re.I
)
"""As 多长: it says of what kind the value is, not of what."""
_CODE = re.compile(r"\b[A-Z]+\d[\w.]*|\b\d+[A-Z]+\b")


def english_indicators(spoken: str, lexicon: Lexicon) -> list[Indicator]:
    """The indicators that an English question names; the longest phrase wins."""
    text = f" {re.sub(r'[^a-z0-9%&.-]+', ' ', spoken.lower())} "
    phrases = {phrase: indicator for indicator in lexicon.indicators for phrase in indicator.english}
    found: list[Indicator] = []
    for phrase in sorted((p for p in phrases if p in text), key=len, reverse=True):
        for form in (f" {phrase} ", f" {phrase}s "):
            if form in text:
                found.append(phrases[phrase])
                text = text.replace(form, " ")
    if found:
        return found
    turned = [phrase for phrase in phrases if _in_other_order(phrase, text)]
    return [phrases[max(turned, key=len)]] if turned else []


def _in_other_order(phrase: str, text: str) -> bool:
    """Whether all words of a longer phrase stand near each other: farmers' per capita net income."""
    words = _content(phrase)
    if len(words) < _LONG_PHRASE:
        return False
    asked = [word.removesuffix("s") for word in text.split()]
    places = [asked.index(word) for word in words if word in asked]
    return len(places) == len(words) and max(places) - min(places) <= len(words) + 1


def _content(phrase: str) -> list[str]:
    return [
        word.removesuffix("s") for word in phrase.split() if word not in ("of", "the", "in", "and", "for")
    ]


def english_keywords(
    spoken: str, lexicon: Lexicon, look_up: LookUp, *, constrains: bool
) -> tuple[Keyword, ...]:
    """The Chinese of the phrases that the glossary knows, longest first, what stands in Chinese or in digits,
    and the dictionary's Chinese of what no phrase of the lexicon explains.
    """
    spoken = _HOW.sub(" ", spoken)
    rest = spoken.lower()
    groups: list[tuple[str, ...]] = []
    for phrase in sorted((p for p in lexicon.english if p in rest), key=len, reverse=True):
        left = _without(rest, phrase)
        if left != rest:
            groups.append(tuple(term for term in lexicon.english[phrase] if term not in lexicon.stop_words))
            rest = left
    groups += [(found,) for found in _CHINESE.findall(spoken)]
    groups += [(found,) for found in _CODE.findall(spoken)]
    amounts = tuple(
        Keyword(forms=((written,),), weight=3.0, constrains=False) for written in english_amounts(spoken)
    )
    known = tuple(
        Keyword(
            forms=tuple((t,) for t in group),
            weight=min(4, max(map(len, group))),
            constrains=constrains or CAUSE in group,
        )
        for group in dict.fromkeys(groups)
        if group
    )
    verbs = frozenset(_VERB_OF.findall(spoken))
    looked_up = _dictionary_words(_unexplained(spoken, lexicon), verbs, lexicon, look_up)
    return (
        *known,
        *amounts,
        *(replace(word, constrains=word.constrains and constrains) for word in looked_up),
    )


def english_amounts(spoken: str) -> list[str]:
    """The amounts that an English question names, as reports write them: 200 billion is 2000亿."""
    found = []
    for match in _AMOUNT.finditer(spoken):
        value = Decimal(match["number"].replace(",", ""))
        if match["percent"]:
            found.append(f"{value}%")
        elif match["scale"]:
            value *= _SCALES[match["scale"].lower()]
            unit, name = next((unit, name) for unit, name in _CHINESE_SCALES if value >= unit)
            found.append(f"{(value / unit).normalize():f}{name}")
    return found


def untranslated(spoken: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Words of four letters or more that neither the glossary nor an indicator's English name explains."""
    return tuple(
        word
        for word in re.findall(r"[a-z][a-z'-]{3,}", _unexplained(spoken, lexicon))
        if word.removesuffix("'s") not in lexicon.stop_words
    )


def _unexplained(spoken: str, lexicon: Lexicon) -> str:
    """The question in lower case without the phrases that the lexicon knows."""
    rest = _HOW.sub(" ", spoken).lower()
    phrases = [*lexicon.english, *(phrase for i in lexicon.indicators for phrase in i.english)]
    for phrase in sorted((p for p in phrases if p in rest), key=len, reverse=True):
        rest = _without(rest, phrase)
    return rest


def _without(text: str, phrase: str) -> str:
    return re.sub(rf"(?<![a-z]){re.escape(phrase)}(?:s|es)?(?![a-z])", " | ", text)


def _dictionary_words(
    rest: str, verbs: frozenset[str], lexicon: Lexicon, look_up: LookUp
) -> Iterator[Keyword]:
    """The Chinese of each longest phrase that the dictionary has, between signs and known phrases. A verb
    weighs little: a report may put it otherwise."""
    for run in re.split(r"[^a-z' -]+", rest):
        words = [word.removesuffix("'s") for word in _WORD.findall(run)]
        while words:
            size, noun, verb = _longest(words[:_LONGEST], lexicon, look_up)
            if size == 1 and words[0] in verbs:
                noun = ()
            if noun or verb:
                forms = (noun or verb)[:_FORMS]
                weight = min(4, max(map(len, forms))) * (1.0 if noun else _VERB)
                yield Keyword(forms=tuple((f,) for f in forms), weight=weight, constrains=bool(noun))
            words = words[size:]


def _longest(
    words: list[str], lexicon: Lexicon, look_up: LookUp
) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """How many of the words the dictionary knows as one phrase, and its Chinese as a noun and as a verb."""
    for size in range(len(words), 0, -1):
        if {words[0], words[size - 1]} & lexicon.stop_words or len(words[size - 1]) < _SHORTEST:
            continue
        phrase = " ".join(words[:size])
        noun = next(filter(None, map(look_up, _singular(phrase))), ())
        verb = next(filter(None, (look_up(f"to {stem}") for stem in _stems(phrase))), ())
        if noun or verb:
            return size, noun, verb
    return 1, (), ()


def _singular(phrase: str) -> tuple[str, ...]:
    """As it stands and in the singular: potatoes, companies, turbines."""
    return _american((phrase, *_with_ending(phrase, ("ies", "y"), ("es", ""), ("s", ""))))


def _stems(phrase: str) -> tuple[str, ...]:
    """As it stands and without its ending: treated, planting, carries."""
    endings = ("ied", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ies", "y"), ("s", "")
    return _american((phrase, *_with_ending(phrase, *endings)))


def _american(forms: tuple[str, ...]) -> tuple[str, ...]:
    """The forms, and those that the dictionary spells otherwise: apologise, labour, centre."""
    spelt = (re.sub(r"is(e|ing|ed|ation)$", r"iz\1", re.sub(r"our\b", "or", form)) for form in forms)
    return tuple(dict.fromkeys((*forms, *(form.replace("centre", "center") for form in spelt))))


def _with_ending(phrase: str, *endings: tuple[str, str]) -> tuple[str, ...]:
    return tuple(phrase[: -len(old)] + new for old, new in endings if phrase.endswith(old))
