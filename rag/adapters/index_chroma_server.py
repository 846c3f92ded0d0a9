"""The dense leg at a Chroma server: a collection for each generation of the indexes of a corpus."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from rag.adapters.chroma_errors import same_dimension
from rag.adapters.index_chroma import ChromaCollection
from rag.errors import DataFolderError, ServerUnreachable, SettingsError

if TYPE_CHECKING:
    from chromadb.api.client import Client

_SECONDS = 60.0
"""For one call. Chroma's client would wait for ever."""
_CONNECT_SECONDS = 5.0
_PAGE = 1_000
"""Entries in one request: 10 MB of JSON with vectors of 384 numbers."""


class ChromaServer:
    """Nothing is asked of the server before the first collection is wanted; when it was away, it is simply
    asked again. Safe for threads."""

    def __init__(self, url: str) -> None:
        """Raises SettingsError for what is no URL of a server."""
        try:
            parts = urlsplit(url)
            self._host, self._port = parts.hostname, parts.port
        except ValueError:
            parts, self._host = urlsplit(""), None
        if parts.scheme not in ("http", "https") or not self._host or parts.path.strip("/"):
            raise SettingsError(f"WENBAO_CHROMA_URL must read http://HOST:PORT, not {url!r}.")
        self._tls = parts.scheme == "https"
        self._url = url
        self._client: Client | None = None
        self._connecting = threading.Lock()

    def open(self, name: str) -> ChromaCollection:
        """The collection of this name, made where there is none. Raises ServerUnreachable."""
        return ChromaCollection(self._connected(), name, translated=self._translated, page=_PAGE)

    def names(self) -> list[str]:
        """Of all collections. Raises ServerUnreachable."""
        found: list[str] = []
        with self._translated():
            while page := self._connected().list_collections(limit=_PAGE, offset=len(found)):
                found += [collection.name for collection in page]
        return found

    def drop(self, name: str) -> None:
        """Nothing where there is none. Raises ServerUnreachable."""
        from chromadb.errors import NotFoundError

        with self._translated(), suppress(NotFoundError):
            self._connected().delete_collection(name)

    def close(self) -> None:
        if self._client is not None:
            for session in _sessions(self._client):
                session.close()
            self._client.close()

    def _connected(self) -> Client:
        from chromadb.api.client import Client
        from chromadb.config import Settings

        with self._connecting, self._translated():
            if self._client is None:
                client = Client(
                    settings=Settings(
                        chroma_api_impl="chromadb.api.fastapi.FastAPI",
                        chroma_server_host=self._host,
                        chroma_server_http_port=self._port or (443 if self._tls else 80),
                        chroma_server_ssl_enabled=self._tls,
                        anonymized_telemetry=False,
                    )
                )
                for session in _sessions(client):
                    session.timeout = httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS)
                self._client = client
            return self._client

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from chromadb.errors import ChromaError, NotFoundError

        try:
            with same_dimension():
                yield
        except NotFoundError as exc:
            raise DataFolderError(
                f"The passage index is not at the Chroma server {self._url} any more: start wenbao again, "
                "which makes it anew."
            ) from exc
        except (httpx.HTTPError, ChromaError) as exc:
            raise self._unreachable(exc) from exc
        except Exception as exc:
            # The client itself raises ValueError where it cannot connect, and Exception for what it does not
            # understand.
            if type(exc) not in (Exception, ValueError):
                raise
            raise self._unreachable(exc) from exc

    def _unreachable(self, exc: Exception) -> ServerUnreachable:
        words = " ".join(str(exc).split())[:200] or type(exc).__name__
        return ServerUnreachable(
            f"The Chroma server {self._url} cannot be reached or does not work ({words}): start it, or check "
            "WENBAO_CHROMA_URL."
        )


def _sessions(client: Client) -> list[httpx.Client]:
    """What a client sends its calls with: it has no setting for their time, and leaves connections open."""
    servers = (client._server, client._admin_client._server)  # type: ignore[attr-defined]  # of a Protocol
    found = [getattr(server, "_session", None) for server in servers]
    return [session for session in found if isinstance(session, httpx.Client)]
