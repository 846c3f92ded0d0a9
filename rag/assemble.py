"""Settings → Rag: the one place that chooses implementations."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from filelock import FileLock, Timeout

from rag.adapters.chat_llama_index import LlamaIndexChat
from rag.adapters.embedder_deferred import DeferredEmbedder
from rag.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder
from rag.adapters.engine_xllamacpp import LocalEngine
from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.index_chroma import ChromaPassageIndex
from rag.adapters.lexical_tantivy import TantivyLexicalIndex
from rag.adapters.reader import decode, unpack
from rag.adapters.reader_text import read_file
from rag.adapters.script_opencc import simplify, traditionalise
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.tokens_tiktoken import count_tokens
from rag.adapters.words_rjieba import cut_words, tag_words
from rag.ask import AskParts, Listener, ask
from rag.domain import Filters, Hit, Indicator, Lexicon, Mode, Question, Report, SourceFile, SourceText, Trace
from rag.errors import ChatError, DataFolderBusy, DataFolderError, ModelError, NotFound, SourceError
from rag.generations import Generations, Indexes
from rag.ingest import (
    Change,
    IngestParts,
    Outcome,
    Progress,
    check_embedder,
    finish,
    ingest,
    outdated,
    rebuild,
    remove,
    silent,
    verify,
)
from rag.models.cache import fingerprint, locate
from rag.models.catalogue import Entry, find_entry
from rag.ports import Embedder, ReportStore
from rag.resources import prompts_folder
from rag.settings import Settings
from rag.steps.compose import PromptTexts, prompt_texts
from rag.steps.find_duplicates import find_duplicates, without_duplicates
from rag.steps.identify import Hints
from rag.steps.scope import decide_scope

_WARM_SECONDS = 120.0
"""Time that the engine may take to load and to read the instructions once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Part by name → None where it works, else one sentence on what is wrong."""

    parts: dict[str, str | None]

    @property
    def ready(self) -> bool:
        return all(problem is None for problem in self.parts.values())


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
        generations: Generations,
        embedder: Embedder,
        chat: LlamaIndexChat | None,
    ) -> None:
        self.settings = settings
        self._lock = lock
        self._store = store
        self._generations = generations
        self._embedder = embedder
        self._chat = chat
        self._gazetteer = CnAreaGazetteer()
        self._lexicon = read_lexicon()
        self._prompts = read_prompts()
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
            reports = without_duplicates(self._store.reports(), named=filters.report_ids)
            intent = parts.understand(query, reports)
            scope = decide_scope(intent, reports, filters)
            return parts.search(query, intent, scope.reports)[:limit]

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
            corpus=partial(_corpus_digest, self._store),
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
                kept = self._store.find_source(origin=str(path.resolve()))
                more = " What it held before is kept." if kept else ""
                yield Outcome(name=path.name, change=Change.FAILED, error=f"{error}{more}")
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
            yield Outcome(name=file.name, change=Change.FAILED, error=str(error))
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
        return list(verify(store=self._store, passages=indexes.passages, words=indexes.words))

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
        )

    @property
    def outdated(self) -> str | None:
        """A sentence where older reading rules made what is stored: it answers, and should be rebuilt."""
        return outdated(self._store)

    def reports(self) -> list[Report]:
        return self._store.reports()

    def duplicates(self) -> dict[str, str]:
        """Id of a report that says what another says → id of the one that is asked in its place."""
        return find_duplicates(self._store.reports())

    def report(self, report_id: str) -> Report:
        """Raises NotFound."""
        for report in self.reports():
            if report.id == report_id:
                return report
        raise NotFound(f"There is no report {report_id}.")

    def source_text(self, source_id: str) -> SourceText:
        """Raises NotFound."""
        return self._store.source_text(source_id)

    def outline(self, report_id: str) -> list[tuple[tuple[str, ...], int, int]]:
        """(section path, start, end) of each section of a report, in order; offsets into its source."""
        sections: dict[tuple[str, ...], list[int]] = {}
        for sentence in self._store.sentences([self.report(report_id).id]):
            bounds = sections.setdefault(sentence.section, [sentence.span.start, sentence.span.end])
            bounds[1] = sentence.span.end
        return [(path, start, end) for path, (start, end) in sections.items()]

    # --- its state ---

    def health(self) -> Health:
        """Really probes each part."""
        current = self._generations.current
        return Health(
            parts={
                "store": self._probe(lambda: self._store.sources()),
                "passages": self._probe(lambda: current().passages.count()),
                "words": self._probe(lambda: current().words.count()),
                "embedder": self._probe(lambda: self._embedder.embed_query("地区生产总值")),
                "chat_model": self._probe(self._chat.check) if self._chat is not None else None,
            }
        )

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
        self._store.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_rag(
    settings: Settings, *, chat: bool = True, check: bool = True, progress: Progress = silent
) -> Rag:
    """Open the data folder, making it where there is none. With `chat` the local engine starts in the
    background.

    With `check` the embedder must be there and be that of the index, and what an interrupted run left is
    ended, which `progress` hears of. Without it, indexes and embedder are opened when they are first wanted:
    for what looks at the reports alone, and for `rebuild`, which mends them. Raises DataFolderBusy,
    DataFolderError; with `check` also IndexMismatch, ModelMissing, ModelDamaged.
    """
    lock = _locked(settings.data)
    try:
        return _open(settings, lock, chat=chat, check=check, progress=progress)
    except BaseException:
        lock.release()
        raise


def _open(settings: Settings, lock: FileLock, *, chat: bool, check: bool, progress: Progress) -> Rag:
    data = settings.data
    _named_embedder(settings)
    with ExitStack() as opened:
        store = SqlReportStore(data / "wenbao.db")
        opened.callback(store.close)
        generations = Generations(
            data,
            store=store,
            open_passages=ChromaPassageIndex,
            open_words=partial(TantivyLexicalIndex, cut=cut_words),
        )
        opened.callback(generations.close)
        embedder = DeferredEmbedder(partial(open_embedder, settings))
        if check:
            check_embedder(store=store, embedder=embedder.name)
        rag = Rag(
            settings,
            lock=lock,
            store=store,
            generations=generations,
            embedder=embedder,
            chat=open_chat(settings) if chat else None,
        )
        if check:
            rag.finish(progress)
        opened.pop_all()
        return rag


def _locked(data: Path) -> FileLock:
    """The data folder, for this process alone."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data / "lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise DataFolderBusy(
            f"{data} is in use by another wenbao process: "
            "stop that one, or set WENBAO_DATA to another folder."
        ) from None
    except OSError as exc:
        raise DataFolderError(
            f"The data folder {data} cannot be written ({exc.strerror}): set WENBAO_DATA."
        ) from exc
    return lock


