"""Bounds of fields: the OpenAPI document tells them, the code checks them and says what to do."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

MAX_OFFSET = 2**53
"""Of a page, and in a text: JSON's readers count exactly up to here, and databases further."""


def told(**bounds: int | str | Sequence[str]) -> msgspec.Meta:
    """For a field's annotation. The names are those of the framework's schema: `min_length`, `maximum`, …"""
    return msgspec.Meta(extra_json_schema={"extra": bounds})
