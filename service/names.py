"""Names that came over HTTP, made fit to be stored, shown and sent back."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 200
_PATH_PART = re.compile(r"[/\\]")
# Controls, line and paragraph separators, surrogates, and marks that turn the direction of writing.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean_name(name: str, *, number: int) -> str:
    r"""`C:\in\a.txt` → a.txt; at most 200 characters, with the suffix. `upload-N` where nothing stays."""
    bare = _shown(_PATH_PART.split(name)[-1])
    return _shortened(bare) if bare.strip(".") else f"upload-{number}"


def clean_path(path: str) -> str:
    """The name of a file in an archive: as `clean_name`, with its folders."""
    parts = (_shown(part) for part in path.split("/"))
    return "/".join(_shortened(part) for part in parts if part)


def _shown(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    return "".join(sign for sign in composed if unicodedata.category(sign) not in _UNSEEN).strip()


def _shortened(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if len(name) <= MAX_NAME or not stem or len(suffix) > 10:
        return name[:MAX_NAME]
    return stem[: MAX_NAME - len(suffix) - 1] + dot + suffix
