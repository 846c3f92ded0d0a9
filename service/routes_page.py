"""The page: a few static files, served with headers that let nothing else into it."""

from __future__ import annotations

from pathlib import Path

from litestar import MediaType, Response, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders
from litestar.static_files import create_static_files_router
from litestar.types import Message, Scope

from rag.adapters.script_opencc import character_pairs
from service.keys import ACCESS, OPEN

FOLDER = Path(__file__).parent / "web"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"  # text can nowhere become markup
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@get("/", sync_to_thread=False, include_in_schema=False, media_type=MediaType.HTML, opt={ACCESS: OPEN})
def page() -> Response[bytes]:
    return Response((FOLDER / "index.html").read_bytes(), headers={"Cache-Control": "no-cache"})


@get(
    "/web/pairs.txt",
    sync_to_thread=True,
    include_in_schema=False,
    media_type=MediaType.TEXT,
    opt={ACCESS: OPEN},
)
def pairs() -> Response[str]:
    """Traditional characters and their simplified ones, pair by pair, for the search in a report."""
    return Response(character_pairs(), headers={"Cache-Control": "max-age=86400"})


PAGE_FILES = create_static_files_router(
    "/web",
    [FOLDER],
    include_in_schema=False,
    cache_control=CacheControlHeader(no_cache=True),
    opt={ACCESS: OPEN},
)
"""Style, script and icon at /web; the browser asks each time whether they have changed."""

ROUTES = (page, pairs, PAGE_FILES)

COMPRESSION = CompressionConfig(backend="gzip", exclude=[r"^/(?!web/|$)"])
"""Of the page alone: streams of events must not wait in a compressor."""


async def guard(message: Message, _scope: Scope) -> None:
    """Sets the headers on every response, problems too."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
