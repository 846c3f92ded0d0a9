"""Recomputes the formula beside a computed figure: + - × ÷ and comparisons over figures, nothing else.

`5.1% - 3.8% = 1.3个百分点`, `18家 + 11家 = 29家`, `61.1亿元 ÷ 20亿元 ≈ 3.06倍`, `8.6% > 6.3%`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, DivisionByZero, InvalidOperation

from eval.figures import PERCENT, POINTS, Quantity, read_quantities, readable

_TIMES = "倍"
_RELATION = re.compile(r"[=≈><≥≤]")
# A minus stands between two figures; the hyphen of a name does not.
_OPERATOR = re.compile(r"\s*(?:([+×÷*−])|(?<=\s)(/|-|–)(?=\s)|(?<=[\d%一-龥])(-)(?=\d))\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """`operands` in order; `value` is what they come to, `unit` in which; `holds` is whether the formula is
    true.

    `compares` is set for a chain of > or <, which states an order and no new value.
    """

    operands: tuple[Quantity, ...]
    value: Decimal
    unit: str
    holds: bool
    compares: bool = False


def work_out(expression: str) -> Formula | None:
    """None where the expression is not one that is understood: it then proves nothing."""
    relations = _RELATION.findall(expression)
    sides = _RELATION.split(expression)
    if not relations:
        return _side(sides[0])
    values = [_side(side) for side in sides]
    known = [value for value in values if value is not None]
    if len(known) != len(values):
        return None
    if any(relation in "><≥≤" for relation in relations):
        operands = tuple(operand for value in known for operand in value.operands)
        return Formula(
            operands=operands,
            value=known[0].value,
            unit=known[0].unit,
            holds=all(_true(a, r, b) for a, r, b in zip(known, relations, known[1:], strict=False)),
            compares=True,
        )
    left, right = known[0], known[-1]
    if left.unit == _TIMES and right.unit == PERCENT:  # 76个 ÷ 284个 ≈ 26.8%
        left = replace(left, value=left.value * 100, unit=PERCENT)
    return Formula(
        operands=left.operands,
        value=right.value,
        unit=right.unit or left.unit,
        holds=len(known) == 2 and _true(left, relations[0], right) and _units_agree(left.unit, right.unit),
    )


def _true(left: Formula, relation: str, right: Formula) -> bool:
    a, b = left.value, right.value
    if relation == "≈":
        exponent = right.operands[0].value.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        return abs(a - b) <= Decimal(5) * Decimal(10) ** -(places + 1)
    return {"=": a == b, ">": a > b, "<": a < b, "≥": a >= b, "≤": a <= b}[relation]


def _units_agree(ours: str, claimed: str) -> bool:
    return ours == claimed or not ours or not claimed


def _side(text: str) -> Formula | None:
    pieces = [piece for piece in _OPERATOR.split(text.strip()) if piece]
    operands = [_operand(piece) for piece in pieces[::2]]
    known = [operand for operand in operands if operand is not None]
    operators = pieces[1::2]
    if not known or len(known) != len(operands) or len(operators) != len(known) - 1:
        return None
    try:
        value, unit = _reduce(known, operators)
    except (DivisionByZero, InvalidOperation):
        return None
    return Formula(operands=tuple(known), value=value, unit=unit, holds=True)


def _reduce(operands: list[Quantity], operators: list[str]) -> tuple[Decimal, str]:
    """Multiplication and division first, then sums, from the left."""
    terms: list[tuple[Decimal, str]] = [(operands[0].value, operands[0].unit)]
    signs: list[int] = []
    for operator, operand in zip(operators, operands[1:], strict=True):
        value, unit = terms[-1]
        if operator in "×*":
            terms[-1] = (value * operand.value, unit or operand.unit)
        elif operator in "÷/":
            terms[-1] = (value / operand.value, _TIMES if unit == operand.unit else unit)
        else:
            terms.append((operand.value, operand.unit))
            signs.append(1 if operator == "+" else -1)
    total, unit = terms[0]
    for sign, (value, other) in zip(signs, terms[1:], strict=True):
        total += sign * value
        # 5.1% less 3.8% is 1.3 percentage points.
        unit = POINTS if unit == other == PERCENT and sign < 0 else unit or other
    return total, unit


def _operand(piece: str) -> Quantity | None:
    text = readable(piece).strip()
    found = read_quantities(text)
    if len(found) == 1 and found[0].text == text:
        return found[0]
    if re.fullmatch(r"\d+(?:\.\d+)?", text):  # a bare number that looks like a year: 2009
        return Quantity(text=text, start=0, end=len(text), value=Decimal(text), unit="")
    return None
