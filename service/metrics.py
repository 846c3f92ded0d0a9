"""GET /metrics: what the service does, for Prometheus. A registry for each app, none for the process."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from rag.adapters.tokens_tiktoken import count_tokens
from rag.domain import Trace
from rag.errors import DataFolderError
from rag.library import Rag
from service.keys import ACCESS, MEASURED
from service.problems import documented
from service.turns import Desk, Turns

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Metrics:
    """Counts what it hears of. Safe for threads."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)

        def counter(name: str, says: str, *labels: str) -> Counter:
            return Counter(f"wenbao_{name}", says, labels, registry=registry)

        def seconds(name: str, says: str, *labels: str) -> Histogram:
            return Histogram(f"wenbao_{name}_seconds", says, labels, registry=registry, buckets=_SECONDS)

        def gauge(name: str, says: str, *labels: str) -> Gauge:
            return Gauge(f"wenbao_{name}", says, labels, registry=registry)

        self._requests = counter("requests", "Requests answered", "method", "route", "status")
        self._request_seconds = seconds("request", "Until the last byte of the answer", "route")
        self._answers = counter("answers", "Questions answered or refused", "status", "mode")
        self._refusals = counter("refusals", "Questions refused, in whole or in part", "reason")
        self._drafts_failed = counter("drafts_failed", "Drafts of the model that were not served")
        self._faults = counter("faults", "Checks that drafts failed")
        self._stage_seconds = seconds("stage", "Stages of an answer, as in timings_ms", "stage")
        self._tokens = counter("tokens", "Tokens (cl100k) read and written by the model", "direction")
        self._waiting = gauge("waiting", "Calls that wait for their turn", "queue")
        self._running = gauge("running", "Calls under way", "queue")
        self._size = gauge("index_size", "How much there is", "of")

    def served(self, *, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method if method in _METHODS else "other", route, status).inc()
        self._request_seconds.labels(route).observe(seconds)

    def answered(self, trace: Trace) -> None:
        """A watcher of the desk."""
        answer = trace.answer
        self._answers.labels(answer.status.value, answer.mode_used).inc()
        if answer.refusal is not None:
            self._refusals.labels(answer.refusal.reason.value).inc()
        if trace.faults:
            self._drafts_failed.inc()
            self._faults.inc(len(trace.faults))
        for stage, milliseconds in trace.timings_ms.items():
            self._stage_seconds.labels(stage).observe(milliseconds / 1000)
        if trace.prompt is not None:
            self._tokens.labels("read").inc(count_tokens(trace.prompt.system + trace.prompt.user))
        if trace.draft is not None:
            self._tokens.labels("written").inc(count_tokens(trace.draft.text))

    def page(self, *, queues: Mapping[str, Turns], sizes: Mapping[str, int]) -> bytes:
        for name, turns in queues.items():
            self._waiting.labels(name).set(turns.waiting)
            self._running.labels(name).set(turns.running)
        for name, size in sizes.items():
            self._size.labels(name).set(size)
        return generate_latest(self._registry)


@get(
    "/metrics",
    opt={ACCESS: MEASURED},
    summary="For Prometheus",
    media_type="text/plain",
    responses=documented(),
)
async def metrics(desk: NamedDependency[Desk], measured: NamedDependency[Metrics]) -> Response[bytes]:
    sizes = await desk.quick.run(lambda: _sizes(desk.rag))
    return Response(measured.page(queues=desk.queues, sizes=sizes), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _sizes(rag: Rag) -> dict[str, int]:
    """None where the store cannot be read: the rest is to be had all the same."""
    try:
        return {"reports": len(rag.reports()), **rag.index_sizes()}
    except DataFolderError:
        return {}
