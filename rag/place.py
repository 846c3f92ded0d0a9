"""Where a corpus is kept, as the settings say, and who may work in it: a data folder and nobody else, or
servers and everybody (docs/decisions/0015)."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from rag.adapters.conversations_sqlalchemy import SqlConversationStore
from rag.adapters.exclusive_postgres import PostgresExclusive, Presence
from rag.adapters.exclusive_threads import ThreadsExclusive
from rag.adapters.index_chroma import ChromaPassageIndex
from rag.adapters.index_chroma_server import ChromaServer
from rag.adapters.lexical_tantivy import TantivyLexicalIndex
from rag.adapters.originals_folder import writable
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import Place
from rag.adapters.store_sqlalchemy_postgres import postgres_url
from rag.adapters.words_rjieba import cut_words
from rag.errors import DataFolderBusy, DataFolderError
from rag.folder import DATABASE, corpus_folder
from rag.following import FollowedWords
from rag.generations import Generations, Home
from rag.homes import FolderHome, ServerHome
from rag.ingest import check_embedder
from rag.ports import Embedder, Exclusive
from rag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusPlace:
    """`files` is the folder of what is no row. Who holds `changing` changes the corpus, who holds `working`
    takes the jobs."""

    store: SqlReportStore
    conversations: SqlConversationStore
    files: Path
    generations: Generations
    changing: Exclusive
    working: Exclusive


def open_place(settings: Settings, opened: ExitStack, embedder: Embedder) -> CorpusPlace:
    """What is opened is closed by `opened`. Raises SettingsError, DataFolderBusy, DataFolderError."""
    shared = is_shared(settings)
    if not shared:
        opened.callback(locked(settings.data).release)
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
        files = corpus_folder(settings.data, corpus)
        with writable(files):
            files.mkdir(parents=True, exist_ok=True)
        changing = PostgresExclusive(store.engine, "changing")
        working = PostgresExclusive(store.engine, "working")
    generations = Generations(
        store,
        _home(settings, store, corpus=corpus, files=files),
        check=lambda: check_embedder(store=store, embedder=embedder.name),
    )
    opened.callback(generations.close)
    return CorpusPlace(
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


def locked(data: Path) -> FileLock:
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
