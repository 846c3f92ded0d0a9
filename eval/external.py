"""A public set → hit@1, hit@5, MRR of each leg and of the fusion, EM and F1 of short answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import msgspec

from eval.external_answers import ShortAnswer, read_all
from eval.external_search import PooledSearch, Ranks, hit_rate, mean_reciprocal_rank, rank_all
from eval.external_sets import read_set
from eval.scorecard import Json
from rag.assemble import open_chat, open_embedder
from rag.errors import SettingsError
from rag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalOptions:
    """`answers` is how many questions the chat model answers; 0 leaves it out."""

    name: str
    folder: Path
    out: Path
    answers: int = 100


def measure(options: ExternalOptions, settings: Settings) -> dict[str, Json]:
    """Writes OUT/NAME.json and returns it. Raises CasesError, and what opening the models raises."""
    pool = read_set(options.name, options.folder)
    embedder = open_embedder(settings)
    folder = options.out / "data" / pool.name / embedder.name
    folder.mkdir(parents=True, exist_ok=True)
    search = PooledSearch(pool, folder, embedder)
    ranks = list(rank_all(pool, search))
    card: dict[str, Json] = {
        "set": pool.name,
        "source": pool.source,
        "passages": len(pool.passages),
        "questions": len(pool.questions),
        "embedder": embedder.name,
        "search": _search(ranks),
    }
    if options.answers:
        chat = open_chat(replace(settings, data=folder))
        if chat is None:
            raise SettingsError("WENBAO_CHAT_MODEL is none: set a model, or ask for no answers.")
        try:
            read = read_all(pool, search, chat, size=options.answers)
        finally:
            chat.close()
        card |= {"chat_model": chat.name, "answers": _answers(read)}
        (options.out / f"{pool.name}.answers.json").write_bytes(msgspec.json.encode(read))
    (options.out / f"{pool.name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=1))
    return card


def _search(ranks: Sequence[Ranks]) -> dict[str, Json]:
    legs = {
        "dense": [one.dense for one in ranks],
        "lexical": [one.lexical for one in ranks],
        "fused": [one.fused for one in ranks],
    }
    return {
        name: {"hit@1": hit_rate(leg, 1), "hit@5": hit_rate(leg, 5), "mrr": mean_reciprocal_rank(leg)}
        for name, leg in legs.items()
    }


def _answers(read: Sequence[ShortAnswer]) -> dict[str, Json]:
    return {
        "n": len(read),
        "em": round(fmean(one.em for one in read), 4),
        "f1": round(fmean(one.f1 for one in read), 4),
        "passage_found": round(fmean(one.found for one in read), 4),
        "errors": sum(one.error is not None for one in read),
    }
