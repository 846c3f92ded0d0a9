"""The vector of one query, bit for bit that of sentence-transformers, in less of the interpreter's time.

The library looks through all modules and parameters at each call (2 ms of 20), and every one of the encoder's
two hundred modules is called from Python (6 ms). In that time no other thread of the service gets on. A trace
of the encoder runs the same operations outside of Python.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import ERROR
from typing import TYPE_CHECKING, TypeAlias

from rag.ports import Vectors

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Encoder: TypeAlias = Callable[["torch.Tensor", "torch.Tensor"], "torch.Tensor"]
"""(ids of tokens, attention mask) of one text → its token vectors."""

_PROBES = ("增长", "2023年张家口的GDP增长多少？", "粮食总产量" * 20)
"""Of several lengths: what a trace has taken for fixed that is not shows there."""
_INPUTS = {"input_ids", "attention_mask"}


def query_vectors(
    model: SentenceTransformer, encoder: Encoder | None, inputs: list[str], prompt: str
) -> Vectors:
    """Shape (len(inputs), dimensions). With `encoder` for one input only."""
    import torch

    with torch.inference_mode():
        features = model.preprocess(inputs, prompt=prompt, task="query")
        found = model(features, task="query") if encoder is None else _through(model, encoder, features)
        embedded: torch.Tensor = found["sentence_embedding"]
    vectors: Vectors = embedded.float().numpy()
    return vectors


def traced(model: SentenceTransformer, prompt: str) -> Encoder | None:
    """None for a model of another build, and for one whose trace does not give the very bits."""
    import torch

    inner = getattr(model[0], "auto_model", None)
    with torch.inference_mode():
        features = model.preprocess([_PROBES[-1]], prompt=prompt, task="query")
    tensors = {name for name, value in features.items() if isinstance(value, torch.Tensor)}
    if not isinstance(inner, torch.nn.Module) or tensors != _INPUTS:
        return None
    try:
        encoder = _trace(inner, features["input_ids"], features["attention_mask"])
        same = all(_agrees(model, encoder, text, prompt) for text in _PROBES)
    except (RuntimeError, ValueError, TypeError, AttributeError, IndexError):
        return None  # what tracing raises is not told; the library's own way remains
    return encoder if same else None


def _trace(inner: torch.nn.Module, ids: torch.Tensor, mask: torch.Tensor) -> Encoder:
    import torch

    class Layers(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.inner(input_ids=ids, attention_mask=mask).last_hidden_state
            return found

    with warnings.catch_warnings(), _silent_transformers(), torch.no_grad():
        warnings.simplefilter("ignore")  # that sizes become constants: `_agrees` looks whether it matters
        encoder: Encoder = torch.jit.trace(  # type: ignore[no-untyped-call]
            Layers().eval(), (ids.clone(), mask.clone()), check_trace=False
        )
    return encoder


@contextmanager
def _silent_transformers() -> Iterator[None]:
    """A trace looks at every attribute of a model, and some of them warn."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity(ERROR)
    try:
        yield
    finally:
        logging.set_verbosity(before)


def _agrees(model: SentenceTransformer, encoder: Encoder, text: str, prompt: str) -> bool:
    import numpy as np

    library = query_vectors(model, None, [text], prompt)
    # The first calls are profiled, later ones may run in another form.
    return all(np.array_equal(library, query_vectors(model, encoder, [text], prompt)) for _ in range(2))


def _through(
    model: SentenceTransformer, encoder: Encoder, features: dict[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """The encoder, then what the folder puts behind it: pooling, unit length."""
    found = {**features, "token_embeddings": encoder(features["input_ids"], features["attention_mask"])}
    for module in list(model)[1:]:
        found = module(found)
    return found
