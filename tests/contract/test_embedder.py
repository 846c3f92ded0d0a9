"""`Embedder`, with the model that setup pulled."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from rag.adapters.embedder_httpx import EndpointEmbedder, Prefixes
from rag.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder
from rag.errors import ModelDamaged, ModelMissing
from rag.models.cache import locate
from rag.models.catalogue import find_entry
from rag.ports import Embedder
from rag.settings import read_settings
from tests.contract.model_servers import embeds, model_server

QUESTION = "2023年张家口的GDP增长多少？"
TEXTS = (
    "全市地区生产总值增长5.1%,一般公共预算收入增长7.7%,固定资产投资增长4%。",
    "粮食总产量达到52.8亿斤。",
    "新建、改扩建中小学校35所,新增学位2万个。" * 4,
    "机场旅客吞吐量突破千万人次。",
    "",
)


@pytest.fixture(scope="module")
def folder() -> Path:
    settings = read_settings({name: os.environ[name] for name in ("WENBAO_MODELS",) if name in os.environ})
    return locate(find_entry("multilingual-e5-small"), settings.models)


@pytest.fixture(scope="module")
def local(folder: Path) -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder(folder, "multilingual-e5-small")


@pytest.fixture(scope="module", params=["local", "endpoint"])
def embedder(request: pytest.FixtureRequest, local: SentenceTransformersEmbedder) -> Iterator[Embedder]:
    """The endpoint serves the same weights, through a real server."""
    if request.param == "local":
        yield local
        return
    with model_server(embeds(local)) as server:
        prefixes = Prefixes(query="query: ", passage="passage: ")
        yield EndpointEmbedder(server.url, "", "multilingual-e5-small", prefixes=prefixes)


def test_vectors_have_length_one_and_the_order_of_the_texts(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-6)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert embedder.embed_passages([text])[0] @ vector > 0.9999
    assert embedder.embed_passages([]).shape == (0, 384)


def test_the_prefixes_of_the_model_are_used(embedder: Embedder, folder: Path) -> None:
    """Against the model itself in float32, given the text with its prefix; without, a text lies elsewhere."""
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    passage = model.encode(["passage: " + TEXTS[0]], prompt="", show_progress_bar=False)[0]
    bare = model.encode([TEXTS[0]], prompt="", show_progress_bar=False)[0]
    ours = embedder.embed_passages([TEXTS[0]])[0]
    assert ours @ passage > 0.9999
    assert ours @ bare < 0.999
    query = model.encode(["query: " + QUESTION], prompt="", show_progress_bar=False)[0]
    assert embedder.embed_query(QUESTION)[0] @ query > 0.9999


def test_a_question_finds_its_passage(embedder: Embedder) -> None:
    passages = embedder.embed_passages(TEXTS[:4])
    for question, answer in ((QUESTION, 0), ("粮食产量", 1), ("How many new schools were built?", 2)):
        assert int(np.argmax(passages @ embedder.embed_query(question)[0])) == answer


def test_a_question_has_the_same_bits_every_time(embedder: Embedder) -> None:
    first = embedder.embed_query(QUESTION)
    assert first.shape == (1, 384)
    embedder.embed_passages(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(embedder.embed_query, [QUESTION] * 8))
    assert all(np.array_equal(first, vector) for vector in again)


def test_a_question_has_the_bits_of_the_library(local: SentenceTransformersEmbedder, folder: Path) -> None:
    """The short way round its checks changes nothing."""
    precision = torch.bfloat16 if local.name.endswith("bf16") else torch.float32
    model = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": precision})
    torch.set_num_threads(1)
    for text in (QUESTION, *TEXTS):  # those after the third through the trace
        theirs = model.encode_query([text], show_progress_bar=False)
        unit = theirs / np.linalg.norm(theirs, axis=1, keepdims=True)
        assert np.array_equal(local.embed_query(text), unit), text
    assert local._weights.encoder() is not None


def test_a_lone_surrogate_does_no_harm(embedder: Embedder) -> None:
    assert embedder.embed_query("\ud800增长") @ embedder.embed_query("?增长").T == pytest.approx(1, abs=1e-6)


def test_neighbours_in_a_batch_hardly_matter(embedder: Embedder) -> None:
    """What they move in a cosine with a question stays below 0.001."""
    question = embedder.embed_query(QUESTION)[0]
    texts = [TEXTS[0][:length] for length in range(10, 40)]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts[::6]])
    assert np.abs((together[::6] - alone) @ question).max() < 0.001
    assert np.array_equal(together, embedder.embed_passages(texts[::-1])[::-1])


def test_the_name_tells_the_precision(local: SentenceTransformersEmbedder) -> None:
    features = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    bfloat16 = "amx_bf16" in features or "avx512_bf16" in features
    assert local.name == f"multilingual-e5-small@{'bf16' if bfloat16 else 'fp32'}"


def test_a_missing_or_damaged_folder_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="wenbao models pull"):
        SentenceTransformersEmbedder(tmp_path / "nothing", "e5")
    with pytest.raises(ModelDamaged, match=r"lacks modules\.json"):
        SentenceTransformersEmbedder(tmp_path, "e5")
    broken = tmp_path / "e5"
    shutil.copytree(folder, broken, ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(ModelDamaged, match="wenbao models pull"):
        SentenceTransformersEmbedder(broken, "e5").embed_query(QUESTION)
    (broken / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:100_000])
    with pytest.raises(ModelDamaged, match="wenbao models pull"):
        SentenceTransformersEmbedder(broken, "e5").embed_query(QUESTION)


def test_importing_the_adapters_is_cheap() -> None:
    """`wenbao --help` must not wait for the heavy libraries."""
    modules = "embedder_sentence_transformers index_chroma lexical_tantivy words_rjieba tokens_tiktoken"
    script = "".join(f"import rag.adapters.{module}\n" for module in modules.split()) + (
        "import sys\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'chromadb', 'llama_index', 'tiktoken'}\n"
        "sys.exit(sorted(heavy & sys.modules.keys()) or 0)\n"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=root, check=False, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")
