"""`CountTokens`: known counts, without a download and without leaving a trace in the environment."""

from __future__ import annotations

import os

import pytest

from rag.adapters.tokens_tiktoken import count_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("hello world", 2), ("tiktoken is great!", 6), ("<|endoftext|>", 7), ("2023年", 3)],
)
def test_counts(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_the_environment_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/elsewhere")
    assert count_tokens("全市地区生产总值增长5.1%") > 5
    assert os.environ["TIKTOKEN_CACHE_DIR"] == "/elsewhere"
