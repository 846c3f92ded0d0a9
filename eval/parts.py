"""The embedder and the chat model that settings name, for what is measured apart from the whole line."""

from __future__ import annotations

from pathlib import Path

from rag.adapters.chat_llama_index import LlamaIndexChat
from rag.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder
from rag.adapters.engine_xllamacpp import LocalEngine
from rag.errors import SettingsError
from rag.models.cache import locate
from rag.models.catalogue import find_entry
from rag.settings import Settings


def open_embedder(settings: Settings) -> SentenceTransformersEmbedder:
    """Raises ModelMissing, ModelDamaged."""
    folder = Path(settings.embedder).expanduser()
    if not folder.is_dir():
        folder = locate(find_entry(settings.embedder), settings.models)
    return SentenceTransformersEmbedder(folder, folder.name, threads=settings.threads)


def open_chat(settings: Settings) -> LlamaIndexChat:
    """Close it. Raises ModelMissing, ModelDamaged; SettingsError where no model is set."""
    if settings.chat_model == "none":
        raise SettingsError("WENBAO_CHAT_MODEL is none: set a model, or ask for no answers.")
    if settings.chat_url:
        return LlamaIndexChat(settings.chat_url, settings.chat_key, settings.chat_model)
    path = Path(settings.chat_model).expanduser()
    if not path.is_file():
        path = locate(find_entry(settings.chat_model), settings.models)
    engine = LocalEngine(path, threads=settings.threads, log_path=settings.data / "engine.log")
    engine.start()
    return LlamaIndexChat("", "", settings.chat_model, engine=engine)
