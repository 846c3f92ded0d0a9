"""Do the store and its indexes agree, id by id, and are the stored texts and the kept files whole?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from rag.ports import LexicalIndex, PassageIndex
from rag.stores import Originals, Reading, ReportStore, SourceInfo


def verify(
    *, store: ReportStore, passages: PassageIndex, words: LexicalIndex, originals: Originals
) -> Iterator[str]:
    """Each way in which store and indexes disagree or a stored text is not whole, as a sentence."""
    passage_ids: set[str] = set()
    sentence_ids: set[str] = set()
    for info in store.sources():
        if not info.indexed:
            yield f"{info.name} is stored but not indexed yet."
        reading = store.reading(info.id)
        passage_ids |= {passage.id for passage in reading.passages}
        sentence_ids |= {sentence.id for sentence in reading.sentences}
        yield from _faults(info, reading)
        yield from _fault_of_file(info, originals)
    yield from _differences("The dense index", "passage", passages.ids(), passage_ids)
    yield from _differences("The lexical index", "sentence", words.ids(), sentence_ids)


def _faults(info: SourceInfo, reading: Reading) -> Iterator[str]:
    """What is wrong inside one source of the store."""
    text = reading.source.text
    if not _whole(info, text):
        yield f"The text of {info.name} is not that of its file: remove the source, ingest the file again."
    spans = {report.id: report.span for report in reading.reports}
    for report_id, span in spans.items():
        if span.end > len(text):
            yield f"Report {report_id} ends behind its text."
    for sentence in reading.sentences:
        start, end = sentence.span.start, sentence.span.end
        if not spans[sentence.report_id].holds(sentence.span) or not text[start:end].strip():
            yield f"Sentence {sentence.id} points at no text of its report."
    known = {sentence.id for sentence in reading.sentences}
    for passage in reading.passages:
        if not known.issuperset(passage.sentence_ids):
            yield f"Passage {passage.id} names sentences that there are not."


def _fault_of_file(info: SourceInfo, originals: Originals) -> Iterator[str]:
    path = originals.path(info.id)
    if path is None:
        if info.original:
            yield f"The file of {info.name} is gone: ingest it again."
        return
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != info.sha256:
            yield f"The kept file of {info.name} is damaged: ingest it again."


def _whole(info: SourceInfo, text: str) -> bool:
    """Whether a stored text is that of its file: by its digest where the bytes follow from the text."""
    if info.format != "txt" or info.encoding not in ("utf-8", "utf-8-sig"):
        return len(text) == info.length
    return hashlib.sha256(text.encode(info.encoding)).hexdigest() == info.sha256


def _differences(index: str, noun: str, found: Sequence[str], stored: set[str]) -> Iterator[str]:
    held = set(found)
    if len(found) > len(held):
        yield f"{index} holds {len(found) - len(held)} {noun}s twice."
    for what, ids in (("lacks", stored - held), ("holds, beside those of the store,", held - stored)):
        if ids:
            yield f"{index} {what} {len(ids)} {noun}{'s' if len(ids) > 1 else ''}, {min(ids)} among them."
