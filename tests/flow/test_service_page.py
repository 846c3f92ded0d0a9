"""The page as it is served: its headers, and that nothing but its own files can act in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from rag.adapters.script_opencc import simplify
from rag.library import Rag
from service.routes_page import FOLDER
from tests.flow.serving import served

FILES = sorted(path.name for path in FOLDER.iterdir())
SCRIPTS = [name for name in FILES if name.endswith(".js")]
LIBRARIES = ["d3.js"]
"""Kept by others: made by scripts/vendor_d3, never edited."""
OWN = [name for name in SCRIPTS if name not in LIBRARIES]
WORDS = [f"words.{language}.js" for language in ("zh-Hans", "zh-Hant", "en")]


@pytest.fixture(scope="module")
def client(seeded_rag: Rag) -> Iterator[httpx.Client]:
    with served(seeded_rag) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/web/app.js", "/v1/reports", "/v1/nothing", "/schema"])
def test_every_response_is_guarded(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_has_no_inline_script_or_style(client: httpx.Client) -> None:
    response = client.get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    page = response.text
    assert re.findall(r"<script[^>]*>", page) == ['<script type="module" src="/web/app.js">']
    assert "</script>" in page.partition('src="/web/app.js">')[2][:9]
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)


def test_all_that_it_names_is_served(client: httpx.Client) -> None:
    named = set(re.findall(r'(?:href|src)="(/web/[^"]+)"', client.get("/").text))
    for name in OWN:
        script = (FOLDER / name).read_text(encoding="utf-8")
        named |= {f"/web/{other}" for other in re.findall(r'(?:from |import\()"\./([^"]+)"', script)}
    named |= {f"/web/{name}" for name in WORDS}  # one of them, by the language of the browser
    assert named == {f"/web/{name}" for name in FILES if name != "index.html"}
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for path in named:
        response = client.get(path)
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == kinds[path[path.rindex(".") :]]


def test_it_is_small_and_asks_nobody_else() -> None:
    contents = {name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES}
    sizes = {name: len(text.encode()) for name, text in contents.items()}
    one_language = max(sizes[name] for name in WORDS)
    assert sum(sizes.values()) - sum(sizes[name] for name in WORDS) + one_language < 150_000
    for name, text in contents.items():
        addresses = set(re.findall(r"https?://[^\s\"')]+", text))
        assert all(address.startswith("http://www.w3.org/") for address in addresses), name


@pytest.mark.parametrize("name", OWN)
def test_documents_never_become_markup(name: str) -> None:
    script = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.html\(|\beval\(|new Function", script
    )


def test_all_languages_have_the_same_words() -> None:
    names = [
        re.findall(r"^ {2,4}(\w+):", (FOLDER / name).read_text(encoding="utf-8"), re.MULTILINE)
        for name in WORDS
    ]
    assert names[0] == names[1] == names[2]
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'data-t(?:-label|-hint)?="(\w+)"', page)) <= set(names[0])


def test_every_word_is_used_and_known() -> None:
    known = re.findall(r"^  (\w+):", (FOLDER / WORDS[0]).read_text(encoding="utf-8"), re.MULTILINE)
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    scripts = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in OWN if name not in WORDS)
    used = set(re.findall(r"\bt\.(\w+)", scripts)) | set(re.findall(r'data-t(?:-label|-hint)?="(\w+)"', page))
    assert used == set(known)


def test_a_text_tells_its_layout_when_asked(client: httpx.Client) -> None:
    report = client.get("/v1/reports", params={"region": "张家口市"}).json()["reports"][0]
    window = {"start": report["start"], "end": report["end"]}
    address = f"/v1/sources/{report['source_id']}/text"
    plain = client.get(address, params=window).json()
    told = client.get(address, params={**window, "layout": True}).json()
    assert set(plain) == {"text", "start", "end", "length"}
    assert {name: told[name] for name in plain} == plain
    text = plain["text"]
    assert all(text[at - report["start"]].isspace() for at in told["breaks"])
    assert told["hidden"] == sorted(told["hidden"])
    hidden = "".join(text[start - report["start"] : end - report["start"]] for start, end in told["hidden"])
    assert hidden.strip() == ""


def test_the_record_tells_its_scope_and_what_it_compares(client: httpx.Client) -> None:
    body = {"question": "安康、抚州和重庆2023年GDP增速谁最高？", "mode": "extractive"}
    record = client.post("/v1/ask", json=body).json()
    assert record["scope"]["regions"] == ["安康市", "抚州市", "重庆市"]
    assert record["scope"]["years"] == [2023]
    without = {limit["value"]: limit["without"] for limit in record["scope"]["limits"]}
    assert without["抚州市"] == "安康、重庆2023年GDP增速谁最高？"
    compared = record["comparison"]
    assert compared["unit"] == "%"
    markers = {citation["marker"]: citation["region"] for citation in record["citations"]}
    rows = [(row["label"], row["value"], markers.get(row["marker"])) for row in compared["rows"]]
    assert rows == [("安康市", 1.7, "安康市"), ("抚州市", 6.3, "抚州市"), ("重庆", None, None)]


def test_the_characters_of_both_scripts_come_in_pairs(client: httpx.Client) -> None:
    response = client.get("/web/pairs.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    pairs = response.text
    assert len(pairs) == len(pairs.encode("utf-16-le")) // 2  # the page goes by UTF-16 units
    both = dict(zip(pairs[::2], pairs[1::2], strict=True))
    assert (both["總"], both["進"], both["國"]) == ("总", "进", "国")
    assert all(simplify(old) == new != old for old, new in both.items())
