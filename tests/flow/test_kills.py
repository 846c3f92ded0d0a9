"""A slice of tests/soak/test_kills.py: one kill in an ingest, one in a replacement, one in a rebuild."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.flow.killing import TASKS, Victim


@pytest.mark.timeout(600)
def test_killed_at_work_nothing_is_lost(tmp_path: Path, models_folder: Path) -> None:
    victim = Victim(folder=tmp_path, models=models_folder, random=random.Random(7))
    assert not victim.run("ingest", kill=False)
    for task in TASKS:
        victim.run(task, kill=True)
    assert not victim.run("replace", kill=False)
    assert not victim.run("rebuild", kill=False)
