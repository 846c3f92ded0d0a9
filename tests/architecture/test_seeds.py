"""The seeds are the user's files, byte for byte."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.reader import decode
from rag.adapters.reader_text import read_file
from rag.adapters.script_opencc import simplify
from rag.domain import ReportKind
from rag.resources import seeds_folder
from rag.steps.read import read

GIVEN = Path(__file__).parents[3] / "shared" / "seeds"


class Held(msgspec.Struct, forbid_unknown_fields=True):
    region: str
    year: int
    kind: ReportKind
    note: str


class Seed(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    sha256: str
    bytes: int
    script: str
    holds: list[Held]


MANIFEST = msgspec.json.decode((seeds_folder() / "manifest.json").read_bytes(), type=list[Seed])


def test_manifest_lists_every_text() -> None:
    assert {seed.file for seed in MANIFEST} == {path.name for path in seeds_folder().glob("*.txt")}
    assert len(MANIFEST) == 5
    assert sum(len(seed.holds) for seed in MANIFEST) == 8


@pytest.mark.parametrize("seed", MANIFEST, ids=lambda seed: seed.file)
def test_text_is_unmodified(seed: Seed) -> None:
    content = (seeds_folder() / seed.file).read_bytes()
    assert len(content) == seed.bytes
    assert hashlib.sha256(content).hexdigest() == seed.sha256
    if GIVEN.is_dir():
        assert content == (GIVEN / seed.file).read_bytes()


@pytest.mark.parametrize("seed", MANIFEST, ids=lambda seed: seed.file)
def test_reading_finds_the_reports_of_the_manifest(seed: Seed) -> None:
    text = decode(read_file(seeds_folder() / seed.file, max_megabytes=1))
    reports = read(text, simplify=simplify, gazetteer=CnAreaGazetteer()).reports
    found = [(report.region, report.year, report.kind) for report in reports]
    assert found == [(held.region, held.year, held.kind) for held in seed.holds]