def open_embedder(settings: Settings) -> SentenceTransformersEmbedder:
    """The embedder that settings name. Weights of one name differ by where they came from, so their digest is
    part of its name. Raises ModelMissing, ModelDamaged.
    """
    entry = _named_embedder(settings)
    if entry is None:
        folder = Path(settings.embedder).expanduser()
        return SentenceTransformersEmbedder(folder, folder.name, threads=settings.threads)
    folder = locate(entry, settings.models)
    name = f"{entry.name}-{fingerprint(entry, settings.models)}"
    return SentenceTransformersEmbedder(folder, name, threads=settings.threads)


def _named_embedder(settings: Settings) -> Entry | None:
    """The entry of the catalogue; None for a folder. Raises SettingsError where there is neither."""
    return None if Path(settings.embedder).expanduser().is_dir() else find_entry(settings.embedder)


def open_chat(settings: Settings) -> LlamaIndexChat | None:
    """The model that settings name; None for `none`. Raises ModelMissing, ModelDamaged."""
    if settings.chat_model == "none":
        return None
    if settings.chat_url:
        return LlamaIndexChat(settings.chat_url, settings.chat_key, settings.chat_model)
    path = Path(settings.chat_model).expanduser()
    if not path.is_file():
        path = locate(find_entry(settings.chat_model), settings.models)
    engine = LocalEngine(path, threads=settings.threads, log_path=settings.data / "engine.log")
    engine.start()
    return LlamaIndexChat("", "", settings.chat_model, engine=engine)


def read_prompts() -> PromptTexts:
    folder = prompts_folder()
    return prompt_texts(
        instructions=(folder / "answer.md").read_text(encoding="utf-8"),
        question=(folder / "question.md").read_text(encoding="utf-8"),
        translate=(folder / "translate.md").read_text(encoding="utf-8"),
    )


class _IndicatorFile(msgspec.Struct, frozen=True):
    name: str
    terms: tuple[str, ...]
    english: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()


def read_lexicon() -> Lexicon:
    folder = Path(__file__).parent / "lexicon"
    indicators = msgspec.json.decode(
        (folder / "indicators.json").read_bytes(), type=tuple[_IndicatorFile, ...]
    )
    english = msgspec.json.decode((folder / "glossary_en.json").read_bytes(), type=dict[str, tuple[str, ...]])
    return Lexicon(
        indicators=tuple(
            Indicator(name=i.name, terms=i.terms, english=i.english, unlike=i.unlike) for i in indicators
        ),
        english=english,
        stop_words=frozenset((folder / "stop_words.txt").read_text(encoding="utf-8").split()),
    )


def _corpus_digest(store: ReportStore) -> str:
    """Names the corpus in manifests: a digest of the digests of its sources."""
    digests = "".join(sorted(source.sha256 for source in store.sources()))
    return hashlib.sha256(digests.encode()).hexdigest()[:16]
