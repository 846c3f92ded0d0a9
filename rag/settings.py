"""Settings: values only. Entry points read the environment once and hand a `Settings` on."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from platformdirs import user_cache_path

from rag.errors import SettingsError

PREFIX = "WENBAO_"


class Secret(str):
    """A string that never shows itself in a log or an error."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***" if self else "''"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field `x_y` is set by the environment variable `WENBAO_X_Y` or a line of `.env`."""

    data: Path = field(
        default=Path(".wenbao"), metadata={"doc": "Folder of everything written: database, indexes, logs."}
    )
    models: Path = field(
        default_factory=lambda: user_cache_path("wenbao") / "models",
        metadata={"doc": "Model cache, shared between checkouts."},
    )
    hub: str = field(
        default="https://huggingface.co", metadata={"doc": "Base URL of the model hub that is tried first."}
    )
    embedder: str = field(
        default="multilingual-e5-small",
        metadata={"doc": "A name of `wenbao models list`, or the path of any sentence-transformers folder."},
    )
    chat_model: str = field(
        default="qwen2.5-coder-1.5b",
        metadata={"doc": "A name of `wenbao models list`, a model name at WENBAO_CHAT_URL, or `none`."},
    )
    chat_url: str = field(
        default="",
        metadata={"doc": "Base URL of an OpenAI-compatible server. Empty: the local engine runs the model."},
    )
    chat_key: Secret = field(default=Secret(""), metadata={"doc": "Key for WENBAO_CHAT_URL. Never logged."})
    answer_seconds: float = field(
        default=30.0,
        metadata={"doc": "When the model has not answered by then, the sentences themselves are served."},
    )
    evidence_tokens: int = field(
        default=320, metadata={"doc": "Tokens (cl100k) of evidence that the model is shown at most."}
    )
    threads: int = field(default=0, metadata={"doc": "CPU threads for the models; 0 takes every core."})
    host: str = field(default="127.0.0.1", metadata={"doc": "Address that the service listens on."})
    port: int = field(default=8000, metadata={"doc": "Port that the service listens on."})
    upload_megabytes: int = field(default=50, metadata={"doc": "Largest source file that is read, in MB."})
    upload_total_megabytes: int = field(
        default=500, metadata={"doc": "Largest upload over HTTP, all its files together, in MB."}
    )
    upload_files: int = field(default=200, metadata={"doc": "Files that one upload over HTTP may hold."})


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from `WENBAO_…` variables. Raises SettingsError for an unknown name or a malformed value."""
    known = {PREFIX + entry.name.upper(): entry for entry in fields(Settings)}
    values: dict[str, object] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else "."
            raise SettingsError(f"There is no setting {name}{hint} See docs/settings.md.")
        entry = known[name]
        values[entry.name] = _convert(name, text, str(entry.type))
    return Settings(**values)  # type: ignore[arg-type]  # each value was converted to its field's type


def _convert(name: str, text: str, kind: str) -> object:
    try:
        if kind == "Path":
            return Path(text).expanduser()
        if kind == "Secret":
            return Secret(text)
        return {"int": int, "float": float, "str": str}[kind](text)
    except ValueError:
        raise SettingsError(f"{name} must be a number, not {text!r}.") from None


def read_dotenv(path: Path) -> dict[str, str]:
    """The `NAME=value` lines of a `.env` file, quotes removed; none for no file. Raises SettingsError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not UTF-8 text: save it as UTF-8.") from None
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs}
