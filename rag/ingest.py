"""Line 1: file → indexed passages. Each source is one transaction;
what was cut off before its index is finished next time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from rag.domain import SourceFile, SourceText
from rag.errors import IndexMismatch, RulesChanged, SourceError
from rag.ports import Embedder, Gazetteer, LexicalIndex, PassageIndex, ReportStore, Simplify
from rag.steps.identify import Hints
from rag.steps.read import READING_RULES, read

_BATCH = 64

Progress: TypeAlias = Callable[[str, int, int], None]
"""(what is being done, passages done, passages in all)."""


def silent(_what: str, _done: int, _total: int, /) -> None:
    """A Progress that shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestParts:
    store: ReportStore
    passages: PassageIndex
    words: LexicalIndex
    embedder: Embedder
    gazetteer: Gazetteer
    simplify: Simplify
    decode: Callable[[SourceFile], SourceText]


class Change(StrEnum):
    ADDED = "added"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file. `error` is a sentence where it failed."""

    name: str
    change: Change
    source_id: str | None = None
    reports: int = 0
    sentences: int = 0
    error: str | None = None


def ingest(
    file: SourceFile, *, parts: IngestParts, hints: Hints = Hints(), progress: Progress = silent
) -> Outcome:
    """Read, store and index one file. A file whose bytes are known already costs nothing."""
    known = {source.sha256: source for source in parts.store.sources()}
    if file.sha256 in known and hints == Hints():
        return Outcome(name=file.name, change=Change.UNCHANGED, source_id=known[file.sha256].id)
    try:
        source = parts.decode(file)
    except SourceError as error:
        return Outcome(name=file.name, change=Change.FAILED, error=str(error))
    if hints != Hints():
        parts.store.set_setting(f"hints:{source.id}", f"{hints.region or ''}|{hints.year or ''}")
    reading = read(source, simplify=parts.simplify, gazetteer=parts.gazetteer, hints=hints)
    parts.store.save(reading)
    index_source(source.id, name=source.name, parts=parts, progress=progress)
    return Outcome(
        name=file.name,
        change=Change.ADDED,
        source_id=source.id,
        reports=len(reading.reports),
        sentences=len(reading.sentences),
    )


def index_source(source_id: str, *, name: str, parts: IngestParts, progress: Progress = silent) -> None:
    """Make both derived indexes hold what the store holds of a source.

    Safe to repeat after any interruption.
    """
    report_ids = [report.id for report in parts.store.reports(source_id)]
    sentences = parts.store.sentences(report_ids)
    passages = parts.store.passages(report_ids)
    parts.words.remove(report_ids)
    parts.passages.remove(report_ids)
    parts.words.add(sentences)
    for start in range(0, len(passages), _BATCH):
        batch = passages[start : start + _BATCH]
        parts.passages.add(batch, parts.embedder.embed_passages([p.search_text for p in batch]))
        progress(name, start + len(batch), len(passages))
    parts.store.mark_indexed(source_id)


def finish(*, parts: IngestParts, progress: Progress = silent) -> int:
    """Index what an interrupted run stored but did not index, and drop what was removed.

    How many were finished.
    """
    pending = [source for source in parts.store.sources() if not source.indexed]
    for source in pending:
        index_source(source.id, name=source.name, parts=parts, progress=progress)
    held = {report.id for report in parts.store.reports()}
    for index in (parts.passages, parts.words):
        if strays := sorted(index.report_ids() - held):
            index.remove(strays)
    return len(pending)


def check_rules(*, store: ReportStore, embedder: str) -> None:
    """Raises IndexMismatch where the data folder was made by another embedder or by older reading rules."""
    for name, ours in (("embedder", embedder), ("reading_rules", READING_RULES)):
        theirs = store.setting(name)
        if theirs is None:
            store.set_setting(name, ours)
        elif theirs != ours:
            mismatch = IndexMismatch if name == "embedder" else RulesChanged
            raise mismatch(
                f"The index was made with {name.replace('_', ' ')} {theirs}, this is {ours}: "
                "run `wenbao rebuild`."
            )


def rebuild(*, parts: IngestParts, progress: Progress = silent) -> int:
    """Read all stored texts again and fill both indexes anew; no file is needed.

    How many sources there were.
    """
    sources = parts.store.sources()
    parts.store.mark_all_unindexed()
    parts.passages.clear()
    parts.words.clear()
    for info in sources:
        source = parts.store.source_text(info.id)
        hints = _given(info.id, parts.store)
        parts.store.save(read(source, simplify=parts.simplify, gazetteer=parts.gazetteer, hints=hints))
        index_source(info.id, name=info.name, parts=parts, progress=progress)
    parts.store.set_setting("embedder", parts.embedder.name)
    parts.store.set_setting("reading_rules", READING_RULES)
    return len(sources)


def remove(source_id: str, *, parts: IngestParts) -> None:
    """Take a source out of the store, then out of both indexes. Raises NotFound."""
    report_ids = parts.store.remove(source_id)
    parts.words.remove(report_ids)
    parts.passages.remove(report_ids)


def verify(*, store: ReportStore, passages: PassageIndex, words: LexicalIndex) -> Iterator[str]:
    """Each way in which the three stores disagree, as a sentence; nothing when they agree."""
    for source in store.sources():
        if not source.indexed:
            yield f"{source.name} is stored but not indexed yet."
    reports = store.reports()
    held = [report.id for report in reports]
    stored, indexed = len(store.passages(held)), passages.count()
    if indexed != stored:
        yield f"The dense index holds {indexed} passages, the store {stored}."
    sentences, indexed = store.sentences(held), words.count()
    if indexed != len(sentences):
        yield f"The lexical index holds {indexed} sentences, the store {len(sentences)}."
    by_source = {source_id: store.source_text(source_id).text for source_id in {r.source_id for r in reports}}
    texts = {report.id: by_source[report.source_id] for report in reports}
    for sentence in sentences:
        if not texts[sentence.report_id][sentence.span.start : sentence.span.end].strip():
            yield f"Sentence {sentence.id} points at no text."


def _given(source_id: str, store: ReportStore) -> Hints:
    """The region and year that a person had given for a source, so that a rebuild keeps them."""
    region, _, year = (store.setting(f"hints:{source_id}") or "").partition("|")
    return Hints(region=region or None, year=int(year) if year else None)
