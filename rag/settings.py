"""Settings: values only. Entry points read the environment once and hand a `Settings` on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from platformdirs import user_cache_path

from rag.errors import SettingsError

PREFIX = "WENBAO_"
_PASSWORD = re.compile(r"[a-z+]+://[^:/@]*:([^@]+)@")


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
    database_url: Secret = field(
        default=Secret(""),
        metadata={
            "doc": "`postgresql://USER:PASSWORD@HOST/DATABASE`; wants the extra `postgres`. Empty: SQLite in "
            "WENBAO_DATA."
        },
    )
    chroma_url: str = field(
        default="",
        metadata={"doc": "Base URL of a Chroma server. Empty: Chroma keeps its index in WENBAO_DATA."},
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
    embeddings_url: str = field(
        default="",
        metadata={
            "doc": "Base URL of an OpenAI-compatible server that embeds. Empty: WENBAO_EMBEDDER does, here."
        },
    )
    embeddings_model: str = field(default="", metadata={"doc": "Name of the model at WENBAO_EMBEDDINGS_URL."})
    embeddings_key: Secret = field(
        default=Secret(""), metadata={"doc": "Key for WENBAO_EMBEDDINGS_URL. Never logged."}
    )
    embeddings_query_prefix: str = field(
        default="query: ",
        metadata={"doc": "Put before a question there; E5 models want this one, OpenAI's none."},
    )
    embeddings_passage_prefix: str = field(
        default="passage: ", metadata={"doc": "Put before a passage there, likewise."}
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
    first_token_seconds: float = field(
        default=15.0,
        metadata={"doc": "When a model at WENBAO_CHAT_URL has not begun by then, it is not waited for."},
    )
    breaker_failures: int = field(
        default=3, metadata={"doc": "Failures in a row after which the model is left alone for a while."}
    )
    breaker_seconds: float = field(
        default=60.0, metadata={"doc": "How long it is left alone; then one question tries it."}
    )
    evidence_tokens: int = field(
        default=450, metadata={"doc": "Tokens (cl100k) of evidence that the model is shown at most."}
    )
    threads: int = field(default=0, metadata={"doc": "CPU threads for the models; 0 takes every core."})
    host: str = field(default="127.0.0.1", metadata={"doc": "Address that the service listens on."})
    port: int = field(default=8000, metadata={"doc": "Port that the service listens on."})
    workers: int = field(
        default=1,
        metadata={
            "doc": "Processes that serve; more than 1 wants WENBAO_DATABASE_URL, WENBAO_CHROMA_URL, and "
            "WENBAO_CHAT_URL or no model.",
            "least": 1,
        },
    )
    keep_days: int = field(
        default=0,
        metadata={"doc": "Days after which conversations and served answers are deleted; 0 keeps them."},
    )
    upload_megabytes: int = field(default=50, metadata={"doc": "Largest source file that is read, in MB."})
    auth: str = field(
        default="auto",
        metadata={
            "doc": "Who must send a key: `auto` nobody on a loopback address and everybody elsewhere, `keys` "
            "everybody (behind a proxy on this machine).",
            "choices": ("auto", "keys"),
        },
    )
    key_requests_per_minute: int = field(
        default=300, metadata={"doc": "Calls that one key may make in a minute; 0 sets no limit."}
    )
    address_requests_per_minute: int = field(
        default=600,
        metadata={"doc": "Calls from one address in a minute, with any key or a wrong one; 0 sets no limit."},
    )
    answers_at_once: int = field(
        default=0,
        metadata={"doc": "Answers that the model writes at once; 0 is 1 here and 8 at WENBAO_CHAT_URL."},
    )
    answers_waiting: int = field(
        default=16, metadata={"doc": "Questions that wait for the model at most; the next is told 429."}
    )
    cors_origins: str = field(
        default="",
        metadata={"doc": "Origins whose pages may call the service, separated by commas. Empty: none."},
    )
    proxies: str = field(
        default="127.0.0.1",
        metadata={"doc": "Addresses of proxies whose X-Forwarded-For is believed, separated by commas."},
    )
    metrics: str = field(
        default="key",
        metadata={
            "doc": "Who reads /metrics where keys are wanted: `key` who has one, `open` everybody.",
            "choices": ("key", "open"),
        },
    )
    log_level: str = field(
        default="info",
        metadata={
            "doc": "What the service logs at least: `info` has a line for each request.",
            "choices": ("debug", "info", "warning", "error"),
        },
    )
    log_format: str = field(
        default="console",
        metadata={"doc": "`console` to read, `json` a line of JSON each.", "choices": ("console", "json")},
    )
    log_questions: bool = field(
        default=False, metadata={"doc": "Whether the log holds the text of questions: `true` or `false`."}
    )
    otel_endpoint: str = field(
        default="",
        metadata={
            "doc": "Base URL of a collector of OpenTelemetry traces (OTLP over HTTP); wants the extra `otel`."
        },
    )
    upload_total_megabytes: int = field(
        default=500, metadata={"doc": "Largest upload over HTTP, all its files together, in MB."}
    )
    upload_files: int = field(default=200, metadata={"doc": "Files that one upload over HTTP may hold."})


def secrets(settings: Settings) -> list[str]:
    """What must not be shown, the password inside a URL too."""
    values = [getattr(settings, entry.name) for entry in fields(settings)]
    held = [str(value) for value in values if isinstance(value, Secret) and value]
    return [*held, *(found[1] for value in held if (found := _PASSWORD.match(value)))]


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
        _check(name, values[entry.name], entry.metadata)
    return Settings(**values)  # type: ignore[arg-type]  # each value was converted to its field's type


def _check(name: str, value: object, metadata: Mapping[str, object]) -> None:
    """Against the field's `choices` or, for a number, its `least`, 0 where it names none."""
    choices, least = metadata.get("choices"), metadata.get("least", 0)
    if isinstance(choices, tuple) and value not in choices:
        raise SettingsError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    if isinstance(value, int | float) and isinstance(least, int) and not value >= least:
        raise SettingsError(f"{name} must be at least {least}, not {value}.")


def _convert(name: str, text: str, kind: str) -> object:
    try:
        if kind == "Path":
            return Path(text).expanduser()
        if kind == "Secret":
            return Secret(text)
        if kind == "bool":
            return _truth(name, text)
        return {"int": int, "float": float, "str": str}[kind](text)
    except ValueError:
        raise SettingsError(f"{name} must be a number, not {text!r}.") from None


def _truth(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise SettingsError(f"{name} must be true or false, not {text!r}.")
    return text.lower() == "true"


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
