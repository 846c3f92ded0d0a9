"""A corpus: sources in a store, both indexes over them, and their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.reader import decode, unpack
from rag.adapters.reader_text import read_file
from rag.adapters.script_opencc import simplify
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.domain import Report, SourceFile, SourceText
from rag.errors import NotFound, SourceError
from rag.folder import UPLOADS
from rag.generations import Generations, Indexes
from rag.holdings import HoldingsReader
from rag.ingest import (
    IngestParts,
    Outcome,
    Progress,
    check_home,
    failed,
    finish,
    ingest,
    outdated,
    rebuild,
    remove,
    silent,
)
from rag.ports import Embedder, Exclusive
from rag.removals import Removals
from rag.settings import Settings
from rag.steps.identify import Hints
from rag.stores import Originals, ReportStore, SourceInfo
from rag.verify import verify


class Corpus:
    """One at a time changes it, of all threads and of all processes that share it."""

    def __init__(
        self,
        settings: Settings,
        *,
        files: Path,
        store: ReportStore,
        originals: Originals,
        generations: Generations,
        embedder: Embedder,
        changing: Exclusive,
    ) -> None:
        """`files` is the folder of what is no row of the store: originals, uploads that wait. `shared` says
        whether other processes work with the corpus, too."""
        self.settings = settings
        self.uploads = files / UPLOADS
        self.shared = generations.shared
        self._store = store
        self._originals = originals
        self._holdings = HoldingsReader(store)
        self._generations = generations
        self._embedder = embedder
        self._gazetteer = CnAreaGazetteer()
        self._changing = changing
        self._removals = Removals()

    # --- what changes it ---

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

        def while_ours(what: str, done: int, total: int, /) -> None:
            self._changing.check()
            let_in()
            progress(what, done, total)

        self._removals.go_first()
        with self._changing.held():
            if self.outdated:
                self.rebuild(progress)
            parts = self._ingest_parts()
            with self._removals.letting_in(partial(remove, parts=parts), kept=self._touched(file)) as let_in:
                return ingest(file, parts=parts, hints=hints, progress=while_ours)

    def _touched(self, file: SourceFile) -> set[str]:
        """The sources that an ingest of this file reads, writes or takes out."""
        before = (
            self._store.find_source(sha256=file.sha256),
            self._store.find_source(origin=file.origin or file.name),
        )
        return {file.sha256[:16], *(info.id for info in before if info is not None)}

    def remove(self, source_id: str) -> None:
        """Waits for what changes the corpus, but not for the end of a file that is being ingested here, where
        that is another source. Raises NotFound."""
        end = self._removals.ask(source_id)
        if end is not None:
            end.result()
            return
        with self._removals.pressing(), self._changing.held():
            remove(source_id, parts=self._ingest_parts())

    def rebuild(self, progress: Progress = silent) -> int:
        """Read all stored texts again and fill new indexes beside the old ones, which answer until then.

        The old ones need not be whole. How many sources there were.
        """
        with self._changing.held(), self._generations.next() as coming:
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

    def finish(self, progress: Progress = silent, *, wait: bool = True) -> None:
        """End what an interrupted run began; without `wait` not while another process changes the corpus.
        Raises IndexMismatch; ModelMissing where one is wanted."""
        with self._changing.held() if wait else self._changing.tried() as mine:
            if mine is False:
                return
            check_home(store=self._store, home=self._generations.home)
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

    # --- what it holds ---

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
        return self._holdings.current().shelf.text(source_id)

    def source_texts(self, reports: Iterable[Report]) -> dict[str, SourceText]:
        """The sources of these reports, by their ids. Raises NotFound."""
        shelf = self._holdings.current().shelf
        return {source_id: shelf.text(source_id) for source_id in {report.source_id for report in reports}}

    def outline(self, report_id: str) -> list[tuple[tuple[str, ...], int, int]]:
        """(section path, start, end) of each section of a report, in order; offsets into its source."""
        sections: dict[tuple[str, ...], list[int]] = {}
        for sentence in self._store.sentences([self.report(report_id).id]):
            bounds = sections.setdefault(sentence.section, [sentence.span.start, sentence.span.end])
            bounds[1] = sentence.span.end
        return [(path, start, end) for path, (start, end) in sections.items()]
