"""The queue before the model: one at a time, first come first, and a full queue says so."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable

import pytest
from litestar.exceptions import ServiceUnavailableException, TooManyRequestsException

from service.turns import Turns


def test_one_at_a_time_in_order() -> None:
    async def scene() -> list[int]:
        turns = Turns(at_once=1, waiting=8)
        inside = 0
        order: list[int] = []

        def work(number: int) -> Callable[[], None]:
            def call() -> None:
                nonlocal inside
                inside += 1
                assert inside == 1
                order.append(number)
                inside -= 1

            return call

        await asyncio.gather(*(turns.run(work(n)) for n in range(8)))
        turns.close()
        return order

    assert asyncio.run(scene()) == list(range(8))


def test_a_full_queue_turns_away_and_says_when_to_come_back() -> None:
    async def scene() -> None:
        turns = Turns(at_once=1, waiting=2)
        hold = threading.Event()
        under_way = [asyncio.create_task(turns.run(hold.wait)) for _ in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(TooManyRequestsException) as caught:
            turns.check()
        assert caught.value.headers == {"Retry-After": "30"}
        with pytest.raises(TooManyRequestsException):
            await turns.run(hold.wait)
        under_way.pop().cancel()  # one that waited leaves: there is room again
        await asyncio.sleep(0.01)
        turns.check()
        hold.set()
        assert await asyncio.gather(*under_way) == [True, True]
        turns.close()

    asyncio.run(scene())


def test_who_waits_hears_the_place_and_each_move() -> None:
    async def scene() -> list[list[int]]:
        turns = Turns(at_once=1, waiting=8)
        holds = [threading.Event() for _ in range(4)]
        heard: list[list[int]] = [[] for _ in holds]
        under_way = []
        for hold, places in zip(holds, heard, strict=True):
            under_way.append(asyncio.create_task(turns.run(hold.wait, told=places.append)))
            await asyncio.sleep(0.02)
        assert (turns.running, turns.waiting) == (1, 3)
        under_way[2].cancel()  # the second of three that wait leaves
        await asyncio.sleep(0.02)
        for hold in holds:
            hold.set()
        await asyncio.gather(*under_way, return_exceptions=True)
        assert (turns.running, turns.waiting) == (0, 0)
        turns.close()
        return heard

    assert asyncio.run(scene()) == [[], [1], [2], [3, 2, 1]]


def test_a_call_runs_in_the_context_of_its_caller() -> None:
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name")

    async def scene() -> str:
        turns = Turns(at_once=1, waiting=1)
        name.set("request-1")
        found = await turns.run(name.get)
        turns.close()
        return found

    assert asyncio.run(scene()) == "request-1"


def test_who_leaves_while_running_keeps_the_turn_until_the_end() -> None:
    async def scene() -> None:
        turns = Turns(at_once=1, waiting=2)
        hold, second = threading.Event(), threading.Event()
        first = asyncio.create_task(turns.run(hold.wait))
        await asyncio.sleep(0.05)
        first.cancel()
        after = asyncio.create_task(turns.run(second.set))
        await asyncio.sleep(0.05)
        assert not second.is_set()
        hold.set()
        await after
        assert second.is_set()
        turns.close()

    asyncio.run(scene())


def test_closing_sends_everyone_away() -> None:
    async def scene() -> None:
        turns = Turns(at_once=1, waiting=2)
        hold = threading.Event()
        under_way = [asyncio.create_task(turns.run(hold.wait)) for _ in range(3)]
        await asyncio.sleep(0.05)
        turns.close()
        told = await asyncio.gather(*under_way, return_exceptions=True)
        assert [type(one) for one in told] == [ServiceUnavailableException] * 3
        with pytest.raises(ServiceUnavailableException):
            await turns.run(hold.wait)
        hold.set()

    asyncio.run(scene())


def test_an_error_reaches_the_caller_and_frees_the_turn() -> None:
    async def scene() -> None:
        turns = Turns(at_once=1, waiting=0)
        with pytest.raises(ZeroDivisionError):
            await turns.run(lambda: 1 // 0)
        assert await turns.run(lambda: 7) == 7
        turns.close()

    asyncio.run(scene())
