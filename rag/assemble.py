"""Settings → Rag: the one place that chooses implementations."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from rag.adapters.backup_zip import check_place, restore
from rag.adapters.chat_llama_index import LlamaIndexChat, Patience
from rag.adapters.conversations_sqlalchemy import SqlConversationStore
from rag.adapters.embedder_deferred import DeferredEmbedder
from rag.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder
from rag.adapters.engine_xllamacpp import LocalEngine
from rag.adapters.index_chroma import ChromaPassageIndex
from rag.adapters.jobs_sqlalchemy import SqlJobStore
from rag.adapters.keys_sqlalchemy import SqlKeyStore
from rag.adapters.lexical_tantivy import TantivyLexicalIndex
from rag.adapters.originals_folder import FolderOriginals
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.words_rjieba import cut_words
from rag.domain import Indicator, Lexicon
from rag.errors import DataFolderBusy, DataFolderError
from rag.folder import DATABASE, ORIGINALS
from rag.generations import Generations
from rag.ingest import Progress, check_embedder, silent
from rag.keys import Keys
from rag.library import Rag
from rag.models.cache import fingerprint, locate
from rag.models.catalogue import Entry, find_entry
from rag.resources import prompts_folder
from rag.settings import Settings
from rag.steps.compose import PromptTexts, prompt_texts


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
        store = SqlReportStore(data / DATABASE)
        opened.callback(store.close)
        conversations = SqlConversationStore(data / DATABASE)
        opened.callback(conversations.close)
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
            conversations=conversations,
            jobs=SqlJobStore(store.engine),
            originals=FolderOriginals(data / ORIGINALS),
            generations=generations,
            embedder=embedder,
            chat=open_chat(settings) if chat else None,
            lexicon=read_lexicon(),
            prompts=read_prompts(),
        )
        if check:
            rag.finish(progress)
        opened.pop_all()
        return rag


def open_keys(settings: Settings, *, busy_seconds: float = 30.0) -> Keys:
    """The keys of the data folder, also while another process has its lock. Raises DataFolderError."""
    return Keys(SqlKeyStore(settings.data / DATABASE, busy_seconds=busy_seconds))


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
    groups = msgspec.json.decode((folder / "synonyms.json").read_bytes(), type=tuple[tuple[str, ...], ...])
    return Lexicon(
        indicators=tuple(
            Indicator(name=i.name, terms=i.terms, english=i.english, unlike=i.unlike) for i in indicators
        ),
        english=english,
        synonyms={
            word: tuple(other for other in group if other != word) for group in groups for word in group
        },
        stop_words=frozenset((folder / "stop_words.txt").read_text(encoding="utf-8").split()),
    )
