"""Whether the service lives, and whether each part of it works."""

from __future__ import annotations

import asyncio

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec

from service.turns import Desk
from service.wire import LiveRecord, PartRecord, ReadyRecord

PROBE_SECONDS = 3.0


@get("/health/live", sync_to_thread=False, summary="The process answers")
def live() -> LiveRecord:
    return LiveRecord()


@get(
    "/health/ready",
    summary="Each part by name; 503 where one does not work",
    responses={503: ResponseSpec(ReadyRecord, description="A part does not work")},
)
async def ready(desk: NamedDependency[Desk]) -> Response[ReadyRecord]:
    parts = await _problems(desk)
    record = ReadyRecord(
        ready=not any(parts.values()),
        parts={name: PartRecord(ready=problem is None, problem=problem) for name, problem in parts.items()},
    )
    return Response(record, status_code=200 if record.ready else 503)


async def _problems(desk: Desk) -> dict[str, str | None]:
    """Only the embedder keeps a probe waiting, while it loads."""
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return (await desk.probes.run(desk.rag.health)).parts
    except TimeoutError:
        return {"embedder": "The embedder is still loading; ask again in some seconds."}
