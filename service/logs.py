"""The log: one line for each request and each answer, to read or as JSON, with structlog.

The code logs with the standard library's loggers; here is only how their records are written. What a caller
typed is in no line unless a setting asks for it, and no key and no secret is.
"""

from __future__ import annotations

import logging
import re
import sys
import uuid
from collections.abc import Sequence
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from rag.domain import Trace
from rag.settings import Settings, secrets

REQUESTS = logging.getLogger("wenbao.request")
ANSWERS = logging.getLogger("wenbao.answer")

_KEY = re.compile(r"wb_[0-9a-f]+_[\w-]+")
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def set_up_logs(settings: Settings, *, to: TextIO | None = None) -> None:
    """For the process that serves: replaces the handlers of the root logger. The library's and uvicorn's own
    lines come from warnings on."""
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_written(settings.log_format, colours=handler.stream.isatty(), secrets=secrets(settings)),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("wenbao").setLevel(settings.log_level.upper())


def _written(log_format: str, *, colours: bool, secrets: Sequence[str]) -> list[Processor]:
    """Tracebacks without the values of variables: those may hold questions and keys."""
    hide = _Hide([secret for secret in secrets if secret])
    if log_format == "json":
        encode = structlog.processors.JSONRenderer(ensure_ascii=False)
        return [structlog.processors.format_exc_info, hide, encode]
    plain = structlog.dev.plain_traceback
    return [hide, structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain, sort_keys=False)]


class _Hide:
    """Writes `wb_…` for any key and `***` for the given secrets, wherever they stand."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = secrets

    def __call__(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        return {name: self._without(value) for name, value in event.items()}

    def _without(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        for secret in self._secrets:
            value = value.replace(secret, "***")
        return _KEY.sub("wb_…", value)


def begin_request(sent: str | None) -> str:
    """The id of a request: that which the client or a proxy sent, where it is a sane one, else a new one.
    Every line of the log that the request causes holds it."""
    request_id = sent if sent is not None and _SANE_ID.fullmatch(sent) else uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def current_request_id() -> str:
    """A new one outside a request."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4().hex)


def log_answer(trace: Trace, *, with_question: bool) -> None:
    """How a question was answered, not what was asked, unless `with_question`."""
    answer = trace.answer
    told: dict[str, object] = {
        "answer_id": trace.id,
        "outcome": answer.status.value,
        "mode_used": answer.mode_used,
        "faults": len(trace.faults),
        **{f"{stage}_ms": spent for stage, spent in trace.timings_ms.items()},
    }
    if answer.refusal is not None:
        told["refusal"] = answer.refusal.reason.value
    if with_question:
        told["question"] = trace.question.text
    ANSWERS.info("answer", extra=told)
