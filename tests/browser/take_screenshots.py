"""`make screenshots`: pictures of the real page over the seeds, to build/screenshots; one is the README's.

They are looked at after a change of the page: wide and narrow, light and dark, in Chinese and English.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from rag.assemble import open_rag
from rag.resources import seeds_folder
from rag.settings import Settings, read_dotenv, read_settings
from tests.browser.conftest import FLAGS
from tests.browser.site import Site, ask, lit, open_report, serve

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "screenshots"
README = ROOT / "docs" / "images" / "page.png"
WIDE, LAPTOP, NARROW = (1440, 900), (1180, 800), (360, 740)
COMPARED = "安康、抚州、高平、汉中2023年GDP增速谁最高？"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """`steps` bring a fresh page to the state that the picture shows."""

    name: str
    steps: Callable[[Page], None]
    size: tuple[int, int] = WIDE
    scheme: str = "light"
    locale: str = "zh-CN"


def _beginning(page: Page) -> None:
    page.locator("#examples li").first.wait_for()


def _fact(page: Page) -> None:
    turn = ask(page, "2023年张家口的GDP增长多少？")
    turn.locator(".answer .marker").first.click()
    lit(page)


def _compared(page: Page) -> None:
    turn = ask(page, COMPARED)
    turn.locator(".chart rect").first.wait_for()
    turn.locator(".comparison .marker").nth(1).click()
    lit(page)


def _compared_alone(page: Page) -> None:
    ask(page, COMPARED).locator(".chart rect").first.wait_for()


def _computed(page: Page) -> None:
    turn = ask(page, "2023年抚州的GDP增速比张家口高多少？")
    turn.locator("button.figure").first.click()
    turn.locator(".answer .marker").first.focus()


def _conflict(page: Page) -> None:
    ask(page, "塞北管理区2023年进出口总值增长了多少？")


def _refused(page: Page) -> None:
    ask(page, "重庆2024年GDP增长目标是多少？")
    ask(page, "抚州2023年固定资产投资增长多少？")


def _english(page: Page) -> None:
    ask(page, "What was Langfang's GDP growth in 2023?").locator(".answer .marker").first.click()
    lit(page)


def _reports(page: Page) -> None:
    page.locator("#nav-reports").click()


def _outline(page: Page) -> None:
    open_report(page, "张家口市")
    page.locator("#outline-toggle").click()


def _history(page: Page) -> None:
    ask(page, "2023年张家口的GDP增长多少？")
    page.locator("#history-toggle").click()
    page.wait_for_timeout(300)


DARK = "dark"
SHOTS = [
    Shot(name="beginning", steps=_beginning),
    Shot(name="beginning-narrow-dark", steps=_beginning, size=NARROW, scheme=DARK),
    Shot(name="fact", steps=_fact),
    Shot(name="fact-dark", steps=_fact, scheme=DARK),
    Shot(name="fact-narrow", steps=_fact, size=NARROW),
    Shot(name="compared", steps=_compared),
    Shot(name="compared-dark", steps=_compared, scheme=DARK),
    Shot(name="compared-narrow", steps=_compared_alone, size=NARROW),
    Shot(name="compared-laptop", steps=_compared, size=LAPTOP),
    Shot(name="compared-hant", steps=_compared, locale="zh-TW"),
    Shot(name="compared-1920", steps=_compared, size=(1920, 1080)),
    Shot(name="computed", steps=_computed),
    Shot(name="conflict", steps=_conflict),
    Shot(name="conflict-narrow-dark", steps=_conflict, size=NARROW, scheme=DARK),
    Shot(name="refused", steps=_refused),
    Shot(name="english", steps=_english, locale="en-GB"),
    Shot(name="reports", steps=_reports),
    Shot(name="reports-narrow", steps=_reports, size=NARROW),
    Shot(name="outline-dark", steps=_outline, scheme=DARK),
    Shot(name="history-narrow", steps=_history, size=NARROW),
]
FOR_README = "compared"


EARLIER = [
    "解放区建成了多少个5G基站？",
    "2023年安康市毛绒玩具综合产值",
    "廊坊市2024年的主要预期目标有哪些？",
    "有几份报告提到“营商环境”？",
]
"""What stands in the history of every picture, the oldest first."""


def take(browser: Browser, site: Site, shot: Shot) -> None:
    kept = site.rag.conversations
    for one in kept.page(owner="", containing="", limit=100, offset=0):
        kept.remove(one.id, owner="")
    for title in EARLIER:
        kept.begin(owner="", title=title)
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": shot.size[0], "height": shot.size[1]},
        color_scheme="dark" if shot.scheme == DARK else "light",
        locale=shot.locale,
    )
    page = context.new_page()
    page.goto("/")
    _beginning(page)
    shot.steps(page)
    page.wait_for_timeout(250)
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    context.close()


def main(environment: Mapping[str, str]) -> None:
    """Over the seeds, with the sentences themselves as answers: a picture must not differ from run to run."""
    chosen = environment.get("SHOTS", "").split()
    models = read_settings({**read_dotenv(ROOT / ".env"), **environment}).models
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        settings = Settings(data=Path(data), models=models)
        with open_rag(settings, chat=False) as rag:
            list(rag.ingest_paths(sorted(seeds_folder().glob("*.txt"))))
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            with serve(rag) as site:
                for shot in SHOTS:
                    if not chosen or shot.name in chosen:
                        take(browser, site, shot)
            browser.close()
    if not chosen or FOR_README in chosen:
        shutil.copyfile(FOLDER / f"{FOR_README}.png", README)


if __name__ == "__main__":
    main({name: value for name, value in os.environ.items() if name.startswith(("WENBAO_", "SHOTS"))})
