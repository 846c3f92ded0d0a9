"""Bounds of fields: the OpenAPI document tells them, the code checks them and says what to do."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


def told(**bounds: int | str | Sequence[str]) -> msgspec.Meta:
    """For a field's annotation. The names are those of the framework's schema: `min_length`, `maximum`, …"""
    return msgspec.Meta(extra_json_schema={"extra": bounds})
