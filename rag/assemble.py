"""Settings → Rag: the one place that chooses implementations."""

from __future__ import annotations

from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import msgspec

from rag.adapters.backup_postgres import back_up_postgres, restore_postgres
from rag.adapters.backup_zip import back_up, check_place, restore
from rag.adapters.chat_llama_index import LlamaIndexChat, Patience
from rag.adapters.embedder_deferred import DeferredEmbedder
from rag.adapters.embedder_httpx import EndpointEmbedder, Prefixes
from rag.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder
from rag.adapters.engine_xllamacpp import LocalEngine
from rag.adapters.index_chroma_server import ChromaServer
from rag.adapters.jobs_sqlalchemy import SqlJobStore
from rag.adapters.keys_sqlalchemy import SqlKeyStore
from rag.adapters.originals_folder import FolderOriginals
from rag.adapters.store_sqlalchemy_postgres import postgres_url
from rag.domain import Indicator, Lexicon
from rag.folder import ORIGINALS
from rag.homes import forget
from rag.ingest import Progress, check_embedder, silent
from rag.keys import Keys
from rag.library import Rag
from rag.models.cache import fingerprint, locate
from rag.models.catalogue import Entry, find_entry
from rag.place import database_of, locked, open_place
from rag.ports import Embedder
from rag.resources import prompts_folder
from rag.settings import Settings
from rag.steps.compose import PromptTexts, prompt_texts
from rag.steps.indicate import by_words


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
            rag.finish(progress, wait=not rag.shared)
    except BaseException:
        opened.close()
        raise
    return rag


def _open(settings: Settings, opened: ExitStack, *, chat: bool, check: bool) -> Rag:
    """What is opened is closed by `opened`."""
    embedder = DeferredEmbedder(partial(open_embedder, settings))
    place = open_place(settings, opened, embedder)
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


# --- Beside a corpus at work ---------------------------------------------------------------------------


def open_keys(settings: Settings, *, busy_seconds: float = 30.0) -> Keys:
    """The keys of the corpus, also while another process has its lock. Raises SettingsError,
    DataFolderError."""
    return Keys(SqlKeyStore(database_of(settings), busy_seconds=busy_seconds))


# --- Models -----------------------------------------------------------------------------------------


def make_backup(settings: Settings, file: Path) -> int:
    """While others work with the corpus, too. The size in bytes. Raises BackupError, DiskFull,
    ServerUnreachable."""
    if settings.database_url:
        return back_up_postgres(postgres_url(settings.database_url), settings.data, file)
    return back_up(settings.data, file)


def restore_backup(settings: Settings, file: Path, *, replace: bool) -> None:
    """Fill the data folder, or the database, from a backup; what can be derived is made at the next
    `open_rag`.

    Raises BackupError, DiskFull, DataFolderBusy, ServerUnreachable; ModelMissing, ModelDamaged before
    anything is touched.
    """
    if settings.database_url:
        open_embedder(settings)
        url = postgres_url(settings.database_url)
        former = restore_postgres(file, url, settings.data, replace=replace)
        if settings.chroma_url:
            with closing(ChromaServer(settings.chroma_url)) as server:
                forget(server, former)
        return
    check_place(settings.data, replace=replace)
    open_embedder(settings)
    lock = locked(settings.data)
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
    read = msgspec.json.decode((folder / "indicators.json").read_bytes(), type=tuple[_IndicatorFile, ...])
    english = msgspec.json.decode((folder / "glossary_en.json").read_bytes(), type=dict[str, tuple[str, ...]])
    groups = msgspec.json.decode((folder / "synonyms.json").read_bytes(), type=tuple[tuple[str, ...], ...])
    indicators = tuple(
        Indicator(name=i.name, terms=i.terms, english=i.english, unlike=i.unlike) for i in read
    )
    words = by_words(indicators)
    return Lexicon(
        indicators=indicators,
        by_words=words,
        longest=max(map(len, words)),
        english=english,
        synonyms={
            word: tuple(other for other in group if other != word) for group in groups for word in group
        },
        stop_words=frozenset((folder / "stop_words.txt").read_text(encoding="utf-8").split()),
    )
