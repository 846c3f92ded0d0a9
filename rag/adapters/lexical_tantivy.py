"""The lexical leg with tantivy: BM25 over words that a Chinese cutter made, joined by spaces.

Tantivy's own tokenisers know no Chinese, so it gets words, not text. Its query parser is never used: a word
is a term, whatever signs it holds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from rag.domain import Sentence
from rag.errors import DataFolderError
from rag.ports import CutWords

_WRITER_BYTES = 50_000_000
"""Memory of the writer; a country's reports of a year stay below it. Tantivy wants at least 15 MB."""


class TantivyLexicalIndex:
    """`LexicalIndex` in a folder of its own, or in memory. Safe for threads; one process writes.

    A search sees what was committed before it. Scores take their statistics from the whole index, not from
    the reports searched in, so that they compare between places.
    """

    def __init__(self, folder: Path | None, cut: CutWords) -> None:
        """Opens the index, or makes it; without a folder in memory. Raises DataFolderError where it cannot be
        read."""
        self._cut = cut
        self._writing = threading.Lock()
        self._schema = _schema()
        self._last: tuple[tantivy.Searcher, frozenset[str]] | None = None
        with _readable():
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, None if folder is None else str(folder))
        self._index.register_tokenizer(
            "words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        )

    def add(self, sentences: Sequence[Sentence]) -> None:
        """A sentence of an id that is there takes its place. One commit, on disk when this returns."""
        with self._write() as writer:
            for sentence in sentences:
                writer.delete_documents_by_term("sentence_id", sentence.id)
                writer.add_document(
                    tantivy.Document(
                        sentence_id=sentence.id,
                        report_id=sentence.report_id,
                        words=" ".join(self._cut(sentence.text)),
                    )
                )

    def remove(self, report_ids: Sequence[str]) -> None:
        with self._write() as writer:
            for report_id in report_ids:
                writer.delete_documents_by_term("report_id", report_id)

    def clear(self) -> None:
        with self._write() as writer:
            writer.delete_all_documents()

    def search(
        self, words: Sequence[str], *, report_ids: Sequence[str], limit: int
    ) -> list[tuple[str, float]]:
        if not words or not report_ids or limit < 1:
            return []
        any_word = Query.boolean_query([(Occur.Should, self._word(word)) for word in dict.fromkeys(words)])
        with _readable():
            searcher, held = self._state()
            wanted = held.intersection(report_ids)
            # Without a filter only the best are scored: 0.1 ms instead of 1.3 at 400 reports.
            query = any_word if len(wanted) == len(held) else self._inside(any_word, wanted)
            found = searcher.search(query, limit=limit, count=False).hits
            hits = [
                (str(searcher.doc(where).get_first("sentence_id")), float(score)) for score, where in found
            ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def report_ids(self) -> set[str]:
        with _readable():
            return set(self._state()[1])

    def ids(self) -> list[str]:
        return [sentence_id for sentence_id, count in self._terms("sentence_id") for _ in range(count)]

    def count(self) -> int:
        return self._index.searcher().num_docs

    def _terms(self, field: str) -> list[tuple[str, int]]:
        """Each value of a field, and in how many sentences it stands."""
        with _readable():
            # The query leaves out terms of removed sentences that a segment still lists.
            return self._index.searcher().terms_with_prefix(field, "", filter_query=Query.all_query())

    def _state(self) -> tuple[tantivy.Searcher, frozenset[str]]:
        """What the last write left and the reports in it, of one moment; read once."""
        state = self._last
        if state is None:
            with self._writing:
                searcher = self._index.searcher()
                found = searcher.terms_with_prefix("report_id", "", filter_query=Query.all_query())
                state = self._last = searcher, frozenset(report_id for report_id, _ in found)
        return state

    def _inside(self, query: Query, report_ids: Iterable[str]) -> Query:
        """The filter decides, it does not score."""
        inside = Query.term_set_query(self._schema, "report_id", sorted(report_ids))
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(inside, 0.0))])

    def _word(self, word: str) -> Query:
        return Query.term_query(self._schema, "words", word, index_option="freq")

    @contextmanager
    def _write(self) -> Iterator[tantivy.IndexWriter]:
        """A writer for one commit: between writes no lock is held on the folder."""
        with self._writing, _readable():
            # One thread: the same sentences in the same order make the same segments.
            writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
            try:
                yield writer
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
            finally:
                writer.wait_merging_threads()
            self._index.reload()
            self._last = None


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("sentence_id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("report_id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", tokenizer_name="words", index_option="freq")
    return builder.build()


@contextmanager
def _readable() -> Iterator[None]:
    """Tantivy reports everything as ValueError or OSError."""
    try:
        yield
    except (ValueError, OSError) as exc:
        raise DataFolderError(
            f"The lexical index cannot be read or written ({exc}): check the disk, then run `wenbao rebuild`."
        ) from exc
