"""Questions to services of the grown configuration, and what their answers must hold."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from rag.settings import Settings
from tests.flow.serving import Json
from tests.flow.uploading import as_text, report_text

WEI = ("蔚县.txt", as_text(report_text("蔚县", 2024, 6)))
QUESTION = "2023年张家口的GDP增长多少？"
PATIENCE = 60.0


def ask(client: httpx.Client, question: str, **more: object) -> Json:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    record: Json = response.json()
    return record


def answered_with(client: httpx.Client, question: str, words: str) -> None:
    """The answer holds the words and cites them, character by character."""
    record = ask(client, question)
    assert words in str(record["answer"]), record
    citations = record["citations"]
    assert isinstance(citations, list)
    for cited in citations:
        text = client.get(
            f"/v1/sources/{cited['source_id']}/text", params={"start": cited["start"], "end": cited["end"]}
        )
        assert text.json()["text"] == cited["quote"]
    assert any(words in cited["quote"] for cited in citations)


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def parts(client: httpx.Client) -> dict[str, str | None]:
    told = client.get("/health/ready").json()["parts"]
    return {name: part["problem"] for name, part in told.items()}


def environment(grown: Settings) -> dict[str, str]:
    return {
        "WENBAO_DATABASE_URL": str(grown.database_url),
        "WENBAO_CHROMA_URL": grown.chroma_url,
        "WENBAO_EMBEDDINGS_URL": grown.embeddings_url,
        "WENBAO_EMBEDDINGS_MODEL": grown.embeddings_model,
        "WENBAO_CHAT_MODEL": "none",
        "WENBAO_LOG_LEVEL": "warning",
    }
