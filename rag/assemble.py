"""Settings → Rag: the one place that chooses implementations."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from rag.adapters.backup_zip import check_place, restore
from rag.adapters.chat_llama_index import LlamaIndexChat, Patience
from rag.adapters.conversations_sqlalchemy import SqlConversationStore
from rag.adapters.embedder_deferred import DeferredEmbedder
from rag.adapters.embedder_httpx import EndpointEmbedder, Prefixes
from rag.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder
from rag.adapters.engine_xllamacpp import LocalEngine
from rag.adapters.exclusive_postgres import PostgresExclusive, Presence
from rag.adapters.exclusive_threads import ThreadsExclusive
from rag.adapters.index_chroma import ChromaPassageIndex
from rag.adapters.index_chroma_server import ChromaServer
from rag.adapters.jobs_sqlalchemy import SqlJobStore
from rag.adapters.keys_sqlalchemy import SqlKeyStore
from rag.adapters.lexical_tantivy import TantivyLexicalIndex
from rag.adapters.originals_folder import FolderOriginals, writable
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import Place
from rag.adapters.store_sqlalchemy_postgres import postgres_url
from rag.adapters.words_rjieba import cut_words
from rag.domain import Indicator, Lexicon
from rag.errors import DataFolderBusy, DataFolderError
from rag.folder import DATABASE, ORIGINALS
from rag.following import FollowedWords
from rag.generations import Generations, Home
from rag.homes import FolderHome, ServerHome
from rag.ingest import Progress, check_embedder, silent
from rag.keys import Keys
from rag.library import Rag
from rag.models.cache import fingerprint, locate
from rag.models.catalogue import Entry, find_entry
from rag.ports import Embedder, Exclusive
from rag.resources import prompts_folder
from rag.settings import Settings
from rag.steps.compose import PromptTexts, prompt_texts


def open_rag(
    settings: Settings, *, chat: bool = True, check: bool = True, progress: Progress = silent
) -> Rag:
    """Open the corpus that the settings name, making it where there is none. With `chat` the local engine
    starts in the background.

    With `check` the embedder must be there and be that of the index, and what an interrupted run left is
    ended, which `progress` hears of. Without it, indexes and embedder are opened when they are first wanted:
    for what looks at the reports alone, and for `rebuild`, which mends them. Raises SettingsError,
    DataFolderBusy, DataFolderError; with `check` also IndexMismatch, ModelMissing, ModelDamaged.
    """
    if not settings.embeddings_url:
        _named_embedder(settings)
    opened = ExitStack()
    try:
        rag = _open(settings, opened, chat=chat, check=check)
        if check:
            rag.finish(progress)
    except BaseException:
        opened.close()
        raise
    return rag


def _open(settings: Settings, opened: ExitStack, *, chat: bool, check: bool) -> Rag:
    """What is opened is closed by `opened`."""
    place = _open_place(settings, opened)
    embedder = DeferredEmbedder(partial(open_embedder, settings))
    if check:
        check_embedder(store=place.store, embedder=embedder.name)
    model = open_chat(settings) if chat else None
    if model is not None:
        opened.callback(model.close)
    return Rag(
        settings,
        opened=opened,
        files=place.files,
        store=place.store,
        conversations=place.conversations,
        jobs=SqlJobStore(place.store.engine),
        originals=FolderOriginals(place.files / ORIGINALS),
        generations=place.generations,
        embedder=embedder,
        changing=place.changing,
        working=place.working,
        chat=model,
        lexicon=read_lexicon(),
        prompts=read_prompts(),
    )


# --- Where a corpus is kept -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """`files` is the folder of what is no row. Who holds `changing` changes the corpus, who holds `working`
    takes the jobs."""

    store: SqlReportStore
    conversations: SqlConversationStore
    files: Path
    generations: Generations
    changing: Exclusive
    working: Exclusive


def _open_place(settings: Settings, opened: ExitStack) -> _Place:
    shared = is_shared(settings)
    if not shared:
        opened.callback(_locked(settings.data).release)
    database = database_of(settings)
    store = SqlReportStore(database)
    opened.callback(store.close)
    conversations = SqlConversationStore(database)
    opened.callback(conversations.close)
    corpus = store.setting("corpus") or ""
    files = settings.data
    changing: Exclusive = ThreadsExclusive()
    working: Exclusive = ThreadsExclusive()
    if settings.database_url:
        opened.callback(Presence(store.engine, alone=not shared).close)
        # Several databases may use one data folder, and each knows its own files only.
        files = settings.data / "corpora" / corpus
        with writable(files):
            files.mkdir(parents=True, exist_ok=True)
        changing = PostgresExclusive(store.engine, "changing")
        working = PostgresExclusive(store.engine, "working")
    generations = Generations(store, _home(settings, store, corpus=corpus, files=files))
    opened.callback(generations.close)
    return _Place(
        store=store,
        conversations=conversations,
        files=files,
        generations=generations,
        changing=changing,
        working=working,
    )


def is_shared(settings: Settings) -> bool:
    """Whether several processes may work with the corpus: then no part of it is one process's own."""
    return bool(settings.database_url and settings.chroma_url)


