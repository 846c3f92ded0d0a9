"""`wenbao models`: which weights there are, fetch them, read them through."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli_show import DONE, FAILED, note, table
from rag.errors import ModelDamaged, ModelMissing
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.models.catalogue import Entry


def list_models(_arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.models.cache import state
    from rag.models.catalogue import entries

    rows = [("name", "kind", "size", "licence", "state", "")]
    for entry in entries():
        size = f"{entry.size / 1e9:.2f} GB"
        where = state(entry, settings.models).value
        default = "default" if entry.default else ""
        rows.append((entry.name, entry.kind.value, size, entry.licence, where, default))
    print(table(rows))
    print(f"\nin {settings.models}")
    return DONE


def pull_models(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.models.catalogue import find_entry
    from rag.models.progress import TerminalProgress
    from rag.models.pull import pull

    wanted = [find_entry(name) for name in arguments.names] or _models_in_use(settings)
    for entry in wanted:
        with TerminalProgress() as progress:
            path = pull(entry, settings.models, hub=settings.hub, progress=progress)
        print(f"{entry.name}  {path}", flush=True)
    return DONE


def verify_models(_arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.models.cache import State, state, verify
    from rag.models.catalogue import entries

    in_use = _models_in_use(settings)
    faults = 0
    for entry in entries():
        if entry not in in_use and state(entry, settings.models) in (State.ABSENT, State.PARTIAL):
            continue
        try:
            verify(entry, settings.models)
        except (ModelMissing, ModelDamaged) as error:
            faults += 1
            note(str(error))
        else:
            print(f"whole  {entry.name}", flush=True)
    return FAILED if faults else DONE


def _models_in_use(settings: Settings) -> list[Entry]:
    """The models of the catalogue that the settings name: none for a file of one's own or a model server."""
    from rag.models.catalogue import find_entry

    here = not settings.embeddings_url and not Path(settings.embedder).expanduser().is_dir()
    names = [settings.embedder] if here else []
    own = settings.chat_url or Path(settings.chat_model).expanduser().is_file()
    if settings.chat_model != "none" and not own:
        names.append(settings.chat_model)
    return [find_entry(name) for name in names]
