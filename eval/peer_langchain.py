"""A plain LangChain chain, as its tutorial builds it: pieces of 1,000 characters with 200 shared, the four
nearest by the embedder, one prompt.
"""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.peers import Ask, Reply, Server
from rag.ports import Embedder

_PROMPT = (
    "你是问答助手。请只根据下面检索到的资料回答问题；资料里没有答案时，请说“不知道”。回答要简短。"
    "\n\n问题：{question}\n\n资料：{context}\n\n回答："
)


class _Embeddings:
    """What LangChain asks of an embedder."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self._embedder.embed_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._embedder.embed_query(text)[0]]


def build(texts: Sequence[str], embedder: Embedder, server: Server) -> Ask:
    """Indexes the texts and returns what answers a question over them."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    store = InMemoryVectorStore(_Embeddings(embedder))
    store.add_documents(splitter.create_documents(list(texts)))
    model = ChatOpenAI(
        model=server.model,
        base_url=server.url,
        api_key=server.key,
        temperature=0,
        timeout=server.seconds,
    )
    chain = ChatPromptTemplate.from_template(_PROMPT) | model | StrOutputParser()

    def ask(question: str) -> Reply:
        found = [document.page_content for document in store.similarity_search(question)]
        text = chain.invoke({"question": question, "context": "\n\n".join(found)})
        return Reply(text=str(text), shown=tuple(found))

    return ask
