"""Whether the service lives, and whether each part of it works."""

from __future__ import annotations

import asyncio

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec

from service.keys import ACCESS, OPEN, TOLD, Caller
from service.problems import documented
from service.turns import Desk
from service.wire import LiveRecord, PartRecord, ReadyRecord

PROBE_SECONDS = 3.0
_UNTOLD = "It does not work; with a key you are told why."


@get(
    "/health/live",
    opt={ACCESS: OPEN},
    sync_to_thread=False,
    summary="The process answers",
    responses=documented(),
)
def live() -> LiveRecord:
    return LiveRecord()


@get(
    "/health/ready",
    opt={ACCESS: TOLD},
    summary="Each part by name; 503 where one does not work",
    responses={**documented(), 503: ResponseSpec(ReadyRecord, description="A part does not work")},
)
async def ready(desk: NamedDependency[Desk], caller: NamedDependency[Caller]) -> Response[ReadyRecord]:
    """What is wrong with a part may name files: who shows no key hears only that something is."""
    parts = await _problems(desk)
    if caller.role is None:
        parts = {name: problem and _UNTOLD for name, problem in parts.items()}
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
