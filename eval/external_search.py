"""Search alone on pooled passages, through the embedder, the two indexes and the fusion that serve.

For the dense leg a passage of the set is cut as a report is, and is as near as its nearest part; for the
lexical leg it is one sentence. What the line does before a search (places, years, indicators of work reports)
has no say here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from eval.external_sets import ExternalSet
from rag.adapters.index_chroma import ChromaPassageIndex
from rag.adapters.lexical_tantivy import TantivyLexicalIndex
from rag.adapters.script_opencc import simplify
from rag.adapters.words_rjieba import cut_words
from rag.domain import FoldedText, Passage, Report, ReportKind, Sentence, Span, Stance
from rag.ports import Embedder
from rag.steps.chunk import chunk
from rag.steps.fold import fold, fold_query
from rag.steps.fuse import below_best, fuse, of_best
from rag.steps.segment import sentences

_DEPTH = 40
_PARTS = 4 * _DEPTH
"""Parts that the dense leg fetches, so that they are of `_DEPTH` passages."""
_BATCH = 64
_LIKENESS_WEIGHT = 12.0
"""Less than in the line, where texts of words are single sentences: here all words of a question meet a whole
passage, and words tell more. Tuned on one half of each set, confirmed on the other."""
_CHINESE = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Of one question: the rank of its passage by each leg and fused, None beyond the depth of 40."""

    dense: int | None
    lexical: int | None
    fused: int | None
    best: int | None
    """Index of the passage that the fusion puts first."""


class PooledSearch:
    """The passages of a set, indexed in `folder`; what is indexed there already is kept."""

    def __init__(self, pool: ExternalSet, folder: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        self._dense = ChromaPassageIndex(folder / "passages")
        self._words = TantivyLexicalIndex(folder / "words", cut_words)
        parts = [part for n, text in enumerate(pool.passages) for part in _parts(n, text)]
        if self._dense.count() != len(parts) or self._words.count() != len(pool.passages):
            self._fill(pool, parts)

    def rank(self, question: str) -> tuple[list[int], list[int], list[int]]:
        """Indexes of passages, best first: by the dense leg, by the lexical leg, fused."""
        vector = self._embedder.embed_query(_spoken(question))
        dense = _of_passages(self._dense.search(vector, report_ids=[_REPORT], limit=_PARTS))
        lexical = self._words.search(_words(question), report_ids=[_REPORT], limit=_DEPTH)
        fused = fuse({"lexical": of_best(lexical), "dense": below_best(dense, weight=_LIKENESS_WEIGHT)})
        return _numbers(dense), _numbers(lexical), _numbers(fused)

    def _fill(self, pool: ExternalSet, parts: Sequence[Passage]) -> None:
        self._dense.clear()
        self._words.clear()
        self._words.add([_sentence(n, text) for n, text in enumerate(pool.passages)])
        for start in tqdm(range(0, len(parts), _BATCH), desc="embedding", file=sys.stderr, mininterval=5):
            batch = parts[start : start + _BATCH]
            self._dense.add(batch, self._embedder.embed_passages([p.search_text for p in batch]))


def rank_all(pool: ExternalSet, search: PooledSearch) -> Iterator[Ranks]:
    for question in tqdm(pool.questions, desc="searching", file=sys.stderr, mininterval=5):
        dense, lexical, fused = search.rank(question.text)
        yield Ranks(
            dense=_place(dense, question.passage),
            lexical=_place(lexical, question.passage),
            fused=_place(fused, question.passage),
            best=fused[0] if fused else None,
        )


def hit_rate(ranks: Sequence[int | None], k: int) -> float:
    """hit@k = questions whose passage is among the first k / questions."""
    return round(sum(rank is not None and rank <= k for rank in ranks) / len(ranks), 4)


def mean_reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """MRR; a passage beyond the depth counts 0."""
    return round(sum(1 / rank for rank in ranks if rank is not None) / len(ranks), 4)


_REPORT = "pool"
_OF = "-s"
_POOL = Report(
    id=_REPORT,
    source_id=_REPORT,
    source_name=_REPORT,
    span=Span(0, 0),
    region=None,
    parents=(),
    aliases=(),
    year=None,
    kind=ReportKind.NEWS,
    title="",
    truncated=False,
)


def _spoken(question: str) -> str:
    """As in the line: folded as the passages are, an English question as it was typed."""
    return fold_query(question, simplify=simplify) if _CHINESE.search(question) else question


def _words(question: str) -> list[str]:
    """As in the line: a question without a Chinese character has no words for a Chinese index."""
    return cut_words(fold_query(question, simplify=simplify)) if _CHINESE.search(question) else []


def _id(number: int) -> str:
    return f"pool-{number:05d}"


def _numbers(found: Sequence[tuple[str, *tuple[object, ...]]]) -> list[int]:
    return [int(one[0].removeprefix("pool-")) for one in found]


def _place(ranked: Sequence[int], passage: int) -> int | None:
    return ranked.index(passage) + 1 if passage in ranked else None


def _of_passages(parts: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Parts, nearest first → their passages, each as near as its nearest part."""
    nearest: dict[str, float] = {}
    for part, likeness in parts:
        nearest.setdefault(part.rpartition(_OF)[0].removeprefix("p"), likeness)
    return list(nearest.items())[:_DEPTH]


def _parts(number: int, text: str) -> list[Passage]:
    folded = fold(text, simplify=simplify)
    cut = [folded.slice(start, end) for start, end in sentences(folded.text)]
    return list(chunk(_POOL, [_told(f"{_id(number)}{_OF}{n}", n, part) for n, part in enumerate(cut)]))


def _sentence(number: int, text: str) -> Sentence:
    return _told(_id(number), number, fold(text, simplify=simplify))


def _told(name: str, number: int, folded: FoldedText) -> Sentence:
    return Sentence(
        id=name,
        report_id=_REPORT,
        ordinal=number,
        span=folded.span(0, len(folded.text)),
        folded=folded,
        display=folded.text,
        section=(),
        stance=Stance.OTHER,
        period=None,
    )
