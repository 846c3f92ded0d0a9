"""Sources: uploaded, listed, given back as they came, removed."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from litestar import Request, Response, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import TooManyRequestsException
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, QueryParameter
from litestar.response import File

from rag.jobs import Job
from rag.library import Rag
from service.bounds import MAX_OFFSET
from service.document import MEDIA_TYPES, FileOperation, shown
from service.jobs import UPLOADS_AT_ONCE, Jobs
from service.keys import admins_only
from service.problems import WITH_BODY, documented
from service.routes_reports import MAX_PAGE
from service.turns import RETRY_SECONDS, Desk
from service.uploads import FIRST_YEAR, LAST_YEAR, receive
from service.wire_corpus import AcceptedRecord, SourceRecord, SourcesRecord, source_record


@dataclass
class _UploadOperation(Operation):
    """The form, for OpenAPI: the handler takes the body as it comes, and no framework reads it."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, content_media_type="application/octet-stream")
        form = Schema(
            type=OpenAPIType.OBJECT,
            properties={
                "files": Schema(type=OpenAPIType.ARRAY, items=file, min_items=1),
                "region": Schema(type=OpenAPIType.STRING, description="Whose reports these are"),
                "year": Schema(
                    type=OpenAPIType.INTEGER,
                    minimum=FIRST_YEAR,
                    maximum=LAST_YEAR,
                    description="In which year they were given",
                ),
            },
            required=["files"],
            additional_properties=False,
        )
        self.request_body = RequestBody(
            content={"multipart/form-data": OpenAPIMediaType(schema=form)}, required=True
        )


@post(
    "/v1/sources",
    status_code=202,
    summary="Take in files and zips of files; they are ingested in the background",
    description=(
        "Text, Markdown, HTML, PDF, Word (.docx) and zips, known by content. When the answer comes, the "
        "files are safe on the disk; `/v1/jobs/{job_id}` tells what becomes of them. A file of a name that "
        "was uploaded before takes the place of the former."
    ),
    responses={
        202: shown(AcceptedRecord, description="The job that ingests them"),
        **documented(*WITH_BODY, 507),
    },
    guards=[admins_only],
    operation_class=_UploadOperation,
    request_max_body_size=None,  # bounded by settings, in `uploads`
)
async def upload(
    request: Request[object, object, State], desk: NamedDependency[Desk], jobs: NamedDependency[Jobs]
) -> Response[AcceptedRecord]:
    job_id = uuid.uuid4().hex
    if jobs.receiving.locked():
        raise TooManyRequestsException(
            f"{UPLOADS_AT_ONCE} uploads are coming in already; send this one in {RETRY_SECONDS} seconds.",
            headers={"Retry-After": str(RETRY_SECONDS)},
        )
    async with jobs.receiving:
        uploaded = await receive(
            request.stream(),
            content_type=request.headers.get("content-type", ""),
            length=request.content_length,
            folder=jobs.folder(job_id),
            settings=desk.rag.settings,
        )
    job = Job(
        id=job_id,
        created_at=datetime.now(UTC),
        files=uploaded.files,
        region=uploaded.hints.region,
        year=uploaded.hints.year,
    )
    await asyncio.shield(asyncio.to_thread(jobs.add, job))
    return Response(AcceptedRecord(job_id=job_id), headers={"Location": f"/v1/jobs/{job_id}"})


@get("/v1/sources", summary="The sources that there are, a page at a time", responses=documented())
async def list_sources(
    desk: NamedDependency[Desk],
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 100,
    offset: Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET)] = 0,
) -> SourcesRecord:
    return await desk.quick.run(lambda: _page(desk.rag, limit, offset))


@get("/v1/sources/{source_id:str}", summary="One source with its reports", responses=documented(404))
async def one_source(source_id: FromPath[str], desk: NamedDependency[Desk]) -> SourceRecord:
    return await desk.quick.run(
        lambda: source_record(desk.rag.source(source_id), desk.rag.reports(source_id))
    )


@get(
    "/v1/sources/{source_id:str}/file",
    summary="The file as it came",
    responses={
        200: shown(bytes, description="Its bytes", media_type="application/octet-stream"),
        **documented(404),
    },
    operation_class=FileOperation,
)
async def source_file(source_id: FromPath[str], desk: NamedDependency[Desk]) -> File:
    source, path = await desk.quick.run(lambda: (desk.rag.source(source_id), desk.rag.original(source_id)))
    return File(
        path,
        filename=source.name.rpartition("/")[2],
        media_type=MEDIA_TYPES[source.format],
        content_disposition_type="attachment",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )


@delete(
    "/v1/sources/{source_id:str}",
    summary="Take a source out of the store and both indexes, with its file",
    guards=[admins_only],
    responses=documented(404, 503),
)
async def remove_source(source_id: FromPath[str], desk: NamedDependency[Desk]) -> None:
    await desk.changes.run(lambda: desk.rag.remove(source_id))


ROUTES = (upload, list_sources, one_source, source_file, remove_source)


def _page(rag: Rag, limit: int, offset: int) -> SourcesRecord:
    sources = rag.sources()
    page = sources[offset : offset + limit]
    return SourcesRecord(
        sources=tuple(source_record(source, rag.reports(source.id)) for source in page),
        total=len(sources),
        limit=limit,
        offset=offset,
    )
