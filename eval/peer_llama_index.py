"""LlamaIndex's CitationQueryEngine as its users run it: default splitting, default top k, default prompts."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.llms.openai_like import OpenAILike
from pydantic import PrivateAttr

from eval.peers import CONTEXT_TOKENS, Ask, Reply, Server
from rag.ports import Embedder


class _Embedding(BaseEmbedding):
    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.name)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(x) for x in self._embedder.embed_query(query)[0]]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self._embedder.embed_passages(texts)]


def build(texts: Sequence[str], embedder: Embedder, server: Server) -> Ask:
    """Indexes the texts and returns what answers a question over them."""
    index = VectorStoreIndex.from_documents(
        [Document(text=text) for text in texts], embed_model=_Embedding(embedder)
    )
    model = OpenAILike(
        model=server.model,
        api_base=server.url,
        api_key=server.key,
        is_chat_model=True,
        context_window=CONTEXT_TOKENS,
        temperature=0.0,
        timeout=server.seconds,
    )
    engine = CitationQueryEngine.from_args(index, llm=model)

    def ask(question: str) -> Reply:
        response = engine.query(question)
        shown = tuple(found.node.get_content() for found in response.source_nodes)
        return Reply(text=str(response), shown=shown)

    return ask
