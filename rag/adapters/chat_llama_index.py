"""Chat model over llama-index's OpenAILike: the local engine, or any OpenAI-compatible server.

Each try goes through a transport of its own (`transport_httpx`), which ends the response at the deadline
and when the reader goes away: what the libraries between hand out has no such hold. A model that fails again
and again rests (`breaker`). A hosted one is asked for JSON that allows only ids which exist (`chat_json`),
and plainly once its server has rejected that.

Retries are a loop here and not tenacity: how long to pause hangs on the failure, whether to on the deadline,
and a reader who leaves ends the pause, which would replace each of its parts.

The same prompt gives the same text, whatever was asked before it. For llama.cpp alone that does not hold:
its arithmetic rounds differently when a prompt is read in other portions, and what it finds in its cache
decides the portions (log probabilities moved by up to 0.9). So before each answer the engine is rewound to
the end of the system text; that much is always in the cache, and the rest is always read in one piece.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from rag.adapters import chat_failures, chat_json
from rag.adapters.breaker import Breaker
from rag.adapters.chat_failures import TRIES, Passing, Rejected, Server
from rag.adapters.engine_xllamacpp import START_SECONDS, Endpoint, LocalEngine
from rag.adapters.engine_xllamacpp_child import SEED
from rag.adapters.transport_httpx import Deadline, OneAnswer, Watch, always, connections
from rag.domain import Prompt
from rag.errors import ChatError, ModelError

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

_CHECK_SECONDS = 3.0
_NO_KEY = "none"
"""Sent where no key is set: the client would replace an empty one by the OPENAI_API_KEY that it finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`first_token_seconds` is for a hosted model: the local engine may have to load first. After `failures`
    in a row the model is not asked for `rest_seconds`."""

    first_token_seconds: float = 15.0
    failures: int = 3
    rest_seconds: float = 60.0


class LlamaIndexChat:
    """`ChatModel`. With `engine` the URL and the key are the engine's own, and the grammar is obeyed."""

    def __init__(
        self,
        url: str,
        key: str,
        model: str,
        *,
        engine: LocalEngine | None = None,
        patience: Patience = Patience(),
    ) -> None:
        """`url` is the base that the server's documentation gives; it mostly ends in `/v1`."""
        self._url = url.rstrip("/")
        self._key = key
        self._model = model
        self._engine = engine
        self._connections = connections()
        self._patience = patience
        self._breaker = Breaker(failures=patience.failures, seconds=patience.rest_seconds)
        self._takes_schema = engine is None
        self._turn = threading.Lock()
        self._rewound_to: tuple[Endpoint, str] | None = None

    @property
    def name(self) -> str:
        return self._model

    @property
    def local(self) -> bool:
        return self._engine is not None

    def write(
        self,
        prompt: Prompt,
        *,
        grammar: str,
        max_tokens: int,
        seconds: float,
        wanted: Callable[[], bool] = always,
    ) -> Generator[str]:
        """Nothing is asked before the first `next`. Closing the iterator ends the answer at the server."""
        deadline = Deadline(seconds)
        with self._breaker.counted(self._place):
            pieces, first = self._begin(prompt, grammar, max_tokens, deadline, wanted)
            with closing(pieces):
                yield first
                yield from pieces

    def prepare(self, system: str, *, seconds: float = START_SECONDS) -> None:
        """Does ahead of the first question what need not wait for it. Raises like `write`.

        That is the libraries' import (1.5 s) and, with the local engine, reading the system text (6 s).
        """
        import llama_index.llms.openai_like  # noqa: F401  # while the engine loads its model

        deadline = Deadline(seconds)
        if self._engine is not None:
            with self._in_turn(deadline), self._translated(Watch(deadline)):
                self._rewind(self._endpoint(deadline), system, deadline)

    def check(self) -> None:
        self._breaker.check(self._place)
        if self._engine is None:
            self._check_server()
        elif not self._engine.ready():
            if self._engine.alive:
                raise ChatError("The local engine is still loading the model; try again in some seconds.")
            self._engine.ensure(_CHECK_SECONDS)

    def close(self) -> None:
        self._connections.close()
        if self._engine is not None:
            self._engine.stop()

    def _begin(
        self,
        prompt: Prompt,
        grammar: str,
        max_tokens: int,
        deadline: Deadline,
        wanted: Callable[[], bool],
    ) -> tuple[Generator[str], str]:
        """The pieces and the first of them. Only until that one is a second try the same answer."""
        first_seconds = self._patience.first_token_seconds if self._engine is None else math.inf
        constrained, rejected, tried = self._takes_schema and bool(prompt.ids), False, 0
        while True:
            watch = Watch(deadline, first_seconds=first_seconds, wanted=wanted)
            if constrained and not rejected:
                body: dict[str, object] = {"response_format": chat_json.response_format(prompt.ids)}
                more = chat_json.MORE_TOKENS
                pieces = chat_json.plain_draft(self._stream(prompt, body, max_tokens + more, watch))
            else:
                pieces = self._stream(prompt, self._engine_body(grammar), max_tokens, watch)
            try:
                with self._in_turn(deadline):
                    first = next(pieces)
            except StopIteration:
                raise ChatError(f"{self._place} gave an empty answer; ask again.") from None
            except Rejected:
                if rejected or not constrained:
                    raise
                rejected = True
            except Passing as failure:
                tried += 1
                pause = chat_failures.pause_seconds(tried, failure)
                if tried == TRIES or pause >= deadline.left():
                    raise
                watch.pause(pause, self._place)
            else:
                self._takes_schema = self._takes_schema and not rejected
                return pieces, first

    def _engine_body(self, grammar: str) -> dict[str, object]:
        """What llama.cpp's server takes beside OpenAI's fields."""
        return {"grammar": grammar, "cache_prompt": True, "seed": SEED} if self._engine is not None else {}

    def _stream(
        self, prompt: Prompt, body: dict[str, object], max_tokens: int, watch: Watch
    ) -> Generator[str]:
        from llama_index.core.base.llms.types import ChatMessage, MessageRole

        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=prompt.system),
            ChatMessage(role=MessageRole.USER, content=prompt.user),
        ]
        endpoint = self._endpoint(watch.deadline)
        with (
            self._translated(watch),
            httpx.Client(transport=OneAnswer(self._connections, watch)) as http,
        ):
            if self._engine is not None:
                self._rewind(endpoint, prompt.system, watch.deadline)
            model = self._open(endpoint, http)
            for response in model.stream_chat(messages, max_tokens=max_tokens, extra_body=body):
                if watch.over():
                    break
                if response.delta:
                    watch.begun()
                    yield response.delta
        if (reason := watch.reason(self._place)) is not None:
            raise reason

    def _endpoint(self, deadline: Deadline) -> Endpoint:
        if self._connections.is_closed:
            raise ChatError("The chat model was closed; ask a running service.")
        if self._engine is None:
            return Endpoint(url=self._url, key=self._key or _NO_KEY)
        try:
            own = self._engine.ensure(deadline.left())
        except (ChatError, ModelError) as error:
            if deadline.passed():
                raise deadline.exceeded(self._place) from error
            raise ChatError(str(error)) from error
        return Endpoint(url=f"{own.url}/v1", key=own.key)

    @contextmanager
    def _in_turn(self, deadline: Deadline) -> Generator[None]:
        """Keeps other questions out from rewinding to the first piece. After that the engine queues them."""
        if self._engine is None:
            yield
            return
        if not self._turn.acquire(timeout=deadline.left()):
            raise deadline.exceeded(self._place)
        try:
            yield
        finally:
            self._turn.release()

    def _rewind(self, endpoint: Endpoint, system: str, deadline: Deadline) -> None:
        """Leaves in the engine's cache the system text and an empty question: the next prompt departs there.

        Another system text is read from its first token, as it may begin like the last one.
        """
        known, self._rewound_to = self._rewound_to == (endpoint, system), None
        answer = self._connections.post(
            f"{endpoint.url}/chat/completions",
            headers={"Authorization": f"Bearer {endpoint.key}"},
            json={
                "messages": [{"role": "system", "content": system}, {"role": "user", "content": ""}],
                "max_tokens": 0,
                "cache_prompt": known,
            },
            timeout=deadline.left(),
        )
        answer.raise_for_status()
        self._rewound_to = (endpoint, system)

    def _open(self, endpoint: Endpoint, http: httpx.Client) -> OpenAILike:
        from llama_index.llms.openai_like import OpenAILike

        return OpenAILike(
            model=self._model,
            api_base=endpoint.url,
            api_key=endpoint.key,
            is_chat_model=True,
            temperature=0.0,
            max_retries=0,  # retried here, where it is known whether text was served already
            http_client=http,  # type: ignore[call-arg]  # its parent's constructor takes it
        )

    def _check_server(self) -> None:
        with self._translated(Watch(Deadline(_CHECK_SECONDS))):
            answer = self._connections.get(
                f"{self._url}/models",
                headers={"Authorization": f"Bearer {self._key or _NO_KEY}"},
                timeout=_CHECK_SECONDS,
            )
            if answer.status_code != 404:  # not every server lists its models; it is there, as was asked
                answer.raise_for_status()

    @property
    def _server(self) -> Server:
        return Server(place=self._place, url=self._url, model=self._model, local=self._engine is not None)

    @property
    def _place(self) -> str:
        return "The local engine" if self._engine is not None else f"The model server {self._url}"

    @contextmanager
    def _translated(self, watch: Watch) -> Generator[None]:
        """Whatever the libraries raise, as a ChatError with one sentence."""
        import openai

        try:
            yield
        except (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            if (reason := watch.reason(self._place)) is not None:
                raise reason from error
            if isinstance(error, openai.APIStatusError):
                words = chat_failures.words_of(error.body) or str(error)
                raise chat_failures.explain_status(
                    error.status_code, words, error.response.headers, self._server
                ) from error
            # openai wraps what happens before the answer begins; while it streams, httpx's own errors come.
            cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
            if isinstance(cause, httpx.ReadTimeout | httpx.WriteTimeout):
                raise watch.deadline.exceeded(self._place) from error
            raise chat_failures.explain(cause, self._server) from error
