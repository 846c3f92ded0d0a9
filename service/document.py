"""The OpenAPI document: what the framework does not see of the bodies and of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from litestar import Request
from litestar.datastructures import MutableScopeHeaders, State
from litestar.openapi import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
    SecurityRequirement,
)
from litestar.types import Message, Scope

from service.wire import AskBody, FiltersBody, SearchBody
from service.wire_conversations import BeginBody, FeedbackBody, TitleBody

_BODIES: tuple[type[msgspec.Struct], ...] = (
    AskBody,
    FiltersBody,
    SearchBody,
    BeginBody,
    TitleBody,
    FeedbackBody,
)

WITH_KEY: SecurityRequirement = {"key": []}
NO_KEY: SecurityRequirement = {}
"""An operation that lists it answers without a key too, also where the others want one."""

MEDIA_TYPES = {
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Of a source's file, by its format."""


def shown(kind: type[object], *, description: str, media_type: str = "application/json") -> ResponseSpec:
    """An answer for the document, without the examples of random letters that the framework makes up."""
    return ResponseSpec(kind, description=description, media_type=media_type, generate_examples=False)


class Document(JsonRenderPlugin):
    """Serves the document at /schema. A body that takes no other fields says so."""

    def __init__(self) -> None:
        super().__init__(path=["/openapi.json", "/"])

    def render(self, request: Request[object, object, State], openapi_schema: dict[str, object]) -> bytes:
        close_bodies(openapi_schema)
        return super().render(request, openapi_schema)


def close_bodies(document: Mapping[str, object]) -> None:
    components = document["components"]
    schemas = components["schemas"] if isinstance(components, dict) else {}
    for body in _BODIES:
        if body.__struct_config__.forbid_unknown_fields and body.__name__ in schemas:
            schemas[body.__name__]["additionalProperties"] = False


@dataclass
class StreamedOperation(Operation):
    """Documents that the answer may come as events, for which a `ResponseSpec` has no second place."""

    def __post_init__(self) -> None:
        event = Schema(
            type=OpenAPIType.OBJECT,
            description="One event. `data` is JSON on one line, or `[DONE]` in OpenAI's form.",
            properties={name: Schema(type=OpenAPIType.STRING) for name in ("event", "data")},
            required=["data"],
        )
        add_media_type(self, "text/event-stream", event)


@dataclass
class BodilessOperation(Operation):
    """Documents that the body may be left out, where all its fields may."""

    def __post_init__(self) -> None:
        if isinstance(self.request_body, RequestBody):
            self.request_body.required = False


@dataclass
class ExportOperation(Operation):
    """Documents the second of the export's media types."""

    def __post_init__(self) -> None:
        add_media_type(self, "application/json", Schema(type=OpenAPIType.OBJECT))


@dataclass
class FileOperation(Operation):
    """Documents that a file comes back as what it is."""

    def __post_init__(self) -> None:
        for media_type in MEDIA_TYPES.values():
            add_media_type(self, media_type, Schema(type=OpenAPIType.STRING))


def add_media_type(operation: Operation, media_type: str, schema: Schema) -> None:
    """To what the operation answers with when all goes well."""
    found = (operation.responses or {}).get("200")
    if isinstance(found, OpenAPIResponse) and found.content is not None:
        found.content[media_type] = OpenAPIMediaType(schema=schema)


async def tell_methods(message: Message, scope: Scope) -> None:
    """In the answer to OPTIONS all methods of an address stand: the framework knows those of the first of its
    handlers only."""
    if message["type"] == "http.response.start" and scope.get("method") == "OPTIONS":
        headers = MutableScopeHeaders.from_message(message)
        address = scope.get("path_template")
        for route in scope["litestar_app"].routes:
            if "allow" in headers and route.path_format == address:
                headers["allow"] = ", ".join(sorted(route.methods))
