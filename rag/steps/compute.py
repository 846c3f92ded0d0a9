"""What the figures of one statement come to: a part of its whole, what is left, how far something went.

Everything is worked out by code, with the formula shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rag.domain import Direction, Figure, FigureKind, Language
from rag.steps.attribute import attribute
from rag.steps.question_words import REMAINING, STANDING
from rag.steps.read_figures import read_figures, same_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A sentence about several figures; `expressions` maps each computed figure's text to its formula."""

    text: str
    expressions: dict[str, str]


def part_and_whole(text: str, question: str) -> tuple[Figure, Figure] | None:
    """Of a statement that counts a whole and then a part of it (申报284个,已获批76个), the part asked about.

    None where the statement gives a percentage itself, or several parts and none of them is named.
    """
    figures = read_figures(text)
    given = [
        f for f in figures if f.kind is FigureKind.SHARE or (f.unit == "%" and f.direction is Direction.NONE)
    ]
    if given and not re.search(r"分别(?:增长|下降)", text):
        return None
    counts = [figure for figure in figures if figure.kind is FigureKind.AMOUNT]
    pairs = [
        (part, whole)
        for number, whole in enumerate(counts)
        for part in counts[number + 1 :]
        if same_unit(part, whole) and part.value < whole.value
    ]
    asked = STANDING.search(question) or REMAINING.search(question)
    verb = next((word for word in asked.groupdict().values() if word), None) if asked else None
    named = [pair for pair in pairs if verb and verb in text[pair[1].end : pair[0].start]]
    if named:
        return min(named, key=lambda pair: (pair[1].text not in question, _behind(verb or "", pair[0], text)))
    return pairs[0] if len(pairs) == 1 else None


def _behind(verb: str, figure: Figure, text: str) -> int:
    """Code points between the last such verb before a figure and the figure."""
    return figure.start - text.rfind(verb, 0, figure.start)


_FROM_TO = re.compile(
    r"[从由][^,;。]{1,16}?(?:上升|提高|下降|降低|增加|减少|扩大|缩小|提升|增长|压减|压缩|缩减|精简|增|降|升|减)"
    r"(?:为|至|到)"
)


def change(text: str, language: Language) -> Computed | None:
    """How far a value went that a statement tells from where to where: 比重从45.3%上升到51.6%."""
    lead = _FROM_TO.search(text)
    figures = read_figures(text)
    ends = [
        f for f in figures if lead and lead.start() < f.start <= lead.end() and f.kind is not FigureKind.DATE
    ]
    if lead is None or len(ends) != 2 or not same_unit(*ends):
        return None
    start, end = ends
    gap, expressions = gap_between(end, start, language)
    rose = end.value >= start.value
    if language is Language.ENGLISH:
        return Computed(text=f"A {'rise' if rose else 'fall'} of {in_english(gap)}", expressions=expressions)
    return Computed(text=f"{'上升' if rose else '下降'}{gap}", expressions=expressions)


_BETWEEN = re.compile(
    r"(?P<one>[一-龥]{2})(?:总?额|余额|数量?|总量)?比(?P<other>[一-龥]{2})(?:总?额|余额|数量?|总量)?[多少高低大]出?了?(?:多少|几)"
)


def between(text: str, question: str, language: Language) -> Computed | None:
    """One figure of a statement against another, where a question sets what they are of side by side:
    存款比贷款多多少. None where the statement does not give one for each, in one unit."""
    asked = _BETWEEN.search(question)
    if asked is None:
        return None
    sides = [
        [
            o.figure
            for o in attribute(text)
            if o.figure.kind is FigureKind.AMOUNT and asked[side] in (o.words or "")
        ]
        for side in ("one", "other")
    ]
    if (
        any(len(side) != 1 for side in sides)
        or sides[0] == sides[1]
        or not same_unit(sides[0][0], sides[1][0])
    ):
        return None
    one, other = sides[0][0], sides[1][0]
    more = one.value >= other.value
    gap, expressions = gap_between(one, other, language)
    return Computed(
        text=f"{asked['one']}比{asked['other']}{'多' if more else '少'}{gap}", expressions=expressions
    )


def standing(part: Figure, whole: Figure, question: str, language: Language) -> Computed:
    """What a part is of its whole in percent, or what is left of it where that is asked for."""
    if REMAINING.search(question):
        left, expressions = gap_of(whole, part, language)
        words = f"Remaining: {left}" if language is Language.ENGLISH else f"还差{left}"
        return Computed(text=words, expressions=expressions)
    share = f"{plain((100 * part.value / whole.value).quantize(Decimal('0.1')))}%"
    formula = f"{part.text} ÷ {whole.text} ≈ {share}"
    if language is Language.ENGLISH:
        return Computed(text=f"{part.text} of {whole.text} is {share}", expressions={share: formula})
    return Computed(text=f"{part.text}占{whole.text}的{share}", expressions={share: formula})


def rest(whole: Figure, part: Figure, name: str, language: Language) -> Computed:
    """What is left of a whole without a part, by the name that it has: 进口总额149.1亿元."""
    left, expressions = gap_of(whole, part, language)
    link = " comes to " if language is Language.ENGLISH else "为"
    return Computed(text=f"{name}{link}{left}", expressions=expressions)


def balance(exports: Figure, imports: Figure, language: Language) -> Computed:
    """The trade surplus, or deficit where imports are above exports."""
    surplus = exports.value >= imports.value
    gap, expressions = gap_between(exports, imports, language)
    if language is Language.ENGLISH:
        return Computed(
            text=f"A trade {'surplus' if surplus else 'deficit'} of {gap}", expressions=expressions
        )
    return Computed(text=f"外贸{'顺差' if surplus else '逆差'}{gap}", expressions=expressions)


def show(value: Decimal, unit: str, like: Sequence[Figure]) -> str:
    """A computed value as the figures that it comes from are written: 1.3个百分点, 31.5亿元, 23204元, and
    0.27亿斤 for 52.8亿斤 less 52.53亿斤."""
    written = [set(re.findall(r"[万亿]", figure.text)) for figure in like]
    if unit in ("%", "个百分点", "倍") or not any(re.search(r"[千百万亿]", figure.text) for figure in like):
        return f"{plain(value)}{unit}"
    for scale, name in ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")):
        if abs(value) >= scale or all(name in scales for scales in written):
            return f"{plain(value / scale)}{name}{unit}"
    return f"{plain(value)}{unit}"


def gap_of(high: Figure, low: Figure, language: Language) -> tuple[str, dict[str, str]]:
    """One figure less another as it is written, with its formula; of two percentages in percentage points. In
    English the number is looked for without its Chinese unit too."""
    unit = "个百分点" if high.unit == "%" else high.unit
    gap = show(high.value - low.value, unit, (high, low))
    formula = f"{high.text} - {low.text} = {gap}"
    bare = {gap.removesuffix("个百分点"): formula} if language is Language.ENGLISH else {}
    return gap, {gap: formula, **bare}


def gap_between(one: Figure, other: Figure, language: Language) -> tuple[str, dict[str, str]]:
    """The larger of two figures less the smaller."""
    return gap_of(one, other, language) if one.value >= other.value else gap_of(other, one, language)


def in_english(gap: str) -> str:
    return gap.replace("个百分点", " percentage points")


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
