"""The five seeds, read by the steps alone: no store, no index, no model."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.reader import decode
from rag.adapters.reader_text import read_file
from rag.adapters.script_opencc import simplify
from rag.domain import FoldedText, Sentence, SourceText
from rag.resources import seeds_folder
from rag.steps.fold import fold
from rag.steps.read import read
from rag.stores import Reading

ZHANGJIAKOU, SAIBEI, COMPILATION, JIEFANG, LANGFANG = "000", "001", "002", "003", "004"
GAZETTEER = CnAreaGazetteer()


@cache
def source(start: str) -> SourceText:
    """The seed whose file name begins so."""
    (path,) = seeds_folder().glob(f"{start}_*.txt")
    return decode(read_file(path, max_megabytes=1))


@cache
def folded(start: str) -> FoldedText:
    return fold(source(start).text, simplify=simplify)


@cache
def reading(start: str) -> Reading:
    return read(source(start), simplify=simplify, gazetteer=GAZETTEER)


def readings() -> list[Reading]:
    return [reading(start) for start in (ZHANGJIAKOU, SAIBEI, COMPILATION, JIEFANG, LANGFANG)]


def sentences() -> list[tuple[SourceText, Sentence]]:
    """Every sentence of every report, with the source that it points into."""
    return [(found.source, sentence) for found in readings() for sentence in found.sentences]


@cache
def shared_reports() -> dict[int, str]:
    """Year → text of the State Council's reports beside the checkout; empty where there are none."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "national"
    return {int(path.name[:4]): path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
