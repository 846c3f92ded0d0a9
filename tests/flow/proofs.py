"""What holds for every answer, whoever wrote it: quotations are exact, statements cited, figures proven."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.arithmetic import work_out
from eval.normalise import contains, normalise
from rag.adapters.script_opencc import simplify
from rag.domain import Figure, FigureKind, Mode, Question
from rag.library import Rag
from rag.record import AnswerRecord, answer_record
from rag.steps.fold import fold_query
from rag.steps.read_figures import read_figures, same_value

MARKER = re.compile(r"\[\d+\]")


def ask(rag: Rag, question: str, mode: Mode) -> AnswerRecord:
    return answer_record(rag.ask(Question(text=question, mode=mode)))


def prove(rag: Rag, record: AnswerRecord) -> None:
    """Whatever was asked: quotations are exact, every statement is cited, every figure is accounted for."""
    for citation in record.citations:
        assert rag.source_text(citation.source_id).text[citation.start : citation.end] == citation.quote
        assert "".join(citation.display.split()) == "".join(citation.quote.split())
        assert (citation.marker is None) == (record.status == "refused")
    if record.status != "refused":
        prove_statements(record)
        prove_figures(record)


def prove_statements(record: AnswerRecord) -> None:
    """Outside the bounds of cited statements there are only markers, stops and the record's own remarks."""
    covered = [False] * len(record.answer)
    for citation in record.citations:
        assert citation.answer_start is not None
        assert citation.answer_end is not None
        assert 0 <= citation.answer_start < citation.answer_end <= len(record.answer)
        behind = record.answer[citation.answer_end :]
        run = re.match(r"(?:\[\d+\])+", behind)
        assert run is not None
        assert f"[{citation.marker}]" in run.group()
        covered[citation.answer_start : citation.answer_end] = [True] * (
            citation.answer_end - citation.answer_start
        )
    rest = "".join(sign for sign, inside in zip(record.answer, covered, strict=True) if not inside)
    remarks = [conflict.detail for conflict in record.conflicts]
    remarks += [record.refusal.detail] if record.refusal else []
    for remark in remarks:
        rest = rest.replace(remark, "")
    assert MARKER.sub("", rest).strip("。；.; ") == ""
    markers = {int(found) for found in re.findall(r"\[(\d+)\]", record.answer)}
    assert markers == {citation.marker for citation in record.citations}


def prove_figures(record: AnswerRecord) -> None:
    """Every figure with a unit stands in a cited quotation, or was computed from such and says how."""
    quoted = [figure for c in record.citations for figure in figures_of(c.quote)]
    computed = {figure.text for figure in record.figures if figure.status == "computed"}
    for figure in figures_of(MARKER.sub(" ", record.answer)):
        if figure.kind is not FigureKind.DATE and figure.unit and figure.text not in computed:
            assert any(same_value(figure, other) for other in quoted), figure.text
    markers = {citation.marker for citation in record.citations}
    for shown in record.figures:
        said = record.answer[shown.answer_start : shown.answer_end]
        assert simplify(said) == simplify(shown.text)
        assert set(shown.markers) <= markers
        assert (shown.expression is not None) == (shown.status == "computed")
        if shown.expression is not None:
            prove_expression(shown.text, shown.expression, quoted)


def prove_expression(text: str, expression: str, quoted: list[Figure]) -> None:
    """The formula is true, gives the figure, and its operands stand in cited quotations."""
    formula = work_out(expression)
    assert formula is not None
    assert formula.holds
    (figure,) = read_figures(text)
    assert read_figures(expression)[-1].value == figure.value
    for operand in read_figures(re.split("[=≈]", expression)[0]):
        assert not operand.unit or any(same_value(operand, other) for other in quoted), expression


def figures_of(text: str) -> Sequence[Figure]:
    return read_figures(fold_query(text, simplify=simplify))


def answered_by_code(rag: Rag, question: str, holds: list[str]) -> None:
    """Without a model, with these words, and every citation and figure proven."""
    record = ask(rag, question, Mode.EXTRACTIVE)
    assert record.status == "answered", record.answer
    lacking = [held for held in holds if not contains(normalise(record.answer), held)]
    assert lacking == [], record.answer
    prove(rag, record)


def refused_by_code(rag: Rag, question: str) -> None:
    record = ask(rag, question, Mode.EXTRACTIVE)
    assert record.status == "refused", record.answer
