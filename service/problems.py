"""The one place that turns errors into `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, InternalServerException, SerializationException
from litestar.openapi import ResponseSpec
from litestar.types import ExceptionHandlersMap

from rag import errors
from rag.errors import (
    ChatError,
    DataFolderError,
    DiskFull,
    InputError,
    ModelError,
    NotFound,
    RagError,
    UploadTooLarge,
)
from service.bounds import told
from service.document import shown
from service.logs import current_request_id

LOG = logging.getLogger("wenbao")
MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[RagError], HTTPStatus] = {
    InputError: HTTPStatus.BAD_REQUEST,
    UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    DiskFull: HTTPStatus.INSUFFICIENT_STORAGE,
    NotFound: HTTPStatus.NOT_FOUND,
    DataFolderError: HTTPStatus.SERVICE_UNAVAILABLE,
    ModelError: HTTPStatus.SERVICE_UNAVAILABLE,
    ChatError: HTTPStatus.SERVICE_UNAVAILABLE,
    RagError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of each branch of the family; the nearest ancestor counts."""

ANY_CALL = (400, 401, 403, 429, 503)
WITH_BODY = (408, 413)
"""Statuses that any call, and any call with a body, may answer with."""

_CODES = {
    400: "invalid_input",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    429: "busy",
    503: "unavailable",
}
"""The code of what the framework raises, by status."""

_FAMILY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RagError)]
CODES = sorted({"internal", *_CODES.values(), *(kind.code for kind in _FAMILY)})
"""Every code that a problem may have. They are stable: clients decide by them."""

_CLIENT_LEFT = "client disconnected prematurely"
"""So the framework says, as of an error of the service. Nobody reads the answer."""

_DETAILS = {
    404: "There is nothing at this address: see /schema for what there is.",
    405: "This address does not take this method: see /schema for those that it takes.",
    413: "The request is larger than 1 MB: send less.",
}
"""Said instead of the framework's words, which only name the status."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`code` is stable. `request_id` is set where the log has more under it."""

    type: str
    title: str
    status: int
    detail: str
    code: Annotated[str, told(enum=CODES)]
    request_id: str | None = None


def problem_of(error: Exception) -> Problem:
    """The problem that tells of an error. What is our fault is logged under the id that the problem names."""
    if isinstance(error, RagError):
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        problem = _problem(status, error.code, str(error))
        return _logged(problem, error) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else problem
    if isinstance(error, InternalServerException) and error.detail == _CLIENT_LEFT:
        words = "The client left before its request was whole."
        return _problem(HTTPStatus.BAD_REQUEST, "invalid_input", words)
    if isinstance(error, HTTPException) and error.status_code != HTTPStatus.INTERNAL_SERVER_ERROR:
        status = HTTPStatus(error.status_code)
        return _problem(status, _CODES.get(status, "invalid_input"), _detail(error))
    words = "Something went wrong in the service; its log says what."
    return _logged(_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", words), error)


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """For OpenAPI: the problems that a call may answer with, and those that any may: of its parameters, of
    the door, and of a service that stops or cannot read its data."""
    return {
        status: shown(Problem, description=HTTPStatus(status).phrase, media_type=MEDIA_TYPE)
        for status in sorted({*statuses, *ANY_CALL})
    }


def answer_problem(_request: Request[object, object, State], error: Exception) -> Response[bytes]:
    problem = problem_of(error)
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, headers=headers, media_type=MEDIA_TYPE
    )


HANDLERS: ExceptionHandlersMap = {HTTPException: answer_problem, Exception: answer_problem}


def _problem(status: HTTPStatus, code: str, detail: str) -> Problem:
    return Problem(
        type=f"urn:wenbao:problem:{code}", title=status.phrase, status=status.value, detail=detail, code=code
    )


def _detail(error: HTTPException) -> str:
    """One sentence: what is wrong, with the field where there is one."""
    if isinstance(error.__cause__, SerializationException):
        return f"The body is not JSON ({error.detail}): send a JSON object."
    if isinstance(error.extra, list) and error.extra:
        return " ".join(_fault(fault) for fault in error.extra if isinstance(fault, dict))
    return _DETAILS.get(error.status_code, error.detail)


def _fault(fault: dict[str, object]) -> str:
    """`{"key": "question", "message": "Expected `str`, got `int`"}` → question: Expected `str`, got `int`.

    The framework calls the body `data`.
    """
    key, message = fault.get("key"), str(fault.get("message", "")).rstrip(".")
    if key == "data":
        return "The request has no body: send a JSON object." if message == "'data'" else f"{message}."
    return f"{key}: {message}."


def _logged(problem: Problem, error: Exception) -> Problem:
    """A RagError says in its sentence what to do; of anything else the traceback is needed."""
    request_id = current_request_id()
    LOG.error("request %s: %s", request_id, error, exc_info=None if isinstance(error, RagError) else error)
    return msgspec.structs.replace(problem, request_id=request_id)
