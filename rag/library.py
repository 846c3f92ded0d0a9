"""Rag: a corpus with everything that answers questions over it. What a caller of the library has in hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.adapters.chat_llama_index import LlamaIndexChat
from rag.adapters.dictionary_cccedict import look_up
from rag.adapters.gazetteer_spelling import spellings
from rag.adapters.script_opencc import simplify, traditionalise
from rag.adapters.tokens_tiktoken import count_tokens
from rag.adapters.words_rjieba import cut_words, tag_words
from rag.ask import AskParts, Listener, ask
from rag.corpus import Corpus
from rag.domain import Filters, Hit, Lexicon, Mode, Question, Trace
from rag.errors import ChatError, DataFolderError, ModelError
from rag.generations import Generations, Indexes
from rag.inquiry import spoken
from rag.jobs import JobStore
from rag.ports import Embedder, Exclusive
from rag.settings import Settings
from rag.steps.compose import PromptTexts
from rag.steps.scope import decide_scope
from rag.stores import ConversationStore, Originals, ReportStore

_RECENT_QUERIES = 1_000
"""Their vectors are kept, 1.5 kB each: a page searches for what it then asks, and a reader asks again."""
_WARM_QUERIES = 4
"""After some queries the embedder makes itself ready for many."""
_WARM_SECONDS = 120.0
"""Time that the engine may take to load and to read the instructions once."""


class Rag(Corpus):
    """Close it, or use it in a `with`."""

    def __init__(
        self,
        settings: Settings,
        *,
        opened: ExitStack,
        files: Path,
        store: ReportStore,
        conversations: ConversationStore,
        jobs: JobStore,
        originals: Originals,
        generations: Generations,
        embedder: Embedder,
        changing: Exclusive,
        working: Exclusive,
        chat: LlamaIndexChat | None,
        lexicon: Lexicon,
        prompts: PromptTexts,
    ) -> None:
        """`opened` closes what was opened for it. Who holds `working` works at the jobs."""
        super().__init__(
            settings,
            files=files,
            store=store,
            originals=originals,
            generations=generations,
            embedder=embedder,
            changing=changing,
        )
        self.conversations = conversations
        self.jobs = jobs
        self.working = working
        self._opened = opened
        self._chat = chat
        self._lexicon = lexicon
        self._prompts = prompts
        self._embed = lru_cache(_RECENT_QUERIES)(embedder.embed_query)

    # --- questions ---

    def ask(self, question: Question, *, listener: Listener | None = None) -> Trace:
        """Raises QuestionError for an empty or too long question."""
        with self._generations.in_use() as indexes:
            parts = self._ask_parts(indexes)
            if question.mode is not Mode.AUTO:
                parts = replace(parts, chat=None)
            return ask(question, parts=parts, listener=listener or Listener())

    def search(self, query: str, *, filters: Filters = Filters(), limit: int = 10) -> list[Hit]:
        """Ranked sentences, with the places and years of the query as filters."""
        with self._generations.in_use() as indexes:
            parts = self._ask_parts(indexes)
            reports = parts.holdings.asked(filters.report_ids)
            intent = parts.understand(query, reports)
            scope = decide_scope(intent, reports, filters)
            return parts.search(parts.embed(spoken(query, intent)), intent, scope.reports, limit=limit)

    def _ask_parts(self, indexes: Indexes) -> AskParts:
        return AskParts(
            passages=indexes.passages,
            words=indexes.words,
            embedder=self._embedder.name,
            embed=self._embed,
            chat=self._chat,
            gazetteer=self._gazetteer,
            lexicon=self._lexicon,
            prompts=self._prompts,
            simplify=simplify,
            traditionalise=traditionalise,
            cut_words=cut_words,
            tag_words=tag_words,
            look_up=look_up,
            romanise=spellings,
            count_tokens=count_tokens,
            answer_seconds=self.settings.answer_seconds,
            evidence_tokens=self.settings.evidence_tokens,
            holdings=self._holdings.current(),
        )

    # --- its state ---

    def probes(self) -> dict[str, Callable[[], str | None]]:
        """For each part by name a call that really uses it: None where it works, else one sentence on what is
        wrong. The embedder's and the chat model's may wait while those load."""
        current = self._generations.current
        calls: dict[str, Callable[[], object]] = {
            "store": self._store.sources,
            "passages": lambda: current().passages.count(),
            "words": lambda: current().words.count(),
            "embedder": lambda: self._embedder.embed_query("地区生产总值"),
            "chat_model": self._chat.check if self._chat is not None else lambda: None,
        }
        return {name: partial(self._probe, call) for name, call in calls.items()}

    def index_sizes(self) -> dict[str, int]:
        """Sentences in the lexical index, passages in the dense one."""
        current = self._generations.current()
        return {"sentences": current.words.count(), "passages": current.passages.count()}

    @staticmethod
    def _probe(call: Callable[[], object]) -> str | None:
        try:
            call()
        except (DataFolderError, ModelError, ChatError) as error:
            return str(error)
        return None

    @property
    def chat_model(self) -> str | None:
        return self._chat.name if self._chat is not None else None

    def warm(self) -> None:
        """Load what the first question would otherwise wait for."""
        with suppress(ModelError):
            for _ in range(_WARM_QUERIES):
                self._embedder.embed_query("地区生产总值增长")
        self._gazetteer.find("北京市")
        count_tokens("增长")
        cut_words("增长")
        look_up("growth")
        if self._chat is not None:
            with suppress(ChatError, ModelError):
                self._chat.prepare(self._prompts.instructions, seconds=_WARM_SECONDS)

    def close(self) -> None:
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
