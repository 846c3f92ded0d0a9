"""Probes of the parts: one of each at a time, however many ask."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from rag.library import Rag

PROBE_SECONDS = 3.0
_LOADING = "The embedder is still loading; ask again in some seconds."


class Probes:
    """Who asks while a part is being probed waits for that probe: a part that hangs holds one thread."""

    def __init__(self, rag: Rag, *, seconds: float = PROBE_SECONDS) -> None:
        self._calls = rag.probes()
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(len(self._calls), thread_name_prefix="probe")
        self._under_way: dict[str, asyncio.Future[str | None]] = {}

    async def problems(self) -> dict[str, str | None]:
        """Part by name → None where it works, else one sentence on what is wrong."""
        told = await asyncio.gather(*(self._problem(name) for name in self._calls))
        return dict(zip(self._calls, told, strict=True))

    async def _problem(self, name: str) -> str | None:
        probe = self._under_way.get(name)
        if probe is None or probe.done():
            probe = asyncio.get_running_loop().run_in_executor(self._threads, self._calls[name])
            self._under_way[name] = probe
        done, _ = await asyncio.wait({probe}, timeout=self._seconds)
        if done:
            return probe.result()
        return (
            _LOADING if name == "embedder" else f"The {name} has not answered in {self._seconds:g} seconds."
        )

    def close(self) -> None:
        self._threads.shutdown(wait=False)
