"""/v1/conversations and /v1/answers: what was asked and answered, and what people thought of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from litestar import Litestar, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from rag.errors import InputError, RagError
from rag.library import Rag
from service.bounds import MAX_OFFSET
from service.document import BodilessOperation, ExportOperation, shown
from service.export import markdown
from service.keys import Caller
from service.problems import LOG, WITH_BODY, documented
from service.turns import Desk
from service.wire_conversations import (
    BeginBody,
    ConversationRecord,
    ConversationsRecord,
    FeedbackBody,
    MessageRecord,
    TitleBody,
    WholeConversationRecord,
    checked_title,
    conversation_record,
    message_record,
)

MAX_PAGE = 200
_DAY_SECONDS = 86_400.0


def owner(caller: NamedDependency[Caller]) -> str:
    """Whose conversations a caller sees: those of the key. Without keys all callers are one."""
    return caller.id


@post(
    "/v1/conversations",
    summary="Begin a conversation",
    responses=documented(*WITH_BODY, 507),
    operation_class=BodilessOperation,
)
async def begin(
    desk: NamedDependency[Desk], owner: NamedDependency[str], data: JSONBody[BeginBody | None] = None
) -> ConversationRecord:
    title = checked_title(data.title if data else "")
    begun = await desk.quick.run(lambda: desk.rag.conversations.begin(owner=owner, title=title))
    return conversation_record(begun)


@get(
    "/v1/conversations",
    summary="The conversations, a page at a time, the one last asked in first",
    responses=documented(),
)
async def list_conversations(
    desk: NamedDependency[Desk],
    owner: NamedDependency[str],
    q: Annotated[str, QueryParameter(description="Words in the title or a question")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 50,
    offset: Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET)] = 0,
) -> ConversationsRecord:
    def page() -> ConversationsRecord:
        kept = desk.rag.conversations
        words = q.strip()
        found = kept.page(owner=owner, containing=words, limit=limit, offset=offset)
        return ConversationsRecord(
            conversations=tuple(conversation_record(one) for one in found),
            total=kept.conversations(owner=owner, containing=words),
            limit=limit,
            offset=offset,
        )

    return await desk.quick.run(page)


@get(
    "/v1/conversations/{conversation_id:str}",
    summary="One conversation with its whole answers",
    responses=documented(404),
)
async def one_conversation(
    conversation_id: FromPath[str], desk: NamedDependency[Desk], owner: NamedDependency[str]
) -> WholeConversationRecord:
    return await desk.quick.run(lambda: _whole(desk.rag, conversation_id, owner))


@patch(
    "/v1/conversations/{conversation_id:str}",
    summary="Rename it",
    responses=documented(404, *WITH_BODY, 507),
)
async def rename(
    conversation_id: FromPath[str],
    data: JSONBody[TitleBody],
    desk: NamedDependency[Desk],
    owner: NamedDependency[str],
) -> ConversationRecord:
    title = checked_title(data.title)
    if not title:
        raise InputError("The title is empty: give one, or leave the conversation as it is.")
    kept = desk.rag.conversations
    return conversation_record(await desk.quick.run(lambda: kept.rename(conversation_id, title, owner=owner)))


@delete(
    "/v1/conversations/{conversation_id:str}",
    summary="Delete it with its answers",
    responses=documented(404),
)
async def remove(
    conversation_id: FromPath[str], desk: NamedDependency[Desk], owner: NamedDependency[str]
) -> None:
    await desk.quick.run(lambda: desk.rag.conversations.remove(conversation_id, owner=owner))


@get(
    "/v1/conversations/{conversation_id:str}/export",
    operation_class=ExportOperation,
    summary="The conversation as a file: Markdown with footnotes, or JSON",
    responses={
        200: shown(str, description="The file", media_type="text/markdown"),
        **documented(404),
    },
)
async def export(
    conversation_id: FromPath[str],
    desk: NamedDependency[Desk],
    owner: NamedDependency[str],
    format: FromQuery[Literal["markdown", "json"]] = "markdown",
) -> Response[bytes]:
    whole = await desk.quick.run(lambda: _whole(desk.rag, conversation_id, owner))
    if format == "json":
        content, media_type, ending = msgspec.json.encode(whole), "application/json", "json"
    else:
        content, media_type, ending = markdown(whole).encode(), "text/markdown", "md"
    name = f'attachment; filename="conversation-{whole.id}.{ending}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": name})


@get("/v1/answers/{answer_id:str}", summary="One answer as it was served", responses=documented(404))
async def one_answer(
    answer_id: FromPath[str], desk: NamedDependency[Desk], owner: NamedDependency[str]
) -> MessageRecord:
    return message_record(await desk.quick.run(lambda: desk.rag.conversations.answer(answer_id, owner=owner)))


@post(
    "/v1/answers/{answer_id:str}/feedback",
    status_code=200,
    summary="Rate an answer; a later rating takes the place of an earlier one",
    responses=documented(404, *WITH_BODY, 507),
)
async def feedback(
    answer_id: FromPath[str],
    data: JSONBody[FeedbackBody],
    desk: NamedDependency[Desk],
    owner: NamedDependency[str],
) -> MessageRecord:
    comment, kept = data.checked_comment(), desk.rag.conversations
    return message_record(
        await desk.quick.run(lambda: kept.rate(answer_id, owner=owner, rating=data.rating, comment=comment))
    )


ROUTES = (begin, list_conversations, one_conversation, rename, remove, export, one_answer, feedback)


def forgetting(desk: Desk) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """While the service runs: what is older than the setting `keep_days` is deleted, now and once a day."""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncGenerator[None]:
        daily = asyncio.create_task(_forget_daily(desk)) if desk.rag.settings.keep_days > 0 else None
        try:
            yield
        finally:
            if daily is not None:
                daily.cancel()
                with suppress(asyncio.CancelledError):
                    await daily

    return lifespan


async def _forget_daily(desk: Desk) -> None:
    while True:
        try:
            await asyncio.to_thread(forget_old, desk.rag)
        except RagError as error:  # the next day is another try
            LOG.error("Old answers could not be deleted: %s", error)
        await asyncio.sleep(_DAY_SECONDS)


def forget_old(rag: Rag) -> None:
    before = datetime.now(UTC) - timedelta(days=rag.settings.keep_days)
    rag.conversations.forget(before=before)


def _whole(rag: Rag, conversation_id: str, owner: str) -> WholeConversationRecord:
    record = conversation_record(rag.conversations.conversation(conversation_id, owner=owner))
    messages = rag.conversations.answers(conversation_id, owner=owner)
    return WholeConversationRecord(
        **msgspec.structs.asdict(record), messages=tuple(message_record(one) for one in messages)
    )
