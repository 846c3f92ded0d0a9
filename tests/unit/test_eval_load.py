"""What the load bench makes of its samples and of locust's table."""

from __future__ import annotations

import os

import pytest

from eval.bench_load import Load, Served, load_table, lost
from eval.bench_process import Samples, cpu_seconds, resident_megabytes, watched


def test_memory_is_judged_once_it_has_settled() -> None:
    """The first fifth is what loads on the first calls; from there on 2 MB a minute are lost."""
    loading = [(0.0, 100.0), (60.0, 400.0)]
    leaking = [(120.0 + 60 * n, 500.0 + 2 * n) for n in range(8)]
    memory = Samples(taken=[*loading, *leaking]).memory()
    assert (memory.minutes, memory.first, memory.settled) == (9.0, 100.0, 500.0)
    assert (memory.last, memory.most) == (514.0, 514.0)
    assert memory.megabytes_a_minute == pytest.approx(2.0)
    assert "+2.00 MB a minute" in str(memory)


def test_a_process_has_a_size_and_one_that_is_not_there_has_none() -> None:
    assert resident_megabytes(os.getpid()) > 5
    assert resident_megabytes(2**22 + 1) == 0
    assert cpu_seconds(os.getpid()) > 0
    assert cpu_seconds(2**22 + 1) == 0
    with watched(os.getpid()) as samples:
        pass
    assert len(samples.taken) == 1


def test_a_lost_call_shows_in_the_table() -> None:
    one = Served(
        load="Searching",
        call="/v1/search",
        clients=16,
        requests=3600,
        failed=2,
        per_second=60.04,
        median=90,
        p95=150,
        longest=412.7,
        cpu=24.6,
    )
    assert lost([one]) == 2
    head, row = load_table(Load(served=(one,), memory=None)).splitlines()
    assert head.split() == [
        "load",
        "call",
        "clients",
        "calls",
        "failed",
        "a",
        "second",
        "median",
        "p95",
        "longest",
        "cpu",
    ]
    assert row.split() == ["Searching", "/v1/search", "16", "3600", "2", "60.0", "90", "150", "413", "25"]
