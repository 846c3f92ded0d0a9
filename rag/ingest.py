"""Line 1: file → indexed passages. The store's transaction comes last: until then the former state serves.

What was cut off before it left only strays in the indexes, which the next start takes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from rag.domain import SourceFile, SourceText
from rag.errors import IndexMismatch, RagError, ServerUnreachable, SourceError
from rag.ports import Embedder, Gazetteer, LexicalIndex, PassageIndex, Simplify
from rag.steps.identify import Hints
from rag.steps.read import READING_RULES, read
from rag.stores import Originals, Reading, ReportStore, SourceInfo

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
    originals: Originals


class Change(StrEnum):
    ADDED = "added"
    REPLACED = "replaced"
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


# --- One file ---------------------------------------------------------------------------------------


def ingest(
    file: SourceFile, *, parts: IngestParts, hints: Hints = Hints(), progress: Progress = silent
) -> Outcome:
    """Read, index and store one file. Raises what store, indexes and embedder raise; nothing is changed then.

    Bytes that are known, under any name, cost nothing. They are read again where `hints` say what was not
    said before; what was said holds until it is said otherwise. Other bytes of the same origin take the place
    of the former, with the hints that were given for it.
    """
    origin = file.origin or file.name
    same = parts.store.find_source(sha256=file.sha256)
    former = parts.store.find_source(origin=origin)
    given = _given(same or former, parts.store)
    wanted = Hints(region=hints.region or given.region, year=hints.year or given.year)
    if same is not None and wanted == given:
        return _keep(same, former, file, origin, parts)
    try:
        source = parts.decode(file)
    except SourceError as error:
        return failed(file.name, error, former)
    reading = read(source, simplify=parts.simplify, gazetteer=parts.gazetteer, hints=wanted)
    before = tuple(info for info in (same, former) if info is not None)
    parts.originals.keep(source.id, file.content)
    _take_in(reading, before, origin=origin, hints=wanted, parts=parts, progress=progress)
    return Outcome(
        name=file.name,
        change=Change.REPLACED if before else Change.ADDED,
        source_id=source.id,
        reports=len(reading.reports),
        sentences=len(reading.sentences),
    )


def failed(name: str, error: SourceError, former: SourceInfo | None) -> Outcome:
    """What could not be read, and that `former`, the source of the same origin, is still there."""
    kept = " What it held before is kept." if former is not None else ""
    return Outcome(name=name, change=Change.FAILED, error=f"{error}{kept}")


def _keep(
    same: SourceInfo, former: SourceInfo | None, file: SourceFile, origin: str, parts: IngestParts
) -> Outcome:
    """The bytes are there. What the file held before goes, and where it is now is remembered."""
    change = Change.UNCHANGED
    parts.originals.keep(same.id, file.content)
    if not same.original:
        parts.store.set_original(same.id)
    if former is not None and former.id != same.id:
        remove(former.id, parts=parts)
        change = Change.REPLACED
    if same.origin != origin:
        parts.store.set_origin(same.id, origin)
    return Outcome(name=file.name, change=change, source_id=same.id)


def _take_in(
    reading: Reading,
    before: Sequence[SourceInfo],
    *,
    origin: str,
    hints: Hints,
    parts: IngestParts,
    progress: Progress,
) -> None:
    """Index a reading, then store it in the place of the sources that were there before."""
    source_id = reading.source.id
    going = [report.id for info in before for report in parts.store.reports(info.id)]
    ours = [report.id for report in reading.reports]
    known = any(info.id == source_id for info in before)
    if known:
        # Its entries are overwritten: cut off from here on, they are made again from what is stored.
        parts.store.mark(source_id, indexed=False)
    try:
        _index(reading, parts=parts, progress=progress)
        parts.store.save(
            reading,
            origin=origin,
            replaces=[info.id for info in before],
            settings=_as_settings(source_id, hints),
            indexed=True,
            original=True,
        )
    except ServerUnreachable:
        # The turn may be another process's by now, and this file the one it reads: what was written here is
        # overwritten there, or taken out at the next start.
        raise
    except BaseException:
        if not known:
            with suppress(RagError):
                parts.originals.remove(source_id)
                _drop(ours, parts=parts)
        raise
    _drop([report_id for report_id in going if report_id not in ours], parts=parts)
    for info in before:
        if info.id != source_id:
            parts.originals.remove(info.id)


def _index(reading: Reading, *, parts: IngestParts, progress: Progress) -> None:
    """Both indexes hold of these reports what the reading says, and nothing else."""
    # Neighbours in length share a batch: padding to the longest would cost as much again as the texts.
    passages = sorted(reading.passages, key=lambda passage: (len(passage.search_text), passage.id))
    progress(reading.source.name, 0, len(passages))
    _drop([report.id for report in reading.reports], parts=parts)
    parts.words.add(reading.sentences)
    for start in range(0, len(passages), _BATCH):
        batch = passages[start : start + _BATCH]
        parts.passages.add(batch, parts.embedder.embed_passages([p.search_text for p in batch]))
        progress(reading.source.name, start + len(batch), len(passages))


def _drop(report_ids: Sequence[str], *, parts: IngestParts) -> None:
    for index in (parts.words, parts.passages):
        known = index.report_ids()
        if held := [report_id for report_id in report_ids if report_id in known]:
            index.remove(held)


def remove(source_id: str, *, parts: IngestParts) -> None:
    """Take a source out of the store, then out of both indexes, and its file. Raises NotFound."""
    _drop(parts.store.remove(source_id), parts=parts)
    parts.originals.remove(source_id)


# --- All sources ------------------------------------------------------------------------------------


def finish(*, parts: IngestParts, progress: Progress = silent) -> int:
    """Index what an interrupted run stored but did not index; drop what the store does not hold, files too.

    How many sources were finished. Raises IndexMismatch where there are some and the embedder is another.
    """
    _notice_loss(parts)
    pending = [source for source in parts.store.sources() if not source.indexed]
    if pending:
        check_embedder(store=parts.store, embedder=parts.embedder.name)
    for source in pending:
        _index(parts.store.reading(source.id), parts=parts, progress=progress)
        parts.store.mark(source.id, indexed=True)
    held = {report.id for report in parts.store.reports()}
    for index in (parts.passages, parts.words):
        if strays := sorted(index.report_ids() - held):
            index.remove(strays)
    for stray in parts.originals.ids() - {source.id for source in parts.store.sources()}:
        parts.originals.remove(stray)
    return len(pending)


def _notice_loss(parts: IngestParts) -> None:
    """An index that is empty was lost, or is at a server that is new: everything is indexed again."""
    indexed = [source for source in parts.store.sources() if source.indexed]
    if indexed and parts.passages.count() == 0:
        for source in indexed:
            parts.store.mark(source.id, indexed=False)


def check_home(*, store: ReportStore, home: str) -> None:
    """Where the indexes are at another kind of place than before, what is there may be old: everything is
    indexed again."""
    former = store.setting("home") or "folder"
    if former == home:
        return
    for source in store.sources():
        store.mark(source.id, indexed=False)
    store.set_setting("home", home)


def check_embedder(*, store: ReportStore, embedder: str) -> None:
    """Raises IndexMismatch where another embedder filled the index; an empty data folder takes this one."""
    theirs = store.setting("embedder")
    if theirs is None:
        store.set_setting("embedder", embedder)
    elif theirs != embedder:
        raise IndexMismatch(
            f"The index was made with embedder {theirs}, this is {embedder}: run `wenbao rebuild`."
        )


def outdated(store: ReportStore) -> str | None:
    """A sentence where older reading rules made what is stored; an empty data folder takes these."""
    theirs = store.setting("reading_rules")
    if theirs is None:
        store.set_setting("reading_rules", READING_RULES)
    if theirs in (None, READING_RULES):
        return None
    return f"The reports were read by rules {theirs}, this version has {READING_RULES}: run `wenbao rebuild`."


def rebuild(
    *,
    store: ReportStore,
    fresh: IngestParts,
    settings: Mapping[str, str],
    ready: Callable[[], None],
    progress: Progress = silent,
) -> int:
    """Read all stored texts again into `fresh`, a store and indexes of its own, then let the store hold what
    was read, in one transaction with `settings`. No file is needed, and one source at a time is in memory.

    How many sources there were. `ready` is called before the transaction is seen.
    """
    sources = store.sources()
    for info in sources:
        hints = _given(info, store)
        source = store.source_text(info.id)
        reading = read(source, simplify=fresh.simplify, gazetteer=fresh.gazetteer, hints=hints)
        _index(reading, parts=fresh, progress=progress)
        fresh.store.save(reading, indexed=True)
    rules = {"embedder": fresh.embedder.name, "reading_rules": READING_RULES}
    readings = (fresh.store.reading(info.id) for info in sources)
    store.replace_readings(readings, settings={**rules, **settings}, ready=ready)
    return len(sources)


# --- What a person said of a source -----------------------------------------------------------------


def _given(source: SourceInfo | None, store: ReportStore) -> Hints:
    """The region and year that were given for a source, so that a rebuild or a newer file keeps them."""
    if source is None:
        return Hints()
    region, _, year = (store.setting(f"hints:{source.id}") or "").partition("|")
    return Hints(region=region or None, year=int(year) if year else None)


def _as_settings(source_id: str, hints: Hints) -> dict[str, str]:
    return {} if hints == Hints() else {f"hints:{source_id}": f"{hints.region or ''}|{hints.year or ''}"}
