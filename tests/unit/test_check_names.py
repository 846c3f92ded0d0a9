"""Names of English drafts, held against Chinese evidence by the real spelling and dictionary."""

from __future__ import annotations

import pytest

from rag.adapters.dictionary_cccedict import look_up
from rag.adapters.gazetteer_spelling import spellings
from rag.steps.check_names import check_names
from tests.unit.made import HANZHONG, make_claim, make_statement

EVIDENCE = make_statement(
    "康硕集团总部正式从北京迁至我市,南郑区、佛坪县被命名为示范区,西安高铁通车", HANZHONG
)


def faults(text: str) -> list[str]:
    return check_names(
        [make_claim(text, EVIDENCE)], "Which group moved to Gaoping?", romanise=spellings, look_up=look_up
    )


@pytest.mark.parametrize(
    "text",
    [
        "Kangshuo Group moved its headquarters from Beijing to Gaoping.",
        "In Hanzhong, Nanzheng District and Foping County were named.",
        "The railway to Xi'an opened in January.",
        "According to the report, the Yellow River was not named.",
    ],
)
def test_names_that_the_evidence_gives(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Conso Group moved its headquarters to Gaoping.", ["Conso"]),
        ("Foping, Ningqiang and Chenggu were named.", ["Ningqiang", "Chenggu"]),
    ],
)
def test_names_that_were_made_up(text: str, names: list[str]) -> None:
    assert faults(text) == [f"{name} does not stand in the evidence" for name in names]
