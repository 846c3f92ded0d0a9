"""What the load bench makes of its samples and of locust's table."""

from __future__ import annotations

import os

import pytest

from eval.bench_load import Load, LocustEntry, load_table, lost, served
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
    """Of 100 calls 94 took 90 ms, 5 took 150 and one 412.7."""
    entry = LocustEntry(
        name="/v1/search",
        num_requests=100,
        num_failures=2,
        start_time=1_000.0,
        last_request_timestamp=1_002.0,
        max_response_time=412.7,
        response_times={"150": 5, "90": 94, "410": 1},
    )
    one = served("Searching", 16, entry, cpu=24.6)
    assert lost([one]) == 2
    head, row = load_table(Load(served=(one,), memory=None)).splitlines()
    assert " ".join(head.split()) == "load call clients calls failed a second median p95 longest cpu"
    assert " ".join(row.split()) == "Searching /v1/search 16 100 2 50.0 90 150 413 25"
