"""What goes wrong at a model server, of chat or of embeddings → ChatError with one sentence, and when to ask
again."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from rag.errors import ChatError

TRIES = 3
"""For an answer that has not begun: a busy server or a broken connection may pass."""
_BACK_OFF_SECONDS = 1.0


class Passing(ChatError):
    """May have passed at the next try: a busy server, a connection that broke off.

    `retry_after` are the seconds that the server asks for, where it does.
    """

    def __init__(self, words: str, *, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class Rejected(ChatError):
    """The server works and does not take this request (400, 413, 422)."""


def pause_seconds(tried: int, failure: Passing) -> float:
    """Before the next try: what the server asks for, else exponential with jitter (0.5–1, 1–2, … s), so that
    those who were turned away together do not come back together."""
    if failure.retry_after is not None:
        return failure.retry_after
    return _BACK_OFF_SECONDS * 2.0 ** (tried - 1) * random.uniform(0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """How sentences speak of a server: `place` is its name, `setting` begins the names of its settings, and
    `kind` is what its model is for. `local` is the engine that this process started."""

    place: str
    url: str
    model: str
    setting: str = "WENBAO_CHAT"
    kind: str = "chat"
    local: bool = False


def explain(cause: BaseException | None, server: Server) -> ChatError:
    match cause:
        case httpx.HTTPStatusError():
            headers = cause.response.headers
            return explain_status(cause.response.status_code, str(cause), headers, server)
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return ChatError(f"{server.url!r} is not a URL of a model server; check {server.setting}_URL.")
        case httpx.ConnectError() | httpx.ConnectTimeout() if not server.local:
            return ChatError(f"{server.place} cannot be reached; check {server.setting}_URL and the network.")
        case httpx.TransportError():
            return Passing(f"{server.place} broke the connection off; ask again.")
    article = "an" if server.kind[0] in "aeiou" else "a"
    return ChatError(f"{server.place} sent what is not {article} {server.kind} answer: {_first_line(cause)}")


def explain_status(status: int, words: str, headers: Mapping[str, str], server: Server) -> ChatError:
    """`words` are those of the server."""
    place, setting = server.place, server.setting
    if status in (401, 403):
        return ChatError(f"{place} refuses the key (status {status}); check {setting}_KEY.")
    if status == 404:
        model = f"{server.kind} model {server.model!r}"
        return ChatError(f"{place} has no {model}; check {setting}_URL and {setting}_MODEL.")
    if status in (408, 409, 425, 429) or status >= 500:
        return Passing(
            f"{place} is busy or failing (status {status}); ask again later.",
            retry_after=_retry_after(headers.get("retry-after", "")),
        )
    return Rejected(f"{place} rejects the request (status {status}): {_first_line(words)}")


def _retry_after(words: str) -> float | None:
    """RFC 9110: seconds, or a date."""
    try:
        seconds = float(words)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(words).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def words_of(body: object) -> str:
    """What a server says in the JSON of an error."""
    return str(body["message"]) if isinstance(body, dict) and "message" in body else ""


def _first_line(words: object) -> str:
    return str(words).partition("\n")[0][:200]
