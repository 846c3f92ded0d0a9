"""The E5S1 reader on a file small enough to work out by hand, and the tokenizer on Chinese text."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from rag.errors import ModelDamaged
from rag.models import e5, e5_file

HIDDEN, VOCABULARY, POSITIONS, TYPES = 32, 40, 8, 2
QUANTISED = ("word", "q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "增长", "5%", "～", "GDP", "▁x", "x", "<mask>"]


def q4_0(weights: npt.NDArray[np.float32], scale: float) -> bytes:
    """Blocks of 32 weights that are whole multiples of `scale` from -8 to 7."""
    nibbles = (weights.reshape(-1, 32) / scale + 8).astype(np.uint8)
    packed = nibbles[:, :16] | nibbles[:, 16:] << 4
    return b"".join(struct.pack("<e", scale) + row.tobytes() for row in packed)


def tensors() -> dict[str, npt.NDArray[np.float32]]:
    """By name in the file; matrices hold multiples of 0.5 in [-4, 3.5]."""
    random = np.random.default_rng(3)
    wide, inner = HIDDEN, 64
    shapes = {"emb.word": (VOCABULARY, wide), "emb.pos": (POSITIONS, wide), "emb.type": (TYPES, wide)}
    shapes |= {f"l0.{part}.w": (wide, wide) for part in ("q", "k", "v", "ao")}
    shapes |= {"l0.fi.w": (inner, wide), "l0.fo.w": (wide, inner)}
    found = {name: (random.integers(-8, 8, shape) * 0.5).astype(np.float32) for name, shape in shapes.items()}
    plain = ["emb.ln.w", "emb.ln.b", "l0.aln.w", "l0.aln.b", "l0.oln.w", "l0.oln.b"]
    plain += [f"l0.{part}.b" for part in ("q", "k", "v", "ao", "fo")]
    found |= {name: random.random(wide, np.float32) for name in plain}
    found["l0.fi.b"] = random.random(inner, np.float32)
    return found


def e5s1() -> bytes:
    """A file of one layer."""
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 4, 64, VOCABULARY, POSITIONS, TYPES, 1e-12, 32)
    text = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, text)]).astype("<u4")
    scores = np.array([0, 0, 0, 0, -2, -3, -3, -3, -3, -3, -4, 0], "<f4")
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, offsets[-1]) + offsets.tobytes() + scores.tobytes()
    head += b"".join(text) + struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x3000, 1, 0x20)
    stored = {
        name: (1, q4_0(values, 0.5)) if name.endswith(QUANTISED) else (0, values.tobytes())
        for name, values in tensors().items()
    }
    directory_size = 4 + sum(2 + len(name) + 21 for name in stored)
    offset = len(head) + directory_size
    directory, body = struct.pack("<i", len(stored)), b""
    for name, (form, content) in stored.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", form, tensors()[name].size, offset + len(body), len(content))
        body += content
    return head + directory + body


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.bin"
    path.write_bytes(e5s1())
    return path


@pytest.fixture
def unpacked(source: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    e5.unpack(source, folder)
    return folder


def test_one_block_is_read_as_the_layout_says() -> None:
    # Scale 2. Byte 0x1F: weight 0 is (15 - 8) * 2 = 14, weight 16 is (1 - 8) * 2 = -14. 0x88 is two zeros.
    block = struct.pack("<e", 2.0) + bytes([0x1F]) + bytes([0x88] * 15)
    entry = e5_file.TensorEntry(form=e5_file.Q4_0, weights=32, offset=0, size=18)
    weights = e5_file.dequantise(memoryview(block), entry)
    assert weights.shape == (32,)
    assert {i: w for i, w in enumerate(weights.tolist()) if w} == {0: 14.0, 16: -14.0}


def test_every_tensor_comes_back_under_its_name_in_bert(unpacked: Path) -> None:
    weights, given = load_file(unpacked / "model.safetensors"), tensors()
    assert len(weights) == len(given)
    pairs = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.LayerNorm.bias": "emb.ln.b",
        "encoder.layer.0.attention.self.key.weight": "l0.k.w",
        "encoder.layer.0.attention.output.dense.weight": "l0.ao.w",
        "encoder.layer.0.intermediate.dense.weight": "l0.fi.w",
        "encoder.layer.0.intermediate.dense.bias": "l0.fi.b",
        "encoder.layer.0.output.dense.weight": "l0.fo.w",
        "encoder.layer.0.output.LayerNorm.weight": "l0.oln.w",
    }
    for name, original in pairs.items():
        np.testing.assert_array_equal(weights[name], given[original])


def test_the_configuration_is_the_files(unpacked: Path) -> None:
    config = json.loads((unpacked / "config.json").read_text())
    assert (config["hidden_size"], config["num_hidden_layers"], config["vocab_size"]) == (32, 1, VOCABULARY)
    assert json.loads((unpacked / "sentence_bert_config.json").read_text())["model_args"] == {
        "add_pooling_layer": False
    }


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("增长5%", ["▁", "增长", "5%"]),
        ("5%～5%", ["▁", "5%", "～", "5%"]),
        ("\uff27\uff24\uff30", ["▁", "GDP"]),
        ("增长\n\u3000 x", ["▁", "增长", "▁x"]),
        ("增\x07长\ufeff", ["▁", "增长"]),
    ],
)
def test_text_is_cut_as_the_vocabulary_was_made(unpacked: Path, text: str, pieces: list[str]) -> None:
    tokenizer = Tokenizer.from_file(str(unpacked / "tokenizer.json"))
    assert tokenizer.encode(text).tokens == ["<s>", *pieces, "</s>"]


@pytest.mark.parametrize("length", [3, 60, 300, -40])
def test_a_file_cut_short_is_damage(source: Path, tmp_path: Path, length: int) -> None:
    source.write_bytes(source.read_bytes()[:length])
    with pytest.raises(ModelDamaged, match="is not an E5S1 model file"):
        e5.unpack(source, tmp_path)
