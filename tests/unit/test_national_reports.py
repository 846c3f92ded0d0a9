"""The 42 reports of the State Council, 1954–2014, where the folder that holds them is there."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rag.adapters.script_opencc import simplify
from rag.domain import RegionType, ReportKind
from rag.steps.fold import fold
from rag.steps.identify import identify
from rag.steps.outline import outline
from tests.unit.seeds import GAZETTEER, shared_reports

WITHOUT_HEADINGS = (1954, 1960, 1975)
_MAX_HEADING = 45


@pytest.mark.parametrize("year", shared_reports())
def test_a_national_report(year: int) -> None:
    folded = fold(shared_reports()[year], simplify=simplify)
    name = f"{year}年国务院政府工作报告.txt"
    (report,) = identify(folded, source_id="s", source_name=name, gazetteer=GAZETTEER)
    assert (report.region, report.region_type, report.year) == ("全国", RegionType.NATIONAL, year)
    assert (report.kind, report.truncated) == (ReportKind.REPORT, False)

    sections = outline(folded, year=year)
    assert [section for section in sections if section.path] or year in WITHOUT_HEADINGS
    assert all(one.span.end == other.span.start for one, other in pairwise(sections))
    assert not [title for section in sections for title in section.path if len(title) > _MAX_HEADING]
