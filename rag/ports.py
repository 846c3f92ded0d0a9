"""The seams: what the two lines need from outside, as Protocols. Adapters implement them, a library each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from rag.domain import NamedPlace, Passage, Place, Prompt, Sentence

Vectors: TypeAlias = npt.NDArray[np.float32]
"""Shape (n, dimensions), rows of length one."""

Simplify: TypeAlias = Callable[[str], str]
"""Traditional to simplified characters; the result has as many code points as the argument."""

CutWords: TypeAlias = Callable[[str], list[str]]
"""Folded text to search words, in order, overlapping allowed; white space and punctuation are left out."""

TagWords: TypeAlias = Callable[[str], list[tuple[str, str]]]
"""Folded text to words that do not overlap, each with its part of speech in jieba's tag set (n, v, ns, eng,
m …).
"""

LookUp: TypeAlias = Callable[[str], tuple[str, ...]]
"""A lower-case English phrase, a verb with its "to", to the Chinese words that a dictionary gives for it, if
any."""

Romanise: TypeAlias = Callable[[str], frozenset[str]]
"""A Chinese text to all that its names may be called in Latin letters, lower case without spaces."""

CountTokens: TypeAlias = Callable[[str], int]


class Exclusive(Protocol):
    """One holder at a time, among all processes that share a corpus; free again when a holder's process ends,
    however it ends."""

    def held(self) -> AbstractContextManager[None]:
        """Waits for it. A thread that has it has it again at once."""
        ...

    def tried(self) -> AbstractContextManager[bool]:
        """Does not wait: False where somebody else has it."""
        ...

    def check(self) -> None:
        """Raises ServerUnreachable where the holder that calls this has lost it."""
        ...


class Embedder(Protocol):
    """`name` goes into the index and the manifest: another name means vectors that do not compare."""

    @property
    def name(self) -> str: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_query(self, text: str) -> Vectors:
        """Shape (1, dimensions)."""
        ...


class PassageIndex(Protocol):
    """The dense leg, of passages. `search` looks only inside `report_ids`."""

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None: ...

    def remove(self, report_ids: Sequence[str]) -> None: ...

    def clear(self) -> None: ...

    def search(self, vector: Vectors, *, report_ids: Sequence[str], limit: int) -> list[tuple[str, float]]:
        """(passage id, cosine similarity), best first."""
        ...

    def report_ids(self) -> set[str]: ...

    def reread(self, report_ids: Sequence[str]) -> None:
        """Another process may have changed what it holds of these reports."""
        ...

    def ids(self) -> list[str]:
        """What it holds, in no order; an id that it holds twice stands there twice."""
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...


class LexicalIndex(Protocol):
    """The lexical leg: BM25 over cut words of sentences. `search` looks only inside `report_ids`."""

    def add(self, sentences: Sequence[Sentence]) -> None: ...

    def remove(self, report_ids: Sequence[str]) -> None: ...

    def clear(self) -> None: ...

    def search(
        self, words: Sequence[str], *, report_ids: Sequence[str], limit: int
    ) -> list[tuple[str, float]]:
        """(sentence id, BM25 score), best first; empty where no word occurs."""
        ...

    def report_ids(self) -> set[str]: ...

    def ids(self) -> list[str]:
        """What it holds, in no order; an id that it holds twice stands there twice."""
        ...

    def count(self) -> int: ...


class ChatModel(Protocol):
    """A language model. `name` goes into the manifest."""

    @property
    def name(self) -> str: ...

    @property
    def local(self) -> bool:
        """Whether it is a small model of the engine here, which follows a grammar."""
        ...

    def write(
        self,
        prompt: Prompt,
        *,
        grammar: str,
        max_tokens: int,
        seconds: float,
        wanted: Callable[[], bool] = ...,
    ) -> Generator[str]:
        """Pieces of text as they come; closing the generator stops the model, and so does `wanted`, asked
        from another thread, once it gives False. Raises ChatError; ChatTimeout when `seconds` have passed."""
        ...

    def prepare(self, system: str, *, seconds: float) -> None:
        """Read a system text ahead of the first question, where the model keeps one. Raises ChatError."""
        ...

    def check(self) -> None:
        """Raises ChatError or ModelError where the model cannot answer now."""
        ...

    def close(self) -> None: ...


class Gazetteer(Protocol):
    """The divisions of China, those in force and former ones."""

    def find(self, text: str) -> list[NamedPlace]:
        """The places that folded text names, in order; what stands around a name decides what it means."""
        ...

    def place(self, name: str, *, context: str = "") -> Place | None:
        """The division of this name; `context` decides between divisions of one name. Where it does not, the
        place has no parents. None where no division is called so."""
        ...

    def zone(self, name: str, *, parents: tuple[str, ...]) -> Place:
        """A place that is no division of the state, with the wordings by which texts name it."""
        ...
