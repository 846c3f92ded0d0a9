"""Chat model over llama-index's OpenAILike: the local engine, or any OpenAI-compatible server.

Each try gets a transport of its own over shared connections. So this module, not the libraries between,
holds the response: it ends it at the deadline and when the reader goes away.

The same prompt gives the same text, whatever was asked before it. For llama.cpp alone that does not hold:
its arithmetic rounds differently when a prompt is read in other portions, and what it finds in its cache
decides the portions (log probabilities moved by up to 0.9). So before each answer the engine is rewound to
the end of the system text; that much is always in the cache, and the rest is always read in one piece.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import httpx

from rag.adapters.engine_xllamacpp import SEED, START_SECONDS, Endpoint, LocalEngine
from rag.domain import Prompt
from rag.errors import ChatError, ChatTimeout

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

_RETRY_PAUSES = (0.5, 1.5)
"""Seconds before the second and the third try, where the first found a busy server or a broken connection."""
_CONNECT_SECONDS = 5.0
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
        self._connections = httpx.Client(follow_redirects=True)
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
        deadline = _Deadline(seconds)
        pieces, first = self._begin(prompt, grammar, max_tokens, deadline)
        with closing(pieces):
            yield first
            yield from pieces

    def prepare(self, system: str, *, seconds: float = START_SECONDS) -> None:
        """Has the local engine read the system text before the first question comes. Raises like `write`."""
        deadline = _Deadline(seconds)
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
        self, prompt: Prompt, grammar: str, max_tokens: int, deadline: _Deadline
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

    def _stream(self, prompt: Prompt, grammar: str, max_tokens: int, deadline: _Deadline) -> Generator[str]:
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
            httpx.Client(transport=_OneAnswer(self._connections, deadline)) as http,
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

    def _endpoint(self, deadline: _Deadline) -> Endpoint:
        if self._engine is None:
            return Endpoint(url=self._url, key=self._key or _NO_KEY)
        try:
            own = self._engine.ensure(deadline.left())
        except ChatError:
            if deadline.passed():
                raise deadline.exceeded(self._place) from None
            raise
        return Endpoint(url=f"{own.url}/v1", key=own.key)

    @contextmanager
    def _in_turn(self, deadline: _Deadline) -> Generator[None]:
        """Keeps other questions out from a rewinding to the first piece. After that the engine queues them."""
        if self._engine is None:
            yield
            return
        if not self._turn.acquire(timeout=deadline.left()):
            raise deadline.exceeded(self._place)
        try:
            yield
        finally:
            self._turn.release()

    def _rewind(self, endpoint: Endpoint, system: str, deadline: _Deadline) -> None:
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
        with self._translated(_Deadline(_CHECK_SECONDS)):
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
    def _translated(self, deadline: _Deadline) -> Generator[None]:
        """Whatever the libraries raise, as a ChatError with one sentence."""
        import openai

        try:
            yield
        except (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            if deadline.passed():
                raise deadline.exceeded(self._place) from error
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> ChatError:
        import openai

        # openai wraps what happens before the answer begins; while it streams, httpx's own errors come.
        cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
        match cause:
            case openai.APIStatusError() | httpx.HTTPStatusError():
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


class _Deadline:
    """The moment until which a whole answer must be there."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def passed(self) -> bool:
        return time.monotonic() >= self._end

    def exceeded(self, place: str) -> ChatTimeout:
        return ChatTimeout(f"{place} did not finish the answer within {self._seconds:g} seconds.")


class _OneAnswer(httpx.BaseTransport):
    """One request over shared connections, with a hold on its response.

    httpx's read timeout bounds each read, not the whole; and what the other libraries hand out cannot be
    closed. So a timer shuts the socket at the deadline, which ends a read that waits, and `close` ends
    the response, at which an engine stops to generate.
    """

    def __init__(self, connections: httpx.Client, deadline: _Deadline) -> None:
        self._connections = connections
        self._deadline = deadline
        self._response: httpx.Response | None = None
        self._timer: threading.Timer | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        left = max(self._deadline.left(), 0.001)
        timeout = httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS))
        request.extensions = {**request.extensions, "timeout": timeout.as_dict()}
        response = self._response = self._connections.send(request, stream=True)
        self._timer = threading.Timer(self._deadline.left(), _shut, [response])
        self._timer.daemon = True
        self._timer.start()
        assert isinstance(response.stream, httpx.SyncByteStream)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=response.stream,
            extensions=response.extensions,
        )

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._response is not None:
            self._response.close()


def _shut(response: httpx.Response) -> None:
    connection = response.extensions["network_stream"].get_extra_info("socket")
    if isinstance(connection, socket.socket) and not response.is_closed:
        with suppress(OSError):  # closed already
            # The plain socket's method: that of a TLS socket first takes the session away from its reader.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _first_line(words: object) -> str:
    return str(words).partition("\n")[0][:200]
