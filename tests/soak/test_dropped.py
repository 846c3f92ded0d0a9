"""A thousand clients that break off, one after the other."""

from __future__ import annotations

import pytest

from rag.library import Rag
from tests.flow.conftest import data_copy
from tests.flow.test_faults import break_off, model, rag

__all__ = ["data_copy", "model", "rag"]


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_clients_that_break_off_leave_nothing_behind(rag: Rag) -> None:
    break_off(rag, 1000)
