"""Whether the service lives, and whether each part of it works."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency

from service.document import NO_KEY, WITH_KEY, shown
from service.keys import ACCESS, OPEN, TOLD, Caller
from service.probes import Probes
from service.problems import documented
from service.wire import LiveRecord, PartRecord, ReadyRecord

_UNTOLD = "It does not work; with a key you are told why."


@get(
    "/health/live",
    opt={ACCESS: OPEN},
    security=[NO_KEY],
    sync_to_thread=False,
    summary="The process answers",
    responses=documented(),
)
def live() -> LiveRecord:
    return LiveRecord()


@get(
    "/health/ready",
    opt={ACCESS: TOLD},
    security=[NO_KEY, WITH_KEY],
    summary="Each part by name; 503 where one does not work",
    responses={
        **documented(),
        503: shown(ReadyRecord, description="A part does not work"),
    },
)
async def ready(probes: NamedDependency[Probes], caller: NamedDependency[Caller]) -> Response[ReadyRecord]:
    """What is wrong with a part may name files: who shows no key hears only that something is."""
    parts = await probes.problems()
    if caller.role is None:
        parts = {name: problem and _UNTOLD for name, problem in parts.items()}
    record = ReadyRecord(
        ready=not any(parts.values()),
        parts={name: PartRecord(ready=problem is None, problem=problem) for name, problem in parts.items()},
    )
    return Response(record, status_code=200 if record.ready else 503)


ROUTES = (live, ready)
