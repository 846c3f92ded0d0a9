"""The dense leg with Chroma, through llama-index's vector store: embedded, or (next door) at a server."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from heapq import nsmallest
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from rag.adapters.chroma_errors import OTHER_EMBEDDER, Stale, ids_that_are_there, readable
from rag.adapters.vectors_kept import KeptVectors
from rag.domain import Passage
from rag.errors import IndexMismatch
from rag.ports import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Where
    from llama_index.core.schema import BaseNode
    from llama_index.vector_stores.chroma import ChromaVectorStore

_ByReport: TypeAlias = Mapping[str, tuple[str, ...]]
"""Report id → ids of its passages."""
Translated: TypeAlias = Callable[[], AbstractContextManager[None]]
_Among: TypeAlias = dict[Literal["$in", "$nin"], list[str | int | float | bool]]

_COLLECTION = "passages"
_REPORT = "report_id"
_PAGE = 5_000
"""Entries read or written at once: below the bound on variables of the SQLite that Chroma keeps."""
_FEW = 5_000
"""Passages that are compared one by one."""
_KEPT = 20_000
"""Passages whose vectors stay in memory: 30 MB of 384 numbers each."""
_WIDE = 1_000
"""More passages than `_FEW` are not named to the graph one by one (a search took up to 0.16 s where it named
22,000 of 270,000): instead the nearest of all are sifted, `_WIDE` of them at most."""
_GRAPH: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "max_neighbors": 32,
    "ef_search": 1000,
}
"""HNSW: at 48,000 vectors recall@20 was 0.98 with an `ef_search` of 400 and a filter on half of the reports,
0.995 with 800, 1.0 with 1,600, for 2 ms more each."""


class ChromaCollection:
    """`PassageIndex` in one collection of a client, which stays its owner's to close. Safe for threads; one
    process writes at a time, and `reread` tells the others.

    It holds ids, vectors and report ids. The texts stay in the store: a second copy would make the index a
    third larger and every write slower.
    """

    def __init__(self, client: ClientAPI, name: str, *, translated: Translated, page: int = _PAGE) -> None:
        """Opens the collection, or makes it. `translated` makes errors of Chroma ours; `page` is how many
        entries are written at once."""
        self._client, self._name = client, name
        self._translated, self._page = translated, page
        self._writing = threading.Lock()
        self._vectors = KeptVectors(self._read_vectors, most=_KEPT)
        with self._translated():
            self._collection, self._store = self._open()
        self._ids: _ByReport | None = None  # read when first asked for

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """`vectors[i]` belongs to `passages[i]`. A passage of an id that is there takes its place.

        Raises IndexMismatch where the collection holds vectors of another length.
        """
        if len(passages) != len(vectors):
            raise ValueError(f"{len(passages)} passages, {len(vectors)} vectors")
        with self._changing(coming=passages):
            page = min(self._page, self._client.get_max_batch_size())
            for start in range(0, len(passages), page):
                batch = passages[start : start + page]
                self._forget([passage.id for passage in batch])
                self._store.add(_nodes(batch, vectors[start : start + page]))

    def remove(self, report_ids: Sequence[str]) -> None:
        with self._changing(going=report_ids):
            for start in range(0, len(report_ids), _PAGE):
                among: _Among = {"$in": [*report_ids[start : start + _PAGE]]}
                self._collection.delete(where={_REPORT: among})

    def clear(self) -> None:
        with self._writing, self._translated():
            self._client.delete_collection(self._name)
            self._collection, self._store = self._open()
            self._ids = {}
            self._vectors.forget()

    def search(self, vector: Vectors, *, report_ids: Sequence[str], limit: int) -> list[tuple[str, float]]:
        try:
            return self._search(vector, report_ids=report_ids, limit=limit)
        except Stale:
            self._ids = None
            self._vectors.forget()
            return self._search(vector, report_ids=report_ids, limit=limit)

    def _search(self, vector: Vectors, *, report_ids: Sequence[str], limit: int) -> list[tuple[str, float]]:
        from llama_index.core.vector_stores.types import VectorStoreQuery

        held = self._held()
        wanted = held.keys() & set(report_ids)
        if not wanted or limit < 1:
            return []
        if sum(len(held[report_id]) for report_id in wanted) <= _FEW:
            return self._nearest(vector, {report_id: held[report_id] for report_id in wanted}, limit)
        inside: dict[str, list[str]] = {}
        if len(wanted) < len(held):
            # A filter by ids takes 10 to 25 ms at 27,000 passages, one by report in the metadata up to 80 ms.
            inside["ids"] = [passage_id for report_id in sorted(wanted) for passage_id in held[report_id]]
            if sifted := self._sifted(vector, set(inside["ids"]), limit):
                return sifted
        query = VectorStoreQuery(query_embedding=vector.reshape(-1).tolist(), similarity_top_k=limit)
        with self._translated(), ids_that_are_there():
            found = self._store.query(query, **inside)
        hits = [
            # The store gives exp(-distance), and the cosine is 1 - distance.
            (node.node_id, 1.0 + math.log(similarity))
            for node, similarity in zip(found.nodes or [], found.similarities or [], strict=True)
            # Without a filter, a report that came since `held` was read would be among them.
            if node.metadata[_REPORT] in wanted
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def _nearest(self, vector: Vectors, among: _ByReport, limit: int) -> list[tuple[str, float]]:
        """Every one of these passages is compared, no graph is searched."""
        ids: list[str] = []
        cosines: list[float] = []
        for report_id, passage_ids in among.items():
            rows = self._vectors.rows(report_id, passage_ids)
            if rows.ids and rows.vectors.shape[1] != vector.size:
                raise IndexMismatch(OTHER_EMBEDDER)
            ids += rows.ids
            cosines += (rows.vectors @ vector.reshape(-1)).tolist() if rows.ids else []
        return nsmallest(limit, zip(ids, cosines, strict=True), key=lambda hit: (-hit[1], hit[0]))

    def _read_vectors(self, passage_ids: Sequence[str]) -> tuple[Sequence[str], Vectors]:
        with self._translated():
            found = self._collection.get(ids=[*passage_ids], include=["embeddings"])
        vectors = np.asarray(found["embeddings"], dtype=np.float32).reshape(len(found["ids"]), -1)
        return found["ids"], vectors

    def _sifted(self, vector: Vectors, inside: set[str], limit: int) -> list[tuple[str, float]]:
        """The first `limit` of these among the nearest of all; none where too few of them are so near."""
        with self._translated():
            # Twice as many as would hold them if they lay no nearer than the others.
            wide = 2 * limit * self._collection.count() // len(inside)
            if wide > _WIDE:
                return []
            query = vector.reshape(1, -1)
            found = self._collection.query(query_embeddings=query, n_results=wide, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        hits = [(i, 1 - d) for i, d in zip(found["ids"][0], distances, strict=True) if i in inside]
        return sorted(hits[:limit], key=lambda hit: (-hit[1], hit[0])) if len(hits) >= limit else []

    def report_ids(self) -> set[str]:
        return set(self._held())

    def ids(self) -> list[str]:
        with self._translated():
            return [
                passage_id
                for offset in range(0, self._collection.count(), _PAGE)
                for passage_id in self._collection.get(include=[], limit=_PAGE, offset=offset)["ids"]
            ]

    def count(self) -> int:
        with self._translated():
            return self._collection.count()

    def reread(self, report_ids: Sequence[str]) -> None:
        again = set(report_ids)
        with self._writing, self._translated():
            self._vectors.forget(again)
            held = self._ids
            if held is None or not again:
                return
            found = {report_id: ids for report_id, ids in held.items() if report_id not in again}
            for start in range(0, len(report_ids), _PAGE):
                found |= self._read({"$in": [*report_ids[start : start + _PAGE]]})
            self._ids = found

    def close(self) -> None: ...

    def _open(self) -> tuple[Collection, ChromaVectorStore]:
        from llama_index.vector_stores.chroma import ChromaVectorStore

        collection = self._client.get_or_create_collection(
            self._name,
            embedding_function=None,
            configuration={"hnsw": _GRAPH},
        )
        return collection, ChromaVectorStore.from_collection(collection)

    def _forget(self, passage_ids: list[str]) -> None:
        """Chroma keeps what it has of an id that is added again, in silence."""
        known = self._collection.get(ids=passage_ids, include=[])["ids"]
        if known:
            self._store.delete_nodes(known)

    def _held(self) -> _ByReport:
        """The passages that there may be: read once (2 s at 50,000), then kept in step."""
        held = self._ids
        if held is not None:
            return held
        with self._writing, self._translated():
            return self._read_ids()

    def _read_ids(self) -> _ByReport:
        """The caller holds `_writing`."""
        if self._ids is None:
            self._ids = self._read()
        return self._ids

    def _read(self, among: _Among | None = None) -> _ByReport:
        """The passages of these reports; without, of all."""
        found: dict[str, list[str]] = defaultdict(list)
        where: Where | None = {_REPORT: among} if among else None
        for offset in count(0, _PAGE):
            page = self._collection.get(where=where, include=["metadatas"], limit=_PAGE, offset=offset)
            for passage_id, metadata in zip(page["ids"], page["metadatas"] or [], strict=True):
                found[str(metadata[_REPORT])].append(passage_id)
            if len(page["ids"]) < _PAGE:
                break
        return {report_id: tuple(ids) for report_id, ids in found.items()}

    @contextmanager
    def _changing(self, *, coming: Sequence[Passage] = (), going: Sequence[str] = ()) -> Iterator[None]:
        """One write at a time. Passages count as held before they come and until they are gone."""
        with self._writing, self._translated():
            self._ids = _with(self._read_ids(), coming)
            try:
                yield
            except BaseException:
                self._ids = None  # how far it went is for the collection to say
                raise
            finally:
                self._vectors.forget([*going, *{passage.report_id for passage in coming}])
            gone = set(going)
            self._ids = {report_id: ids for report_id, ids in self._ids.items() if report_id not in gone}


class ChromaPassageIndex(ChromaCollection):
    """In a folder of its own, for one process."""

    def __init__(self, folder: Path) -> None:
        """Opens the index, or makes it. Raises DataFolderError where it cannot be read."""
        from chromadb.api.client import Client
        from chromadb.config import Settings

        with readable():
            folder.mkdir(parents=True, exist_ok=True)
            self._embedded = Client(
                settings=Settings(
                    is_persistent=True, persist_directory=str(folder), anonymized_telemetry=False
                )
            )
        super().__init__(self._embedded, _COLLECTION, translated=readable)

    def close(self) -> None:
        self._embedded.close()


def _with(held: _ByReport, coming: Sequence[Passage]) -> _ByReport:
    """`held` and what comes. A passage that comes again, of another report, leaves the one that it was in."""
    found: dict[str, list[str]] = defaultdict(list)
    for passage in coming:
        found[passage.report_id].append(passage.id)
    new = {passage.id for passage in coming}
    kept = {report: tuple(i for i in ids if i not in new) for report, ids in held.items()} if new else held
    both = {report: (*kept.get(report, ()), *found.get(report, ())) for report in (*kept, *found)}
    return {report: ids for report, ids in both.items() if ids}


def _nodes(passages: Sequence[Passage], vectors: Vectors) -> list[BaseNode]:
    from llama_index.core.schema import TextNode

    return [
        TextNode(id_=passage.id, metadata={_REPORT: passage.report_id}, embedding=vector.tolist())
        for passage, vector in zip(passages, vectors, strict=True)
    ]
