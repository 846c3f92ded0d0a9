"""OpenTelemetry traces, when a collector is set: a span for each request and one for each stage of an answer.

Everything of OpenTelemetry is imported here and only then: it comes with the extra `otel`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rag import __version__
from rag.domain import Trace
from rag.errors import SettingsError

if TYPE_CHECKING:
    from litestar.plugins.opentelemetry import OpenTelemetryPlugin
    from opentelemetry.sdk.trace import TracerProvider

_STAGES = ("understand", "search", "model")
"""The stages that follow one another, in order; what is left of the total comes after them."""


class Tracing:
    """Sends spans to a collector in the background; one that is away costs no answer."""

    def __init__(self, endpoint: str) -> None:
        """Raises SettingsError where the extra is not installed."""
        self._provider = _provider(endpoint)
        self._tracer = self._provider.get_tracer("wenbao", __version__)

    def plugin(self) -> OpenTelemetryPlugin:
        """Spans of requests, which go on the trace of the caller (W3C `traceparent`)."""
        from litestar.plugins.opentelemetry import OpenTelemetryConfig, OpenTelemetryPlugin

        config = OpenTelemetryConfig(tracer_provider=self._provider, exclude_spans=["receive", "send"])
        return OpenTelemetryPlugin(config)

    def answered(self, trace: Trace) -> None:
        """A watcher of the desk. The stages' durations are measured; their beginnings are added up from the
        first, as the trace has durations only."""
        whole = trace.timings_ms.get("total", 0) * 1_000_000
        began = time.time_ns() - whole
        attributes = {"wenbao.status": trace.answer.status.value, "wenbao.mode": trace.answer.mode_used}
        answer = self._tracer.start_span("answer", start_time=began, attributes=attributes)
        from opentelemetry.trace import set_span_in_context

        inside = set_span_in_context(answer)
        for stage in _STAGES:
            if (milliseconds := trace.timings_ms.get(stage)) is not None:
                ended = began + milliseconds * 1_000_000
                self._tracer.start_span(stage, context=inside, start_time=began).end(ended)
                began = ended
        answer.end()

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()


def _provider(endpoint: str) -> TracerProvider:
    try:
        import opentelemetry.instrumentation.asgi  # noqa: F401 (the plugin wants it)
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsError(
            "WENBAO_OTEL_ENDPOINT wants the extra `otel`: run pip install 'wenbao[otel]', or leave it empty."
        ) from None
    provider = TracerProvider(
        resource=Resource.create({"service.name": "wenbao", "service.version": __version__}),
        shutdown_on_exit=False,
    )
    address = f"{endpoint.rstrip('/')}/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address, timeout=5)))
    return provider
