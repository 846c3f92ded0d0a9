"""Reads the 4-bit `E5S1` file of multilingual-e5-small.

The file is little-endian and holds, in this order: a header (magic, version, shapes, constants), a
SentencePiece unigram vocabulary with its scores, a table of character normalisations, a directory of tensors,
and the tensors. A tensor is float32 or Q4_0: blocks of 18 bytes for 32 weights, an fp16 scale and 16 bytes of
which byte j holds weight j in its low and weight j + 16 in its high nibble; weight = (nibble - 8) * scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from rag.errors import ModelDamaged

Floats: TypeAlias = npt.NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK_WEIGHTS = 32
Q4_0_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK_WEIGHTS // 2)])
FLOAT32, Q4_0 = 0, 1

# File name of a tensor -> name in transformers' BertModel. `{n}` is the layer.
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The sizes of the encoder, and the smallest value layer normalisation divides by."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Unigram pieces with their log probabilities, in id order, and the ids of the four special tokens."""

    pieces: list[tuple[str, float]]
    begin: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorEntry:
    """Where a tensor lies in the file: `offset` and `size` in bytes, `weights` as a count."""

    form: int
    weights: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderFile:
    """What the file holds; `tensors` are named and shaped as transformers' BertModel wants them."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: dict[str, Floats]


class _Reader:
    """A place in the file's bytes that moves on as fields are read."""

    def __init__(self, content: memoryview) -> None:
        self.content = content
        self.at = 0

    def fields(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.content, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, form: str, count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.content, np.dtype(form), count, self.at)
        self.at += values.nbytes
        return values

    def take(self, size: int) -> bytes:
        self.at += size
        return bytes(self.content[self.at - size : self.at])


def read(path: Path) -> EncoderFile:
    """Raises ModelDamaged when the file does not follow the layout."""
    try:
        reader = _Reader(memoryview(path.read_bytes()))
        shape = _read_shape(reader)
        vocabulary = _read_vocabulary(reader)
        tensors = _read_tensors(reader, shape)
    except (struct.error, ValueError, KeyError) as exc:
        raise ModelDamaged(f"{path.name} is not an E5S1 model file: run `wenbao models pull`.") from exc
    return EncoderFile(shape=shape, vocabulary=vocabulary, tensors=tensors)


def _read_shape(reader: _Reader) -> Shape:
    if reader.take(len(MAGIC)) != MAGIC:
        raise ValueError("magic")
    reader.fields("I")  # format version
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = reader.fields("7i")
    epsilon = float(reader.array("<f4", 1)[0])
    (block,) = reader.fields("i")
    if block != BLOCK_WEIGHTS:
        raise ValueError("block")
    return Shape(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        token_types=token_types,
        epsilon=epsilon,
    )


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, begin, end, padding, unknown = reader.fields("5i")
    (text_size,) = reader.fields("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    text = reader.take(text_size)
    _, table_size = reader.fields("iI")
    reader.take(table_size)  # character normalisations: `_normalizer` says the same
    pieces = [
        (text[start:stop].decode("utf-8"), score)
        for start, stop, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    return Vocabulary(pieces=pieces, begin=begin, end=end, padding=padding, unknown=unknown)


def _read_tensors(reader: _Reader, shape: Shape) -> dict[str, Floats]:
    (count,) = reader.fields("i")
    directory: dict[str, TensorEntry] = {}
    for _ in range(count):
        (length,) = reader.fields("H")
        name = reader.take(length).decode("ascii")
        form, weights, offset, size = reader.fields("BIQQ")
        directory[name] = TensorEntry(form=form, weights=weights, offset=offset, size=size)
    return {
        name: dequantise(reader.content, directory[source]).reshape(size)
        for source, name, size in _expected_tensors(shape)
    }


def _expected_tensors(shape: Shape) -> list[tuple[str, str, tuple[int, ...]]]:
    """Each tensor: its name in the file, its name in BertModel, its shape (a matrix has outputs as rows)."""
    wide, inner = shape.hidden, shape.feed_forward
    rows = {"emb.word": shape.vocabulary, "emb.pos": shape.positions, "emb.type": shape.token_types}
    found: list[tuple[str, str, tuple[int, ...]]] = [
        (source, name, (rows[source], wide) if source in rows else (wide,))
        for source, name in EMBEDDINGS.items()
    ]
    matrices = dict.fromkeys(("q", "k", "v", "ao"), (wide, wide))
    matrices |= {"fi": (inner, wide), "fo": (wide, inner)}
    for n in range(shape.layers):
        for part, name in LAYER.items():
            size: tuple[int, ...] = matrices.get(part, (wide,))
            source, full = f"l{n}.{part}", f"encoder.layer.{n}.{name}"
            found += [(source + ".w", full + ".weight", size), (source + ".b", full + ".bias", size[:1])]
    return found


def dequantise(content: memoryview, entry: TensorEntry) -> Floats:
    """The tensor's weights in file order, shape (weights,)."""
    if entry.form == FLOAT32:
        return np.frombuffer(content, "<f4", entry.weights, entry.offset).astype(np.float32)
    if entry.form != Q4_0 or entry.weights % BLOCK_WEIGHTS:
        raise ValueError("tensor form")
    blocks = np.frombuffer(content, Q4_0_BLOCK, entry.weights // BLOCK_WEIGHTS, entry.offset)
    half = BLOCK_WEIGHTS // 2
    weights = np.empty((len(blocks), BLOCK_WEIGHTS), np.float32)
    weights[:, :half] = blocks["nibbles"] & 0x0F
    weights[:, half:] = blocks["nibbles"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)
