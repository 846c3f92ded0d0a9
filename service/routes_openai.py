"""POST /v1/chat/completions and GET /v1/models: the service as a model, for clients of OpenAI's API."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from litestar.types import ExceptionHandlersMap

from rag.adapters.tokens_tiktoken import count_tokens
from rag.ask import MAX_QUESTION, check_question
from rag.domain import Mode, Question
from rag.record import AnswerRecord
from service.keys import Caller, while_standing
from service.openai_form import (
    ChatBody,
    Completion,
    CompletionRecord,
    Content,
    ErrorBody,
    ErrorRecord,
    ModelRecord,
    ModelsRecord,
    UsageRecord,
    content_of,
)
from service.problems import problem_of
from service.routes_ask import unless_gone
from service.stream import (
    BEAT,
    EARLIER,
    STREAM_HEADERS,
    Event,
    Keeping,
    answer_events,
    queue_for,
    whole_answer,
)
from service.turns import Desk

MODELS = {"wenbao": Mode.AUTO, "wenbao-extractive": Mode.EXTRACTIVE}
"""What may stand in `model`: `mode` of POST /v1/ask."""

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class _Fault(Exception):
    """A request that is wrong in OpenAI's terms."""

    def __init__(self, words: str, *, param: str, code: str = "invalid_input", status: int = 400) -> None:
        super().__init__(words)
        self.status = status
        self.record = ErrorRecord(message=words, type="invalid_request_error", param=param, code=code)


def error_of(error: Exception) -> tuple[int, ErrorRecord]:
    """The status and OpenAI's form of what elsewhere is a problem object."""
    if isinstance(error, _Fault):
        return error.status, error.record
    problem = problem_of(error)
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    return problem.status, ErrorRecord(
        message=problem.detail,
        type=_TYPES.get(problem.status, kind),
        param=_param(error),
        code=problem.code,
    )


def _param(error: Exception) -> str | None:
    """The field that is wrong, where the framework names one; it calls the body `data`."""
    faults = error.extra if isinstance(error, HTTPException) else None
    first = faults[0] if isinstance(faults, list) and faults else None
    key = first.get("key") if isinstance(first, dict) else None
    return None if key in (None, "data") else str(key)


def _answer_error(_request: Request[object, object, State], error: Exception) -> Response[ErrorBody]:
    status, record = error_of(error)
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(ErrorBody(error=record), status_code=status, headers=headers)


_HANDLERS: ExceptionHandlersMap = {HTTPException: _answer_error, Exception: _answer_error}


def _documented(*statuses: int) -> dict[int, ResponseSpec]:
    """The errors that a call may answer with, and those of the door, which any may."""
    return {
        status: ResponseSpec(ErrorBody, description=HTTPStatus(status).phrase, media_type="application/json")
        for status in sorted({*statuses, 401, 403, 429})
    }


@get(
    "/v1/models",
    sync_to_thread=False,
    summary="The models of this service, in OpenAI's form",
    responses=_documented(),
    exception_handlers=_HANDLERS,
)
def list_models() -> ModelsRecord:
    return ModelsRecord(data=tuple(ModelRecord(id=name) for name in MODELS))


@get(
    "/v1/models/{model:str}",
    sync_to_thread=False,
    summary="One model, in OpenAI's form",
    responses=_documented(404),
    exception_handlers=_HANDLERS,
)
def one_model(model: FromPath[str]) -> ModelRecord:
    _mode(model)
    return ModelRecord(id=model)


@post(
    "/v1/chat/completions",
    status_code=200,
    summary="Answer a question, in OpenAI's form",
    description=(
        "The last user message is the question, which may lean on the earlier ones; other messages change "
        "nothing. The content ends in numbered notes with the quotations, which are in `annotations` too; "
        "`answer` is the record that /v1/ask gives. With `stream` the content comes in chunks once it is "
        "proven, with comments while the model writes."
    ),
    responses={
        200: ResponseSpec(CompletionRecord, description="The answer or the refusal"),
        **_documented(400, 404, 413, 503),
    },
    exception_handlers=_HANDLERS,
)
async def complete(
    data: JSONBody[ChatBody],
    request: Request[object, object, State],
    desk: NamedDependency[Desk],
    caller: NamedDependency[Caller],
) -> Response[CompletionRecord] | Stream:
    question = _question(data)
    completion = Completion(id=f"chatcmpl-{uuid.uuid4().hex}", created=int(time.time()), model=data.model)
    base_url = str(request.base_url)
    if data.stream:
        queue_for(question, desk).check()
        answering = answer_events(question, desk, keeping=Keeping(owner=caller.id))
        chunks = _streamed(while_standing(answering, caller), data, completion, base_url)
        return Stream(chunks, media_type="text/event-stream", headers=STREAM_HEADERS)
    whole = whole_answer(question, desk, keeping=Keeping(owner=caller.id))
    record = await unless_gone(request, whole)
    await caller.check()
    content, usage = await _told(record, data, base_url)
    return Response(completion.whole(record, content, usage))


ROUTES = (complete, list_models, one_model)


def _mode(model: str) -> Mode:
    if model not in MODELS:
        words = f"There is no model {model!r}: ask {' or '.join(MODELS)}."
        raise _Fault(words, param="model", code="model_not_found", status=404)
    return MODELS[model]


def _question(body: ChatBody) -> Question:
    mode = _mode(body.model)
    if body.n not in (None, 1):
        raise _Fault(f"n is {body.n}: a question has one answer, leave n out.", param="n")
    asked = body.asked
    if not asked:
        raise _Fault("There is no message of the role user: send the question as one.", param="messages")
    if not all(message.is_text for message in asked):
        raise _Fault("Only text is read: send the question as text.", param="messages")
    *before, text = (message.text for message in asked)
    check_question(text)
    earlier = [one for one in before if len(one.strip()) > 0 and len(one) <= MAX_QUESTION]
    return Question(text=text, mode=mode, earlier=tuple(earlier[-EARLIER:]))


async def _told(record: AnswerRecord, body: ChatBody, base_url: str) -> tuple[Content, UsageRecord]:
    """Counting a long conversation takes a moment: in a thread."""
    content = content_of(record, base_url)
    prompt = "\n".join(message.text for message in body.messages)
    read, written = await asyncio.to_thread(lambda: (count_tokens(prompt), count_tokens(content.text)))
    return content, UsageRecord(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)


async def _streamed(
    answering: AsyncGenerator[Event | None], body: ChatBody, completion: Completion, base_url: str
) -> AsyncGenerator[bytes]:
    """Once the response has begun, an error can only be told in a chunk's place."""
    with_usage = body.stream_options is not None and bool(body.stream_options.include_usage)
    yield _sse(completion.first(with_usage=with_usage))
    try:
        async with aclosing(answering) as events:
            async for event in events:
                if event is None:
                    yield BEAT
                elif isinstance(event.body, AnswerRecord):
                    content, usage = await _told(event.body, body, base_url)
                    for chunk in completion.rest(event.body, content, usage, with_usage=with_usage):
                        yield _sse(chunk)
        yield b"data: [DONE]\n\n"
    except Exception as error:  # the outermost edge, as in `problems`
        yield _sse(ErrorBody(error=error_of(error)[1]))


def _sse(record: msgspec.Struct) -> bytes:
    return b"data: " + msgspec.json.encode(record) + b"\n\n"
