"""A lead sentence → what it leads: the items of a list that runs over several sentences.

Reports announce (突出“五个第一”原则:突出发展第一要务…) and then give one sentence or short paragraph an
item. Items are parallel: their first clauses share words (突出…第一…, …产业园, …色的…).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Sentence
from rag.steps.read_numbers import numeral
from rag.steps.segment import statements

_COUNT = re.compile(
    r"(?P<n>[两二三四五六七八九十](?!年|个?月|季|[“”]?五[”“]?(?:期间|规划|时期))|(?<!\d)\d{1,2}(?=个|大|项|条|种|类|所|座|家|名|位|方面|件|张|篇|彩|化))"
)
_CALLED = re.compile(r"[“\"「](?P<n>[两二三四五六七八九十])[大项个](?P<name>[一-龥]{2,4})[”\"」]")
_PART = re.compile(r"[^;]+")
_ENOUGH = re.compile(r"[、,;]")
_MAX_HEAD = 24
_NEAR = 3
"""Sentences behind a lead in which the first item stands."""
_UNDER = 400
"""Code points that are shown of what stands under a heading."""
_ITEM = 60
"""Code points up to which an item of a list is shown whole."""


def asked_count(question: str) -> int | None:
    """How many items a question expects: 哪五个, 五大, 三项; None where it does not say."""
    return next((value for match in _COUNT.finditer(question) if 2 <= (value := _value(match)) <= 12), None)


def _value(match: re.Match[str]) -> int:
    return int(numeral(match["n"]))


def leads(sentence: Sentence, count: int | None) -> bool:
    """Whether a sentence announces a list without giving it."""
    text = sentence.text.rstrip("。:")
    if sentence.text.endswith(":") or sentence.is_heading or _begins_marks(sentence.text):
        return True
    return (count is not None and not _gives(text, count)) or bool(
        re.search(r":[^:]{4,30}。?$", sentence.text)
    )


def _begins_marks(text: str) -> bool:
    """从不利因素看:一是…: the first of several items, the others of which stand in sentences of their own."""
    marks = [_numbered(match) for match in _MARK.finditer(text)]
    return len(marks) == 1 and marks[0] is not None and marks[0][1] == 1


def _gives(text: str, count: int) -> bool:
    """Whether so many items stand in the text. Where it says their number (集中打造5个产业集群,做强支撑) they
    stand behind it, or before it in its clause (A、B、C、D、E等5个产业集群)."""
    named = next((m for m in _COUNT.finditer(text) if _value(m) == count), None)
    if named is None:
        return len(_ENOUGH.findall(text)) >= count - 1
    clause = re.split(r"[,;。:]", text[: named.start()])[-1]
    return max(clause.count("、"), len(_ENOUGH.findall(text, named.end()))) >= count - 1


def led(lead: Sentence, behind: Sequence[Sentence], count: int | None) -> list[tuple[Sentence, int, int]]:
    """(sentence, start, end) of the items behind a lead, in order, at most `count`; `behind` follows it in
    the text.

    Without a count the next sentence is taken, unless parallel ones follow.
    """
    same = [sentence for sentence in behind if sentence.section[: len(lead.section)] == lead.section]
    tail = re.search(r":(?P<item>[^:]{4,40})。?$", lead.text)
    if count is None:
        return [(s, 0, len(s.text)) for s in same[:1]]
    first = tail["item"] if tail else (same[0].text if same else "")
    items = [(lead, tail.start("item"), len(lead.text))] if tail else []
    for sentence in same:
        for start, end in _item_bounds(sentence):
            if _parallel(_head(first), _head(sentence.text[start:end])):
                items.append((sentence, start, end))
    return _most_alike(items, count)


def _most_alike(items: Sequence[tuple[Sentence, int, int]], count: int) -> list[tuple[Sentence, int, int]]:
    """Of more items than are asked for those that open like the first: 加快打造千亿级…, not 加快机床工具…"""
    heads = [_head(sentence.text[start:end]) for sentence, start, end in items]
    for length in range(len(heads[0]) if len(items) > count else 0, 0, -1):
        alike = [one for one, words in zip(items, heads, strict=True) if words[:length] == heads[0][:length]]
        if len(alike) >= count:
            return alike[:count]
    return list(items[:count]) if len(items) >= count else []


def called(lead: Sentence, behind: Sequence[Sentence], count: int | None) -> list[tuple[Sentence, int, int]]:
    """(sentence, start, end) of the items behind a lead that counts things of one name, where as many call
    themselves so: 实施“五大战略”,… 实施创新驱动发展战略,…;实施去产能战略,…; empty where they are fewer."""
    counts = (match for match in _CALLED.finditer(lead.text) if _value(match) == count)
    name = next((match["name"] for match in counts), None)
    if name is None or count is None:
        return []
    items = [
        (sentence, part.start(), _first_statement(sentence.text, part.start(), part.end()))
        for sentence in behind
        if sentence.section == lead.section
        for part in _PART.finditer(sentence.text)
        if name in _head(part.group())
    ]
    return items[:count] if len(items) >= count else []


def under(heading: Sentence, behind: Sequence[Sentence]) -> list[tuple[Sentence, int, int]]:
    """(sentence, start, end) of what stands under a heading, whole sentences up to a length; empty where the
    sentence is none."""
    if not heading.is_heading:
        return []
    found: list[tuple[Sentence, int, int]] = []
    for sentence in behind:
        length = sum(end for *_, end in found) + len(sentence.text)
        if sentence.section != heading.section or length > _UNDER:
            break
        found.append((sentence, 0, len(sentence.text)))
    return found


def numbered(
    lead: Sentence, behind: Sequence[Sentence], count: int | None
) -> list[tuple[Sentence, int, int]]:
    """(sentence, start, end) of items that carry running marks, (一) … (十), 一是 … 三是, ①②③, from the first
    one on: in the lead behind its colon, or in what follows. Each is cut to its first statement where it is
    long. Empty where they are fewer than asked for."""
    style: str | None = None
    items: list[tuple[Sentence, int, int]] = []
    for distance, sentence in enumerate((lead, *behind)):
        if style is None and distance > _NEAR:
            return []
        marks = [
            (match.start(), *found) for match in _MARK.finditer(sentence.text) if (found := _numbered(match))
        ]
        for place, (start, kind, value) in enumerate(marks):
            if style is None and value == 1:
                style = kind
            if kind != style:
                continue
            if value != len(items) + 1:
                return items if _enough(items, count) else []
            end = next((at for at, *_ in marks[place + 1 :]), len(sentence.text))
            items.append((sentence, start, _first_statement(sentence.text, start, end)))
    return items if _enough(items, count) else []


def first_of_series(item: Sentence, before: Sequence[Sentence]) -> Sentence | None:
    """The sentence that begins the list of which `item` is a later one: of 三是… that with 一是…; None where
    `item` carries no running mark. `before` precedes it in the text."""
    match = _MARK.match(item.text)
    found = _numbered(match) if match is not None else None
    if found is None or found[0] != "shi" or found[1] < 1:
        return None
    for sentence in (item, *reversed(before)):
        marks = [_numbered(match) for match in _MARK.finditer(sentence.text)]
        if (found[0], 1) in marks:
            return sentence
    return None


_MARK = re.compile(
    r"(?:^|(?<=[;:。,]))(?:[(](?P<bracket>[一二三四五六七八九十]{1,3})[)]|(?P<comma>[一二三四五六七八九十]{1,3})、"
    r"|(?P<shi>[一二三四五六七八九十]{1,3})[是要](?=[^否])|第(?P<di>[一二三四五六七八九十]{1,3})[,、]"
    r"|(?P<arabic>\d{1,2})[.、](?!\d)|[(](?P<ring>\d{1,2})[)])"
)


def _numbered(match: re.Match[str]) -> tuple[str, int] | None:
    kind = match.lastgroup
    if kind is None:
        return None
    return kind, int(numeral(match[kind]))


def _enough(items: Sequence[object], count: int | None) -> bool:
    return len(items) >= 2 and (count is None or len(items) >= count)


def _first_statement(text: str, start: int, end: int) -> int:
    """The end of an item: the whole of it, or its first statement where it is long."""
    if end - start <= _ITEM:
        return start + len(text[start:end].rstrip(";,。 "))
    first = next((stop for _, stop in statements(text[start:end]) if stop >= 8), end - start)
    return start + len(text[start : start + first].rstrip(";,。 "))


def _item_bounds(sentence: Sentence) -> list[tuple[int, int]]:
    """The whole sentence, shortened to its first statement where it is long."""
    if len(sentence.text) <= 40:
        return [(0, len(sentence.text))]
    parts = statements(sentence.text)
    end = next((stop for _, stop in parts if stop >= 10), len(sentence.text))
    return [(0, end)]


def _head(text: str) -> str:
    return re.split(r"[,;:。]", text, maxsplit=1)[0]


def _parallel(one: str, other: str) -> bool:
    """Whether two heads are items of one list:
    alike in length, with two characters in common in the same order.
    """
    if not one or not other or max(len(one), len(other)) > _MAX_HEAD or abs(len(one) - len(other)) > 6:
        return False
    pairs = {one[i : i + 2] for i in range(len(one) - 1)}
    shared = [other[i : i + 2] for i in range(len(other) - 1) if other[i : i + 2] in pairs]
    return bool(shared) and (one[:2] == other[:2] or one[-2:] == other[-2:] or len(one) <= 8)
