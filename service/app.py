"""A `Rag` as a web service."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import PermissionDeniedException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from rag import __version__
from rag.library import Rag
from service import (
    problems,
    routes_ask,
    routes_health,
    routes_jobs,
    routes_page,
    routes_reports,
    routes_sources,
)
from service.jobs import Jobs
from service.turns import Desk

MAX_BODY_BYTES = 1_000_000


def create_app(rag: Rag, *, desk: Desk | None = None) -> Litestar:
    """The service over an open `Rag`, which stays the caller's to close."""
    desk = desk or Desk(rag=rag)
    jobs = Jobs(rag)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            desk.close()

    return Litestar(
        route_handlers=[
            routes_ask.ask,
            routes_ask.search,
            routes_reports.list_reports,
            routes_reports.one_report,
            routes_reports.source_text,
            *routes_sources.handlers(),
            *routes_jobs.handlers(),
            routes_health.live,
            routes_health.ready,
            routes_page.page,
            routes_page.page_files(),
        ],
        dependencies={
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "jobs": Provide(lambda: jobs, sync_to_thread=False),
        },
        exception_handlers=problems.HANDLERS,
        before_request=check_caller,
        before_send=[routes_page.guard],
        lifespan=[lifespan, jobs.working],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=OpenAPIConfig(
            title="wenbao",
            version=__version__,
            description="Questions to Chinese work reports. Offsets are code points, end exclusive.",
            path="/schema",
            render_plugins=[JsonRenderPlugin(path=["/openapi.json", "/"])],
        ),
        logging_config=None,
    )


def check_caller(request: Request[object, object, State]) -> None:
    """Keeps out other sites' pages in a browser on this machine: nothing else guards a service without keys.

    They call with their own name as `Host` when they pointed it at loopback (DNS rebinding), and with it as
    `Origin` when they post across sites. Raises PermissionDeniedException.
    """
    names = [f"//{request.headers.get('host', '')}", *request.headers.getall("origin", [])]
    if not all(is_loopback(_host(name)) for name in names):
        raise PermissionDeniedException("Only this machine is served: call 127.0.0.1 or localhost.")


def _host(address: str) -> str:
    """Of `//127.0.0.1:8000` or `http://localhost`; empty where it is no address."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
