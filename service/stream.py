"""A question on its way: what a worker thread hears of it, as events on the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from rag.ask import Listener
from rag.domain import Citation, Mode, Question, ServedAnswer
from rag.record import AnswerRecord, answer_record, citation_record
from service.turns import Desk, Turns
from service.wire import EvidenceRecord, QueuedRecord, TokenRecord

BEAT_SECONDS = 5.0
"""The silence after which a stream tells that it lives: less than proxies wait."""
BEAT = b": \n\n"
"""A comment of a stream of events: clients pass over it."""
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second has nginx pass each event on at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`name` is one of queued, evidence, token, answer."""

    name: str
    body: QueuedRecord | EvidenceRecord | TokenRecord | AnswerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Whose an answer is, and the conversation that it goes on; every answer is kept before it is sent."""

    owner: str = ""
    conversation_id: str | None = None


EARLIER = 12
"""Questions of a conversation that a follow-up may lean on."""


class _Left(Exception):
    """The client is gone: ends the work in its thread."""


class _Relay(Listener):
    """Hears in the worker thread, tells the event loop. After `leave` the next thing heard ends the answer.

    Raising where a token is heard closes the generator of tokens, and so the request to the engine.
    """

    def __init__(self, events: asyncio.Queue[Event | None]) -> None:
        self._events = events
        self._loop = asyncio.get_running_loop()
        self._left = threading.Event()

    def leave(self) -> None:
        self._left.set()

    def wanted(self) -> bool:
        return not self._left.is_set()

    def check(self) -> None:
        if self._left.is_set():
            raise _Left

    def evidence(self, citations: Sequence[Citation]) -> None:
        records = tuple(citation_record(citation) for citation in citations)
        self._tell(Event(name="evidence", body=EvidenceRecord(citations=records)))

    def token(self, text: str) -> None:
        self._tell(Event(name="token", body=TokenRecord(text=text)))

    def _tell(self, event: Event) -> None:
        self.check()
        self._loop.call_soon_threadsafe(self._events.put_nowait, event)


def queue_for(question: Question, desk: Desk) -> Turns:
    """Where the question waits: before the model, or with the quick ones where no model will write."""
    writes = question.mode is Mode.AUTO and desk.rag.chat_model is not None
    return desk.written if writes else desk.quick


async def answer_events(
    question: Question, desk: Desk, *, keeping: Keeping = Keeping()
) -> AsyncGenerator[Event | None]:
    """What is known of the answer as it comes, and last of all the answer. None where there was nothing to
    tell for BEAT_SECONDS.

    Closing it, or cancelling who waits for it, ends the work at its next token. Raises what `Rag.ask` raises,
    and NotFound where there is no such conversation.
    """
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    relay = _Relay(events)
    work = asyncio.create_task(
        queue_for(question, desk).run(
            lambda: _answer(desk, question, relay, keeping),
            told=lambda place: events.put_nowait(Event(name="queued", body=QueuedRecord(place=place))),
        )
    )
    work.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while not (work.done() and events.empty()):
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    event = await events.get()
            except TimeoutError:
                yield None
                continue
            if event is not None:  # the end of the work puts None, which ends the wait
                yield event
        yield Event(name="answer", body=await work)
    finally:
        relay.leave()
        work.cancel()


async def whole_answer(question: Question, desk: Desk, *, keeping: Keeping = Keeping()) -> AnswerRecord:
    async with aclosing(answer_events(question, desk, keeping=keeping)) as events:
        async for event in events:
            if event is not None and isinstance(event.body, AnswerRecord):
                return event.body
    raise AssertionError("the events of an answer end with the answer")


def _answer(desk: Desk, question: Question, relay: _Relay, keeping: Keeping) -> AnswerRecord:
    relay.check()
    kept, conversation_id = desk.rag.conversations, keeping.conversation_id
    if conversation_id is not None:
        earlier = kept.questions(conversation_id, owner=keeping.owner, last=EARLIER)
        question = replace(question, earlier=tuple(earlier))
    trace = desk.rag.ask(question, listener=relay)
    for watcher in desk.watchers:
        watcher(trace)
    relay.check()
    record = answer_record(trace)
    served = ServedAnswer(
        id=record.id,
        conversation_id=conversation_id,
        question=question.text,
        question_understood=record.question_understood,
        record=msgspec.json.encode(record),
        created_at=datetime.now(UTC),
    )
    kept.keep(served, owner=keeping.owner)
    return record


def sse(name: str, body: msgspec.Struct) -> bytes:
    """One server-sent event. JSON escapes line breaks, so that its data is one line."""
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(body) + b"\n\n"
