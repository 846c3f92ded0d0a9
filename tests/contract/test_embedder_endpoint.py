"""An embeddings endpoint that misbehaves: what is tried again, and the sentence where that does not help."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import numpy as np
import pytest

from rag.adapters.embedder_httpx import EndpointEmbedder, Prefixes
from rag.errors import EmbeddingFailed, SettingsError
from tests.contract.model_servers import (
    Answer,
    Body,
    hangs_up,
    model_server,
    never_answers,
    send_vectors,
    sends_a_page,
    status,
)

NONE = Prefixes()


def embedder(url: str, *, failures: int = 3, prefixes: Prefixes = NONE) -> EndpointEmbedder:
    return EndpointEmbedder(
        url, "secret-key", "m", prefixes=prefixes, failures=failures, rest_seconds=60, query_seconds=3
    )


def good(to: BaseHTTPRequestHandler, body: Body) -> None:
    """A vector that says how long the text is."""
    texts = body["input"]
    assert isinstance(texts, list)
    send_vectors(to, [(3.0, float(len(text))) for text in texts])


def vectors(*rows: tuple[float, ...]) -> Answer:
    return lambda to, _body: send_vectors(to, rows)


def test_vectors_have_length_one_in_the_order_of_many_texts() -> None:
    with model_server(good) as server:
        found = embedder(server.url).embed_passages(["增" * n for n in range(1, 71)])
    assert found.shape == (70, 2)
    assert found.dtype == np.float32
    assert found[:, 1] / found[:, 0] == pytest.approx([n / 3 for n in range(1, 71)], rel=1e-5)
    assert [len(list(asked["input"])) for asked in server.asked] == [32, 32, 6]  # type: ignore[call-overload]
    assert {str(asked["authorization"]) for asked in server.asked} == {"Bearer secret-key"}


def test_prefixes_are_set_by_whoever_knows_the_model() -> None:
    with model_server(good) as server:
        plain = embedder(server.url)
        e5 = embedder(server.url, prefixes=Prefixes(query="query: ", passage="passage: "))
        plain.embed_query("增长")
        e5.embed_query("增长")
        e5.embed_passages(["增长", "\ud800"])
    assert [asked["input"] for asked in server.asked] == [
        ["增长"],
        ["query: 增长"],
        ["passage: 增长", "passage: ?"],
    ]
    assert (plain.name, e5.name) == ("m@endpoint", "m@endpoint+passage")


def test_a_busy_server_is_asked_again_as_it_says() -> None:
    with model_server(status(429, Retry_After="0.3"), hangs_up, good) as server:
        assert embedder(server.url).embed_query("增长").shape == (1, 2)
    assert len(server.times) == 3
    assert server.times[1] - server.times[0] >= 0.3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (status(401), "refuses the key (status 401); check WENBAO_EMBEDDINGS_KEY"),
        (status(404), "has no embeddings model 'm'; check WENBAO_EMBEDDINGS_URL and WENBAO_EMBEDDINGS_MODEL"),
        (status(400), "rejects the request (status 400)"),
        (status(503, Retry_After="600"), "is busy or failing (status 503)"),
        (sends_a_page, "sent what is not an embeddings answer"),
        (vectors((1.0, 2.0), (1.0, 2.0)), "sent 2 vectors for 1 texts"),
        (vectors(), "sent 0 vectors for 1 texts"),
        (vectors((0.0, 0.0)), "sent vectors without a direction"),
        (vectors((float("nan"), 1.0)), "sent"),
        (never_answers, "did not finish the answer within 3 seconds"),
    ],
)
def test_what_fails_is_one_sentence(answer: Answer, words: str) -> None:
    with model_server(answer) as server, pytest.raises(EmbeddingFailed) as failed:
        embedder(server.url).embed_query("增长")
    assert str(failed.value).startswith(f"The embeddings server {server.url} ")
    assert words in str(failed.value)
    assert "secret-key" not in str(failed.value)
    assert len(server.times) == 1


def test_a_server_that_is_away_is_left_alone_after_some_failures() -> None:
    with model_server(good) as server:
        pass
    away = embedder(server.url, failures=2)
    for words in ("cannot be reached; check WENBAO_EMBEDDINGS_URL",) * 2 + ("is asked again in 60 seconds",):
        with pytest.raises(EmbeddingFailed, match=words):
            away.embed_passages(["增长"])


@pytest.mark.parametrize(("url", "model"), [("host:80/v1", "m"), ("http://host/v1", "")])
def test_what_is_not_set_is_named(url: str, model: str) -> None:
    with pytest.raises(SettingsError, match="WENBAO_EMBEDDINGS"):
        EndpointEmbedder(url, "", model, prefixes=Prefixes())
