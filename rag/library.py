"""Rag: a data folder with everything that works on it. What a caller of the library has in hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock

from rag.adapters.chat_llama_index import LlamaIndexChat
from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.reader import decode, unpack
from rag.adapters.reader_text import read_file
from rag.adapters.script_opencc import simplify, traditionalise
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.tokens_tiktoken import count_tokens
from rag.adapters.words_rjieba import cut_words, tag_words
from rag.ask import AskParts, Listener, ask
from rag.domain import Filters, Hit, Lexicon, Mode, Question, Report, SourceFile, SourceText, Trace
from rag.errors import ChatError, DataFolderError, ModelError, NotFound, SourceError
from rag.generations import Generations, Indexes
from rag.holdings import HoldingsReader, TextReader
from rag.ingest import (
    IngestParts,
    Outcome,
    Progress,
    failed,
    finish,
    ingest,
    outdated,
    rebuild,
    remove,
    silent,
)
from rag.inquiry import spoken
from rag.jobs import JobStore
from rag.ports import ConversationStore, Embedder, Originals, ReportStore, SourceInfo
from rag.settings import Settings
from rag.steps.compose import PromptTexts
from rag.steps.identify import Hints
from rag.steps.scope import decide_scope
from rag.verify import verify

_WARM_QUERIES = 4
"""After some queries the embedder makes itself ready for many."""
_WARM_SECONDS = 120.0
"""Time that the engine may take to load and to read the instructions once."""


class Rag:
    """A data folder with everything that works on it. One process at a time;
    close it, or use it in a `with`.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        lock: FileLock,
        store: ReportStore,
        conversations: ConversationStore,
        jobs: JobStore,
        originals: Originals,
        generations: Generations,
        embedder: Embedder,
        chat: LlamaIndexChat | None,
        lexicon: Lexicon,
        prompts: PromptTexts,
    ) -> None:
        self.settings = settings
        self.conversations = conversations
        self.jobs = jobs
        self._lock = lock
        self._store = store
        self._originals = originals
        self._holdings = HoldingsReader(store)
        self._texts = TextReader(store)
        self._generations = generations
        self._embedder = embedder
        self._chat = chat
        self._gazetteer = CnAreaGazetteer()
        self._lexicon = lexicon
        self._prompts = prompts
        self._changing = threading.RLock()

    # --- questions ---

    def ask(self, question: Question, *, listener: Listener | None = None) -> Trace:
        """Raises QuestionError for an empty or too long question."""
        with self._generations.in_use() as indexes:
            parts = self._ask_parts(indexes)
            if question.mode is not Mode.AUTO:
                parts = replace(parts, chat=None)
            return ask(question, parts=parts, listener=listener or Listener())

    def search(self, query: str, *, filters: Filters = Filters(), limit: int = 10) -> list[Hit]:
        """Ranked sentences, with the places and years of the query as filters."""
        with self._generations.in_use() as indexes:
            parts = self._ask_parts(indexes)
            reports = self._holdings.current().asked(filters.report_ids)
            intent = parts.understand(query, reports)
            scope = decide_scope(intent, reports, filters)
            return parts.search(parts.embed(spoken(query, intent)), intent, scope.reports, limit=limit)

    def _ask_parts(self, indexes: Indexes) -> AskParts:
        return AskParts(
            store=self._store,
            passages=indexes.passages,
            words=indexes.words,
            embedder=self._embedder,
            chat=self._chat,
            gazetteer=self._gazetteer,
            lexicon=self._lexicon,
            prompts=self._prompts,
            simplify=simplify,
            traditionalise=traditionalise,
            cut_words=cut_words,
            tag_words=tag_words,
            count_tokens=count_tokens,
            answer_seconds=self.settings.answer_seconds,
            evidence_tokens=self.settings.evidence_tokens,
            holdings=self._holdings.current,
        )

    # --- the corpus ---

    def ingest_paths(
        self, paths: Iterable[Path], *, hints: Hints = Hints(), progress: Progress = silent
    ) -> Iterator[Outcome]:
        """One outcome for each file, in order, and for each file in an archive; one that fails does not stop
        the others."""
        for path in paths:
            try:
                file = read_file(path, max_megabytes=self.settings.upload_megabytes)
            except SourceError as error:
                yield failed(path.name, error, self._store.find_source(origin=str(path.resolve())))
                continue
            file = replace(file, origin=str(path.resolve()))
            yield from self.ingest_files(file, hints=hints, progress=progress)

    def ingest_files(
        self, file: SourceFile, *, hints: Hints = Hints(), progress: Progress = silent
    ) -> Iterator[Outcome]:
        """One outcome for a file, or one for each file in an archive."""
        try:
            files = unpack(file)
        except SourceError as error:
            yield failed(file.name, error, None)
            return
        for one in files:
            yield self.ingest_file(one, hints=hints, progress=progress)

    def ingest_file(
        self, file: SourceFile, *, hints: Hints = Hints(), progress: Progress = silent
    ) -> Outcome:
        """Where older reading rules read what is stored, that is read again first."""
        with self._changing:
            if self.outdated:
                self.rebuild(progress)
            return ingest(file, parts=self._ingest_parts(), hints=hints, progress=progress)

    def remove(self, source_id: str) -> None:
        """Raises NotFound."""
        with self._changing:
            remove(source_id, parts=self._ingest_parts())

    def rebuild(self, progress: Progress = silent) -> int:
        """Read all stored texts again and fill new indexes beside the old ones, which answer until then.

        The old ones need not be whole. How many sources there were.
        """
        with self._changing, self._generations.next() as coming:
            staged = SqlReportStore(coming.folder / "readings.db")
            try:
                return rebuild(
                    store=self._store,
                    fresh=replace(self._ingest_parts(coming.indexes), store=staged),
                    settings=coming.settings,
                    ready=coming.ready,
                    progress=progress,
                )
            finally:
                staged.close()
                for file in coming.folder.glob("readings.db*"):
                    file.unlink()

    def finish(self, progress: Progress = silent) -> None:
        """End what an interrupted run began. Raises IndexMismatch; ModelMissing where one is wanted."""
        with self._changing:
            finish(parts=self._ingest_parts(), progress=progress)

    def verify(self) -> list[str]:
        indexes = self._generations.current()
        return list(
            verify(
                store=self._store,
                passages=indexes.passages,
                words=indexes.words,
                originals=self._originals,
            )
        )

    def _ingest_parts(self, indexes: Indexes | None = None) -> IngestParts:
        indexes = indexes or self._generations.current()
        return IngestParts(
            store=self._store,
            passages=indexes.passages,
            words=indexes.words,
            embedder=self._embedder,
            gazetteer=self._gazetteer,
            simplify=simplify,
            decode=decode,
            originals=self._originals,
        )

    @property
    def outdated(self) -> str | None:
        """A sentence where older reading rules made what is stored: it answers, and should be rebuilt."""
        return outdated(self._store)

    def reports(self, source_id: str | None = None) -> list[Report]:
        held = self._holdings.current().reports
        return [report for report in held if source_id in (None, report.source_id)]

    def duplicates(self) -> dict[str, str]:
        """Id of a report that says what another says → id of the one that is asked in its place."""
        return dict(self._holdings.current().duplicates)

    def report(self, report_id: str) -> Report:
        """Raises NotFound."""
        for report in self.reports():
            if report.id == report_id:
                return report
        raise NotFound(f"There is no report {report_id}.")

    def sources(self) -> list[SourceInfo]:
        return self._store.sources()

    def source(self, source_id: str) -> SourceInfo:
        """Raises NotFound."""
        for source in self._store.sources():
            if source.id == source_id:
                return source
        raise NotFound(f"There is no source {source_id}.")

    def original(self, source_id: str) -> Path:
        """The file of a source as it came. Raises NotFound, also where it was not kept."""
        source = self.source(source_id)
        path = self._originals.path(source_id)
        if path is None:
            raise NotFound(f"The file of {source.name} was not kept: ingest it again.")
        return path

    def source_text(self, source_id: str) -> SourceText:
        """Raises NotFound."""
        return self._texts.text(source_id)

    def outline(self, report_id: str) -> list[tuple[tuple[str, ...], int, int]]:
        """(section path, start, end) of each section of a report, in order; offsets into its source."""
        sections: dict[tuple[str, ...], list[int]] = {}
        for sentence in self._store.sentences([self.report(report_id).id]):
            bounds = sections.setdefault(sentence.section, [sentence.span.start, sentence.span.end])
            bounds[1] = sentence.span.end
        return [(path, start, end) for path, (start, end) in sections.items()]

    # --- its state ---

    def probes(self) -> dict[str, Callable[[], str | None]]:
        """For each part by name a call that really uses it: None where it works, else one sentence on what is
        wrong. The embedder's and the chat model's may wait while those load."""
        current = self._generations.current
        calls: dict[str, Callable[[], object]] = {
            "store": self._store.sources,
            "passages": lambda: current().passages.count(),
            "words": lambda: current().words.count(),
            "embedder": lambda: self._embedder.embed_query("地区生产总值"),
            "chat_model": self._chat.check if self._chat is not None else lambda: None,
        }
        return {name: partial(self._probe, call) for name, call in calls.items()}

    def index_sizes(self) -> dict[str, int]:
        """Sentences in the lexical index, passages in the dense one."""
        current = self._generations.current()
        return {"sentences": current.words.count(), "passages": current.passages.count()}

    @staticmethod
    def _probe(call: Callable[[], object]) -> str | None:
        try:
            call()
        except (DataFolderError, ModelError, ChatError) as error:
            return str(error)
        return None

    @property
    def chat_model(self) -> str | None:
        return self._chat.name if self._chat is not None else None

    def warm(self) -> None:
        """Load what the first question would otherwise wait for."""
        with suppress(ModelError):
            for _ in range(_WARM_QUERIES):
                self._embedder.embed_query("地区生产总值增长")
        self._gazetteer.find("北京市")
        count_tokens("增长")
        cut_words("增长")
        if self._chat is not None:
            with suppress(ChatError, ModelError):
                self._chat.prepare(self._prompts.instructions, seconds=_WARM_SECONDS)

    def close(self) -> None:
        if self._chat is not None:
            self._chat.close()
        self._generations.close()
        self.conversations.close()
        self._store.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
