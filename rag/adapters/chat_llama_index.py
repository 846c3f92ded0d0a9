"""Chat model over llama-index's OpenAILike: the local engine, or any OpenAI-compatible server.

Each try goes through a transport of its own (`transport_httpx`), which ends the response at the deadline
and when the reader goes away: what the libraries between hand out has no such hold.

The same prompt gives the same text, whatever was asked before it. For llama.cpp alone that does not hold:
its arithmetic rounds differently when a prompt is read in other portions, and what it finds in its cache
decides the portions (log probabilities moved by up to 0.9). So before each answer the engine is rewound to
the end of the system text; that much is always in the cache, and the rest is always read in one piece.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import httpx

from rag.adapters.engine_xllamacpp import START_SECONDS, Endpoint, LocalEngine
from rag.adapters.engine_xllamacpp_child import SEED
from rag.adapters.transport_httpx import Deadline, OneAnswer
from rag.domain import Prompt
from rag.errors import ChatError, ModelError

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

_RETRY_PAUSES = (0.5, 1.5)
"""Seconds before the second and the third try, where the first found a busy server or a broken connection."""
_CHECK_SECONDS = 3.0
_NO_KEY = "none"
"""Sent where no key is set: the client would replace an empty one by the OPENAI_API_KEY that it finds."""


class _Passing(ChatError):
    """May have passed at the next try: a busy server, a connection that broke off."""


class LlamaIndexChat:
    """`ChatModel`. With `engine` the URL and the key are the engine's own, and the grammar is obeyed."""

    def __init__(self, url: str, key: str, model: str, *, engine: LocalEngine | None = None) -> None:
        """`url` is the base that the server's documentation gives; it mostly ends in `/v1`."""
        self._url = url.rstrip("/")
        self._key = key
        self._model = model
        self._engine = engine
        # A proxy that the environment names is for the way out, not for this machine.
        direct = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))
        self._connections = httpx.Client(follow_redirects=True, mounts=direct)
        self._turn = threading.Lock()
        self._rewound_to: tuple[Endpoint, str] | None = None

    @property
    def name(self) -> str:
        return self._model

    @property
    def follows_grammar(self) -> bool:
        return self._engine is not None

    def write(self, prompt: Prompt, *, grammar: str, max_tokens: int, seconds: float) -> Generator[str]:
        """Nothing is asked before the first `next`. Closing the iterator ends the answer at the server."""
        deadline = Deadline(seconds)
        pieces, first = self._begin(prompt, grammar, max_tokens, deadline)
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
            with self._in_turn(deadline), self._translated(deadline):
                self._rewind(self._endpoint(deadline), system, deadline)

    def check(self) -> None:
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
        self, prompt: Prompt, grammar: str, max_tokens: int, deadline: Deadline
    ) -> tuple[Generator[str], str]:
        """The pieces and the first of them. Only until that one is a second try the same answer."""
        pauses = list(_RETRY_PAUSES)
        while True:
            pieces = self._stream(prompt, grammar, max_tokens, deadline)
            try:
                with self._in_turn(deadline):
                    return pieces, next(pieces)
            except StopIteration:
                raise ChatError(f"{self._place} gave an empty answer; ask again.") from None
            except _Passing:
                if not pauses or pauses[0] > deadline.left():
                    raise
            time.sleep(pauses.pop(0))

    def _stream(self, prompt: Prompt, grammar: str, max_tokens: int, deadline: Deadline) -> Generator[str]:
        from llama_index.core.base.llms.types import ChatMessage, MessageRole

        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=prompt.system),
            ChatMessage(role=MessageRole.USER, content=prompt.user),
        ]
        body: dict[str, object] = {}
        if self.follows_grammar:
            body = {"grammar": grammar, "cache_prompt": True, "seed": SEED}
        endpoint = self._endpoint(deadline)
        with (
            self._translated(deadline),
            httpx.Client(transport=OneAnswer(self._connections, deadline)) as http,
        ):
            if self._engine is not None:
                self._rewind(endpoint, prompt.system, deadline)
            model = self._open(endpoint, http)
            for response in model.stream_chat(messages, max_tokens=max_tokens, extra_body=body):
                if deadline.passed():
                    break
                if response.delta:
                    yield response.delta
        if deadline.passed():
            raise deadline.exceeded(self._place)

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
        with self._translated(Deadline(_CHECK_SECONDS)):
            answer = self._connections.get(
                f"{self._url}/models",
                headers={"Authorization": f"Bearer {self._key or _NO_KEY}"},
                timeout=_CHECK_SECONDS,
            )
            if answer.status_code != 404:  # not every server lists its models; it is there, as was asked
                answer.raise_for_status()

    @property
    def _place(self) -> str:
        return "The local engine" if self._engine is not None else f"The model server {self._url}"

    @contextmanager
    def _translated(self, deadline: Deadline) -> Generator[None]:
        """Whatever the libraries raise, as a ChatError with one sentence."""
        import openai

        try:
            yield
        except (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # openai wraps what happens before the answer begins; while it streams, httpx's own errors come.
            cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
            if deadline.passed() or isinstance(cause, httpx.ReadTimeout | httpx.WriteTimeout):
                raise deadline.exceeded(self._place) from error
            raise self._explain(cause) from error

    def _explain(self, cause: BaseException | None) -> ChatError:
        import openai

        match cause:
            case openai.APIStatusError():
                return self._explain_status(cause.status_code, _words(cause.body) or str(cause))
            case httpx.HTTPStatusError():
                return self._explain_status(cause.response.status_code, str(cause))
            case httpx.UnsupportedProtocol() | httpx.InvalidURL():
                return ChatError(f"{self._url!r} is not a URL of a model server; check WENBAO_CHAT_URL.")
            case httpx.ConnectError() | httpx.ConnectTimeout() if self._engine is None:
                return ChatError(f"{self._place} cannot be reached; check WENBAO_CHAT_URL and the network.")
            case httpx.TransportError():
                return _Passing(f"{self._place} broke the connection off; ask again.")
        return ChatError(f"{self._place} sent what is not a chat answer: {_first_line(cause)}")

    def _explain_status(self, status: int, words: str) -> ChatError:
        if status in (401, 403):
            return ChatError(f"{self._place} refuses the key (status {status}); check WENBAO_CHAT_KEY.")
        if status == 404:
            return ChatError(
                f"{self._place} has no chat model {self._model!r};"
                " check WENBAO_CHAT_URL and WENBAO_CHAT_MODEL."
            )
        if status in (408, 409, 429) or status >= 500:
            return _Passing(f"{self._place} is busy or failing (status {status}); ask again later.")
        return ChatError(f"{self._place} rejects the request (status {status}): {_first_line(words)}")


def _words(body: object) -> str:
    """What a server says in the JSON of an error."""
    return str(body["message"]) if isinstance(body, dict) and "message" in body else ""


def _first_line(words: object) -> str:
    return str(words).partition("\n")[0][:200]
