"""A service on loopback that can be stopped and started again, and the ways in which tests use its page."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn
from playwright.sync_api import Locator, Page

from rag.keys import Keys
from rag.library import Rag
from service.app import create_app


@dataclass(slots=True, kw_only=True)
class Site:
    """`port` stays the same when the service is stopped and started."""

    rag: Rag
    keys: Keys | None = None
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = create_app(self.rag, keys=self.keys)
        # A browser keeps its connections, and streams of jobs, open: they are cut when the test ends.
        config = uvicorn.Config(
            app, port=self.port, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()

    def text(self, source_id: str) -> str:
        """The immutable text of a source, as the service gives it."""
        found = httpx.get(f"{self.url}/v1/sources/{source_id}/text", trust_env=False).raise_for_status()
        return str(found.json()["text"])


@contextmanager
def serve(rag: Rag, *, keys: Keys | None = None) -> Iterator[Site]:
    site = Site(rag=rag, keys=keys)
    site.start()
    try:
        yield site
    finally:
        site.stop()


def ask(page: Page, question: str) -> Locator:
    """Types the question, waits for the answer and gives its place."""
    before = page.locator(".turn").count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    turn = page.locator(".turn").nth(before)
    turn.locator(".after").wait_for()
    return turn


def open_report(page: Page, name: str) -> None:
    """From the table of reports, the first whose row holds the name."""
    page.locator("#nav-reports").click()
    page.locator("#rows tr").filter(has_text=name).first.locator(".open").click()
    page.locator("#reader-text p").first.wait_for()


def lit(page: Page) -> str:
    """The characters that are lit in the report, those that are there and not shown with them."""
    page.locator("#reader-text mark.lit").first.wait_for(state="attached")
    pieces = page.locator("#reader-text mark.lit").evaluate_all("all => all.map((one) => one.textContent)")
    return "".join(pieces)
