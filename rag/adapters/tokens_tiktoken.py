"""Token counts with tiktoken's cl100k_base, whose vocabulary llama-index-core carries: no download."""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelMissing

if TYPE_CHECKING:
    from tiktoken import Encoding

_ENCODING = "cl100k_base"
_CACHED_AS = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
"""SHA-1 of the vocabulary's address: the file name under which tiktoken looks for it in its cache."""


def count_tokens(text: str) -> int:
    """`CountTokens`. Words such as <|endoftext|> in the text are text. Raises ModelMissing."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Encoding:
    import tiktoken

    folder = _vocabulary_folder()
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)  # the only way in that tiktoken has
    try:
        return tiktoken.get_encoding(_ENCODING)
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before


def _vocabulary_folder() -> Path:
    """Found without importing llama-index, which would take a second."""
    package = importlib.util.find_spec("llama_index.core")
    for place in (package.submodule_search_locations or []) if package else []:
        folder = Path(place) / "_static" / "tiktoken_cache"
        if (folder / _CACHED_AS).is_file():
            return folder
    raise ModelMissing(f"The vocabulary {_ENCODING} is not installed: install llama-index-core again.")
