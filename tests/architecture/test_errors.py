"""The family of errors is the one drawn in the docstring of `rag.errors`."""

from __future__ import annotations

import inspect

from rag import errors
from rag.errors import RagError

FAMILY = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, RagError)]


def _drawn() -> dict[str, str | None]:
    """Name → name of the parent, read from the tree: a name's column is its depth."""
    parents: dict[str, str | None] = {}
    line_of_descent: list[tuple[int, str]] = []
    assert errors.__doc__ is not None
    for line in errors.__doc__.splitlines():
        branch = line.lstrip(" │├└─")
        name = branch.partition(" ")[0]
        if name != "RagError" and not line.lstrip(" │").startswith(("├", "└")):
            continue
        column = len(line) - len(branch)
        line_of_descent = [(depth, above) for depth, above in line_of_descent if depth < column]
        parents[name] = line_of_descent[-1][1] if line_of_descent else None
        line_of_descent.append((column, name))
    return parents


def test_every_error_is_drawn_under_its_parent() -> None:
    actual = {kind.__name__: kind.__base__.__name__ for kind in FAMILY if kind.__base__ is not None}
    assert _drawn() == {**actual, "RagError": None}


def test_every_error_has_a_code_of_its_own() -> None:
    assert all("code" in vars(kind) for kind in FAMILY)
    codes = [kind.code for kind in FAMILY]
    assert len(set(codes)) == len(codes)
