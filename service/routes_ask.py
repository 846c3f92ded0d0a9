"""POST /v1/ask and POST /v1/search."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import TypeVar

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import JSONBody
from litestar.response import Stream

from rag.domain import Question
from rag.library import Rag
from rag.record import AnswerRecord, hit_record
from service.document import StreamedOperation, shown
from service.keys import Caller, while_standing
from service.problems import WITH_BODY, documented, problem_of
from service.stream import BEAT, STREAM_HEADERS, Keeping, answer_events, queue_for, sse, whole_answer
from service.turns import Desk
from service.wire import AskBody, HitsRecord, SearchBody

T = TypeVar("T")


@post(
    "/v1/ask",
    status_code=200,
    summary="Answer a question from the reports, or refuse",
    description=(
        "With `stream`: server-sent events `queued` while it waits, `evidence` and `token`, then "
        "`answer` with the object that the same request without `stream` gives, or `error` with a problem. "
        "In a conversation a follow-up is made whole out of the questions before it: `question_understood`."
    ),
    responses={
        200: shown(AnswerRecord, description="The answer or the refusal"),
        **documented(404, *WITH_BODY, 507),
    },
    operation_class=StreamedOperation,
)
async def ask(
    data: JSONBody[AskBody],
    request: Request[object, object, State],
    desk: NamedDependency[Desk],
    caller: NamedDependency[Caller],
) -> Response[AnswerRecord] | Stream:
    question = data.asked()
    keeping = Keeping(owner=caller.id, conversation_id=data.conversation_id)
    if not data.stream:
        answer = await unless_gone(request, whole_answer(question, desk, keeping=keeping))
        await caller.check()
        return Response(answer)
    if (conversation_id := data.conversation_id) is not None:
        # A stream that has begun could not say 404.
        await desk.quick.run(lambda: desk.rag.conversations.conversation(conversation_id, owner=caller.id))
    queue_for(question, desk).check()
    return Stream(
        _streamed(question, desk, keeping, caller),
        media_type="text/event-stream",
        headers=STREAM_HEADERS,
    )


@post(
    "/v1/search",
    status_code=200,
    summary="Ranked sentences of the reports",
    responses=documented(*WITH_BODY),
)
async def search(data: JSONBody[SearchBody], desk: NamedDependency[Desk]) -> HitsRecord:
    data.check()
    return await desk.quick.run(lambda: _hits(desk.rag, data))


ROUTES = (ask, search)


def _hits(rag: Rag, body: SearchBody) -> HitsRecord:
    hits = rag.search(body.query, filters=body.filters.filters(), limit=body.k)
    sources = rag.source_texts(hit.report for hit in hits)
    return HitsRecord(hits=tuple(hit_record(hit, sources[hit.report.source_id]) for hit in hits))


async def _streamed(
    question: Question, desk: Desk, keeping: Keeping, caller: Caller
) -> AsyncGenerator[bytes]:
    """Once the response has begun, an error can only be told as its last event."""
    yield BEAT
    answering = answer_events(question, desk, keeping=keeping)
    try:
        async with aclosing(while_standing(answering, caller)) as events:
            async for event in events:
                yield BEAT if event is None else sse(event.name, event.body)
    except Exception as error:  # the outermost edge, as in `problems`
        yield sse("error", problem_of(error))


async def unless_gone(request: Request[object, object, State], call: Coroutine[None, None, T]) -> T:
    """What `call` gives; it is cancelled when the client leaves before."""
    work = asyncio.ensure_future(call)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise ClientException("The client left before the answer.")  # nobody reads it
        return await work
    finally:
        work.cancel()
        gone.cancel()


async def _gone(request: Request[object, object, State]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
