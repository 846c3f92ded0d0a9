"""Killed at fifty random moments, nothing that was ingested is lost and the three stores agree."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.flow.killing import TASKS, Victim

KILLS = 50


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_killed_at_any_moment_nothing_is_lost(tmp_path: Path, models_folder: Path) -> None:
    victim = Victim(folder=tmp_path, models=models_folder, random=random.Random(20240101))
    for task in TASKS:
        assert not victim.run(task, kill=False)
    at_work = 0
    for number in range(KILLS):
        task = TASKS[number % len(TASKS)]
        at_work += victim.run(task, kill=True)
        print(f"{number + 1}/{KILLS} {task}: {at_work} killed at work", flush=True)
    assert not victim.run("rebuild", kill=False)
    assert at_work >= KILLS // 2
