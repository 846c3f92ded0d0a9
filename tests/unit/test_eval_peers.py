"""Peers are scored by the project's rule: what they say is the answer, unless nothing should be said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.peers import Asked, Reply, _scored, peers_table, spread_over_types
from tests.unit.eval_made import case, unanswerable


def scored(reply: Reply, *, answerable: bool = True) -> Asked:
    asked = case(forbidden=()) if answerable else unanswerable()
    return _scored("LangChain", asked, reply, {}, 1.5, None)


def test_an_answer_with_the_required_words_is_right_whatever_else_it_says() -> None:
    shown = ("地区生产总值增长5.1%。",)
    assert scored(Reply(text="增长5.1%，目标没有提到。", shown=shown)).correct
    assert not scored(Reply(text="增长15.1%。", shown=shown)).correct
    assert scored(Reply(text="增长15.1%。", shown=shown)).holds_answer is True
    assert scored(Reply(text="增长5.1%", shown=("增长", "15.1%"))).holds_answer is False


@pytest.mark.parametrize("text", ["不知道。", "资料中没有提到乙市。", "The sources do not mention it."])
def test_a_peer_refuses_in_words(text: str) -> None:
    one = scored(Reply(text=text, shown=()), answerable=False)
    assert one.correct
    assert one.refused
    assert one.holds_answer is None
    assert not scored(Reply(text="增长6%。", shown=()), answerable=False).correct


def test_a_refusal_that_says_so_is_taken_at_its_word() -> None:
    """This system's own: a near miss beside a refusal is no answer."""
    assert not scored(Reply(text="只给出增长5.1%", shown=(), refused=True)).correct
    assert scored(Reply(text="只给出增长5.1%", shown=(), refused=True), answerable=False).correct


def test_the_sample_goes_through_the_types_in_turn() -> None:
    cases = [replace(case(kind=kind), id=f"{kind}{n}") for kind in ("a", "b", "c") for n in range(5)]
    sample = spread_over_types(cases, 7)
    assert [one.type for one in sample] == ["a", "b", "c", "a", "b", "c", "a"]
    assert sample == spread_over_types(list(reversed(cases)), 7)


def test_ratios_are_ours_by_theirs() -> None:
    ours = replace_system(scored(Reply(text="增长5.1%", shown=("5.1%",), refused=False)), "wenbao", 1.0)
    theirs = replace_system(scored(Reply(text="增长5.1%", shown=("5.1%",))), "LangChain", 4.0)
    wrong = replace_system(scored(Reply(text="增长6%", shown=())), "LangChain", 4.0)
    row = peers_table([ours, theirs, wrong]).splitlines()[-1].split()
    assert row == ["LangChain", "2", "0.50", "2.00", "0.50", "2.00", "2", "4.0", "0.25"]


def replace_system(one: Asked, system: str, seconds: float) -> Asked:
    import msgspec

    return msgspec.structs.replace(one, system=system, seconds=seconds)
