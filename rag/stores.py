"""The seams to what is kept: reports, files, conversations, keys. Adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rag.domain import ApiKey, Conversation, Passage, Report, Sentence, ServedAnswer, SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What line 1 made of one source: the unit of a store transaction."""

    source: SourceText
    reports: tuple[Report, ...]
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """A source without its text. `indexed` is False while the derived indexes do not hold it yet; `original`
    says whether the file itself is kept, which it is not of what was ingested before 0.2."""

    id: str
    name: str
    sha256: str
    encoding: str
    format: str
    length: int
    origin: str | None
    indexed: bool
    original: bool = False


class Originals(Protocol):
    """The files as they came, by the ids of their sources."""

    def keep(self, source_id: str, content: bytes) -> None:
        """It is on the disk when the call returns. Raises DataFolderError; DiskFull, and nothing is left."""
        ...

    def path(self, source_id: str) -> Path | None: ...

    def remove(self, source_id: str) -> None:
        """Nothing where there is none."""
        ...

    def ids(self) -> set[str]: ...


class ReportStore(Protocol):
    """The truth: sources, reports, sentences, passages. Each write is one transaction."""

    def save(
        self,
        reading: Reading,
        *,
        origin: str | None = None,
        replaces: Sequence[str] = (),
        settings: Mapping[str, str] = ...,
        indexed: bool = False,
        original: bool = False,
    ) -> None:
        """Takes the place of what the store held of the same source and of the sources `replaces`, with their
        first place in the order of `sources`. `settings` are set with it."""
        ...

    def replace_readings(
        self, readings: Iterable[Reading], *, settings: Mapping[str, str], ready: Callable[[], None]
    ) -> None:
        """Other reports, sentences and passages for sources that are there; all count as indexed then.
        `readings` are taken one by one. `ready` is called when all is written and nobody sees it yet."""
        ...

    def mark(self, source_id: str, *, indexed: bool) -> None:
        """Raises NotFound."""
        ...

    def set_origin(self, source_id: str, origin: str) -> None:
        """Raises NotFound."""
        ...

    def set_original(self, source_id: str) -> None:
        """Its file is kept from now on. Raises NotFound."""
        ...

    def remove(self, source_id: str) -> list[str]:
        """The ids of the reports that went, with the settings named `…:source_id`. Raises NotFound."""
        ...

    def sources(self) -> list[SourceInfo]: ...

    def find_source(self, *, sha256: str = "", origin: str = "") -> SourceInfo | None:
        """By digest or by origin."""
        ...

    def source_text(self, source_id: str) -> SourceText:
        """Raises NotFound."""
        ...

    def version(self) -> str:
        """Another one after each write, whoever made it: what was read under this one still holds."""
        ...

    def revisions(self) -> dict[str, str]:
        """Source id → what is another one whenever the source was stored, whoever did it."""
        ...

    def reports(self, source_id: str | None = None) -> list[Report]: ...

    def sentences(self, report_ids: Sequence[str]) -> list[Sentence]:
        """All sentences of the reports, in the order of the text."""
        ...

    def sentences_with(self, words: str, report_ids: Sequence[str]) -> list[Sentence]:
        """Those of `sentences` whose folded text holds the words, in capitals or not."""
        ...

    def sentences_by_id(self, sentence_ids: Sequence[str]) -> dict[str, Sentence]: ...

    def passages(self, report_ids: Sequence[str]) -> list[Passage]: ...

    def passages_by_id(self, passage_ids: Sequence[str]) -> dict[str, Passage]: ...

    def reading(self, source_id: str) -> Reading:
        """What `save` was given. Raises NotFound."""
        ...

    def setting(self, name: str) -> str | None: ...

    def set_setting(self, name: str, value: str) -> None: ...

    def close(self) -> None: ...


class ConversationStore(Protocol):
    """Conversations and every answer that was served, each its owner's: nobody sees another's, and what is
    another's is NotFound. Each write is one transaction, on the disk when the call returns."""

    def begin(self, *, owner: str, title: str = "") -> Conversation: ...

    def conversations(self, *, owner: str, containing: str = "") -> int:
        """How many there are whose title or questions hold the words, whatever their case."""
        ...

    def page(self, *, owner: str, containing: str = "", limit: int, offset: int = 0) -> list[Conversation]:
        """Those that `conversations` counts, the one last asked in first."""
        ...

    def conversation(self, conversation_id: str, *, owner: str) -> Conversation:
        """Raises NotFound."""
        ...

    def rename(self, conversation_id: str, title: str, *, owner: str) -> Conversation:
        """Raises NotFound."""
        ...

    def remove(self, conversation_id: str, *, owner: str) -> None:
        """With its answers. Raises NotFound."""
        ...

    def keep(self, answer: ServedAnswer, *, owner: str) -> None:
        """Before it is sent. A conversation without a title takes the first question's words. Raises NotFound
        for a conversation that is not there."""
        ...

    def answers(self, conversation_id: str, *, owner: str) -> list[ServedAnswer]:
        """In the order in which they were served. Raises NotFound."""
        ...

    def questions(self, conversation_id: str, *, owner: str, last: int) -> list[str]:
        """The last whole questions, oldest first. Raises NotFound."""
        ...

    def answer(self, answer_id: str, *, owner: str) -> ServedAnswer:
        """Raises NotFound."""
        ...

    def rate(self, answer_id: str, *, owner: str, rating: int, comment: str = "") -> ServedAnswer:
        """In place of an earlier rating. Raises NotFound."""
        ...

    def forget(self, *, before: datetime) -> int:
        """Answers served before then, and conversations in which nothing was asked since, of every owner.
        How many of both."""
        ...

    def close(self) -> None: ...


class KeyStore(Protocol):
    """The keys that let callers in. Each write is one transaction."""

    def add(self, key: ApiKey) -> None: ...

    def find(self, key_id: str) -> ApiKey | None:
        """As it is now, also where another process changed it."""
        ...

    def list_keys(self) -> list[ApiKey]:
        """The revoked ones too, oldest first."""
        ...

    def revoke(self, key_id: str, at: datetime) -> None:
        """A second time changes nothing. Raises NotFound."""
        ...

    def mark_used(self, key_id: str, at: datetime) -> None: ...

    def close(self) -> None: ...