def database_of(settings: Settings) -> Place:
    """Raises SettingsError."""
    return postgres_url(settings.database_url) if settings.database_url else settings.data / DATABASE


def _home(settings: Settings, store: SqlReportStore, *, corpus: str, files: Path) -> Home:
    open_words = partial(TantivyLexicalIndex, cut=cut_words)
    if not settings.chroma_url:
        return FolderHome(settings.data, open_passages=ChromaPassageIndex, open_words=open_words)
    return ServerHome(
        files,
        corpus=corpus,
        server=ChromaServer(settings.chroma_url),
        words=FollowedWords(store, open_words(None)),
    )


def open_keys(settings: Settings, *, busy_seconds: float = 30.0) -> Keys:
    """The keys of the corpus, also while another process has its lock. Raises SettingsError,
    DataFolderError."""
    return Keys(SqlKeyStore(database_of(settings), busy_seconds=busy_seconds))


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


# --- Models -----------------------------------------------------------------------------------------


def restore_backup(settings: Settings, file: Path, *, replace: bool) -> None:
    """Fill the data folder from a backup; what can be derived is made at the next `open_rag`.

    Raises BackupError, DiskFull, DataFolderBusy; ModelMissing, ModelDamaged before anything is touched.
    """
    check_place(settings.data, replace=replace)
    open_embedder(settings)
    lock = _locked(settings.data)
    try:
        restore(file, settings.data)
    finally:
        lock.release()


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that settings name, at an endpoint or here. Weights of one name differ by where they came
    from, so their digest is part of the name of one here. Raises SettingsError, ModelMissing, ModelDamaged.
    """
    if settings.embeddings_url:
        return EndpointEmbedder(
            settings.embeddings_url,
            settings.embeddings_key,
            settings.embeddings_model,
            prefixes=Prefixes(
                query=settings.embeddings_query_prefix, passage=settings.embeddings_passage_prefix
            ),
            failures=settings.breaker_failures,
            rest_seconds=settings.breaker_seconds,
        )
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
    patience = Patience(
        first_token_seconds=settings.first_token_seconds,
        failures=settings.breaker_failures,
        rest_seconds=settings.breaker_seconds,
    )
    if settings.chat_url:
        return LlamaIndexChat(settings.chat_url, settings.chat_key, settings.chat_model, patience=patience)
    path = Path(settings.chat_model).expanduser()
    if not path.is_file():
        path = locate(find_entry(settings.chat_model), settings.models)
    engine = LocalEngine(path, threads=settings.threads, log_path=settings.data / "engine.log")
    engine.start()
    return LlamaIndexChat("", "", settings.chat_model, engine=engine, patience=patience)


def read_prompts() -> PromptTexts:
    folder = prompts_folder()
    return prompt_texts(
        instructions=(folder / "answer.md").read_text(encoding="utf-8"),
        question=(folder / "question.md").read_text(encoding="utf-8"),
        again=(folder / "again.md").read_text(encoding="utf-8"),
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
