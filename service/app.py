"""A `Rag` as a web service."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial

from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from rag import __version__
from rag.domain import Trace
from rag.keys import Keys
from rag.library import Rag
from rag.settings import Settings
from service import (
    problems,
    routes_ask,
    routes_conversations,
    routes_health,
    routes_jobs,
    routes_openai,
    routes_page,
    routes_reports,
    routes_sources,
)
from service.document import WITH_KEY, Document, tell_methods
from service.front import Front
from service.jobs import Jobs
from service.keys import ACCESS, OPEN, Door, caller_of
from service.limits import Limits
from service.logs import log_answer
from service.metrics import Metrics, metrics
from service.probes import Probes
from service.tracing import Tracing
from service.turns import Desk, Turns

MAX_BODY_BYTES = 1_000_000
_HOSTED_ANSWERS = 8
"""Written at once by a model server, which batches them; the local engine takes every core for one."""


ROUTES = (
    *routes_ask.ROUTES,
    *routes_reports.ROUTES,
    *routes_sources.ROUTES,
    *routes_jobs.ROUTES,
    *routes_conversations.ROUTES,
    *routes_openai.ROUTES,
    *routes_health.ROUTES,
    *routes_page.ROUTES,
    metrics,
)


def create_app(rag: Rag, *, desk: Desk | None = None, keys: Keys | None = None) -> Litestar:
    """The service over an open `Rag`, which stays the caller's to close, as `keys` do.

    Without `keys` nobody needs one, and only callers on this machine are let in. Raises SettingsError.
    """
    settings = rag.settings
    measured, probes, jobs = Metrics(), Probes(rag), Jobs(rag)
    tracing = Tracing(settings.otel_endpoint) if settings.otel_endpoint else None
    desk = _watched(desk or desk_of(rag), measured, tracing)
    closing = [desk.close, probes.close, *([tracing.close] if tracing else [])]
    app = Litestar(
        route_handlers=ROUTES,
        dependencies={
            "desk": _given(desk),
            "jobs": _given(jobs),
            "probes": _given(probes),
            "measured": _given(measured),
            "caller": Provide(caller_of, sync_to_thread=False),
            "owner": Provide(routes_conversations.owner, sync_to_thread=False),
        },
        exception_handlers=problems.HANDLERS,
        guards=[door_of(settings, keys).admit],
        before_send=[routes_page.guard, tell_methods],
        cors_config=_cors(settings),
        compression_config=routes_page.COMPRESSION,
        plugins=[tracing.plugin()] if tracing else [],
        # They end in the reverse order: first who works, then what they work with.
        lifespan=[_closed_at_the_end(closing), routes_conversations.forgetting(desk), jobs.working],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=_openapi(keys_wanted=keys is not None),
        logging_config=None,
    )
    app.asgi_handler = Front(app.asgi_handler, measured)
    return app


def _watched(desk: Desk, measured: Metrics, tracing: Tracing | None) -> Desk:
    """The desk with who hears of every answer."""
    with_question = desk.rag.settings.log_questions
    watchers: list[Callable[[Trace], None]] = [*desk.watchers, measured.answered]
    watchers.append(partial(log_answer, with_question=with_question))
    if tracing:
        watchers.append(tracing.answered)
    return replace(desk, watchers=watchers)


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


def _closed_at_the_end(
    closing: Sequence[Callable[[], None]],
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            for close in closing:
                close()

    return lifespan


def desk_of(rag: Rag) -> Desk:
    settings = rag.settings
    at_once = settings.answers_at_once or (_HOSTED_ANSWERS if settings.chat_url else 1)
    return Desk(rag=rag, written=Turns(at_once=at_once, waiting=settings.answers_waiting))


def door_of(settings: Settings, keys: Keys | None) -> Door:
    return Door(
        keys=keys,
        limits=Limits(
            by_key=settings.key_requests_per_minute, by_address=settings.address_requests_per_minute
        ),
        open_metrics=settings.metrics == "open",
        origins=_listed(settings.cors_origins),
    )


def _openapi(*, keys_wanted: bool) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="wenbao",
        version=__version__,
        description="Questions to Chinese work reports. Offsets are code points, end exclusive.",
        components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
        security=[WITH_KEY] if keys_wanted else None,
        openapi_router=Router("/schema", route_handlers=[], opt={ACCESS: OPEN}, include_in_schema=False),
        render_plugins=[Document()],
    )


def _cors(settings: Settings) -> CORSConfig | None:
    """Keys travel in a header, never in a cookie: credentials stay off."""
    origins = _listed(settings.cors_origins)
    if not origins:
        return None
    return CORSConfig(
        allow_origins=origins,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["authorization", "content-type", "x-request-id"],
        expose_headers=["X-Request-ID", "Retry-After"],
    )


def _listed(text: str) -> list[str]:
    return [one.strip().rstrip("/") for one in text.split(",") if one.strip()]
