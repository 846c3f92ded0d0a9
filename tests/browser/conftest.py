"""What the browser tests share: Chromium, a page in it, and a service over the seeds without a model.

A module that changes the corpus takes `own_site`, one that only asks `site`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rag.assemble import open_rag
from rag.library import Rag
from rag.settings import Settings
from tests.browser.site import Site, serve

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE_MS = 30_000
WIDE = (1440, 900)
STARTED = """() =>
  [...document.querySelectorAll("#examples, .turn, #rows tr, #nothing")].some((one) => one.offsetParent)"""
"""The page shows what there is: questions to begin with, a conversation, reports, or that none is there."""

OpenPage: TypeAlias = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> str:
    name = os.environ.get("WENBAO_TEST_CHROMIUM", "chromium")
    path = shutil.which(name)
    if path is None:
        pytest.fail(f"There is no {name}: run scripts/install_browser, then the tests again.", pytrace=False)
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Of a module, not of the session: while it runs, no other test of this process could run a loop."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def reading_rag(
    seeded_data: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rag]:
    """The seeds without a model: answers come at once."""
    data = shutil.copytree(seeded_data, tmp_path_factory.mktemp("page") / "data")
    with open_rag(Settings(data=data, models=models_folder), chat=False) as rag:
        rag.warm()
        yield rag


@pytest.fixture(scope="session")
def site(reading_rag: Rag) -> Iterator[Site]:
    with serve(reading_rag) as site:
        yield site


@pytest.fixture(scope="module")
def own_site(
    seeded_data: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A service over a copy of the seeds that the module may change."""
    data = shutil.copytree(seeded_data, tmp_path_factory.mktemp("own") / "data")
    with open_rag(Settings(data=data, models=models_folder), chat=False) as rag, serve(rag) as site:
        rag.warm()
        yield site


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """A new page at an address of a site, as a browser of its own.

    What the page's script did not catch, and what its policy refused, fails the test at its end.
    """
    faults: list[str] = []
    with ExitStack() as contexts:

        def opened(
            site: Site,
            path: str = "/",
            *,
            size: tuple[int, int] = WIDE,
            wait: bool = True,
            **options: str | bool,
        ) -> Page:
            context = browser.new_context(
                base_url=site.url,
                viewport={"width": size[0], "height": size[1]},
                **{"locale": "zh-CN", "permissions": ["clipboard-read", "clipboard-write"], **options},  # type: ignore[arg-type] # options of new_context
            )
            contexts.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda message: faults.extend(_refused(message.text)))
            page.goto(path)
            if wait:
                page.wait_for_function(STARTED)
            return page

        yield opened
    assert faults == []


def _refused(text: str) -> list[str]:
    return [text] if "Content Security Policy" in text or "TrustedHTML" in text else []
