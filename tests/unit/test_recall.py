"""Readings of the same text are made once, and those of long texts are not kept."""

from __future__ import annotations

from collections.abc import Iterator

from rag.steps.recall import recalled


def test_a_short_text_is_read_once_and_a_long_one_each_time() -> None:
    read: list[str] = []

    @recalled
    def characters(text: str) -> Iterator[str]:
        """What it says of itself."""
        read.append(text)
        yield from text

    short, long = "增长", "增" * 10_000
    assert characters(short) == characters(short) == ("增", "长")
    assert characters(long) == characters(long) == tuple(long)
    assert read == [short, long, long]
    assert characters.__doc__ == "What it says of itself."
