"""The corpus over HTTP: uploads become jobs, jobs become reports, and what was uploaded comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.assemble import open_rag
from rag.library import Rag
from rag.settings import Settings
from tests.contract.made_files import zipped
from tests.flow.serving import Json, events, served
from tests.flow.uploading import (
    PROVINCES,
    as_docx,
    as_text,
    ended,
    files_of,
    post,
    report_text,
    statuses,
    upload,
)

HUAILAI = as_text(report_text("怀来县", 2024, 5))
NEWER = as_text(report_text("怀来县", 2024, 6))
YU = as_text(report_text("蔚县", 2023, 9))
FILE = ("files", ("a.txt", HUAILAI))
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
NO_FILE = b'--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n'


@pytest.fixture
def rag(tmp_path: Path, models_folder: Path) -> Iterator[Rag]:
    settings = Settings(data=tmp_path / "data", models=models_folder, upload_megabytes=5)
    with open_rag(settings, chat=False) as opened:
        yield opened


@pytest.fixture
def client(rag: Rag) -> Iterator[httpx.Client]:
    with served(rag) as client:
        yield client


def sources(client: httpx.Client) -> list[Json]:
    found: list[Json] = client.get("/v1/sources").json()["sources"]
    return found


def place_and_year(file: Json) -> tuple[object, object]:
    """Of the only report that was found in a file of a job."""
    reports = file["reports"]
    assert isinstance(reports, list)
    (report,) = reports
    return report["region"], report["year"]


def answer(client: httpx.Client, question: str) -> str:
    asked = {"question": question, "mode": "extractive"}
    return str(client.post("/v1/ask", json=asked).json()["answer"])


def spooled(rag: Rag) -> list[Path]:
    return list((rag.settings.data / "uploads").glob("*"))


# --- The whole way ----------------------------------------------------------------------------------


def test_a_zip_of_31_word_files_becomes_31_reports(client: httpx.Client, rag: Rag) -> None:
    files = {
        f"reports/{place}.docx": as_docx(report_text(place, 2024, number))
        for number, place in enumerate(PROVINCES, 1)
    }
    assert len(files) == 31
    response = post(client, ("all.zip", zipped(files)))
    assert response.status_code == 202, response.text
    job_id = response.json()["job_id"]
    with client.stream("GET", f"/v1/jobs/{job_id}/events") as stream:
        heard = list(events(stream))
    through = [event.content for event in heard if event.name == "file"]
    assert [(file["name"], file["status"]) for file in through] == [
        (f"all.zip/{name}", "added") for name in files
    ]
    known = [event.content["counts"] for event in heard if event.name == "progress"]
    assert {counts["files"] for counts in known if isinstance(counts, dict)} >= {31}
    assert len(known) > 5
    assert [event.name for event in heard].count("done") == 1
    assert heard[-1].name == "done"
    assert heard[-1].content == client.get(f"/v1/jobs/{job_id}").json()
    assert heard[-1].content["state"] == "done"
    found = [place_and_year(file) for file in through]
    assert found == [(place, 2024) for place in PROVINCES]
    listed = client.get("/v1/reports", params={"limit": 100}).json()
    assert [(r["region"], r["year"]) for r in listed["reports"]] == found
    for number, place in enumerate(PROVINCES, 1):
        assert f"{number}.3%" in answer(client, f"{place}2023年地区生产总值增长多少？"), place
    assert "14.3%" in answer(client, "江西2023年GDP增速是多少？")
    assert spooled(rag) == []
    assert rag.verify() == []


def test_a_name_again_replaces_the_same_bytes_are_known_and_what_is_removed_is_gone(
    client: httpx.Client, rag: Rag
) -> None:
    first = upload(client, ("huailai.txt", HUAILAI))
    assert statuses(first) == [("huailai.txt", "added")]
    (source,) = sources(client)
    assert (source["name"], source["format"], source["indexed"], source["original"]) == (
        "huailai.txt",
        "txt",
        True,
        True,
    )
    assert source == client.get(f"/v1/sources/{source['id']}").json()
    assert statuses(upload(client, ("copy.txt", HUAILAI))) == [("copy.txt", "known")]
    assert statuses(upload(client, ("copy.txt", NEWER))) == [("copy.txt", "replaced")]
    (source,) = sources(client)
    assert "6.3%" in answer(client, "怀来县2023年地区生产总值增长多少？")
    assert [path.name for path in (rag.settings.data / "originals").iterdir()] == [source["id"]]
    assert rag.verify() == []

    assert client.delete(f"/v1/sources/{source['id']}").status_code == 204
    for gone in (
        client.delete(f"/v1/sources/{source['id']}"),
        client.get(f"/v1/sources/{source['id']}"),
        client.get(f"/v1/sources/{source['id']}/file"),
        client.get(f"/v1/sources/{source['id']}/text"),
    ):
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    assert sources(client) == []
    assert list((rag.settings.data / "originals").iterdir()) == []
    assert client.post("/v1/search", json={"query": "粮食产量"}).json() == {"hits": []}
    assert rag.verify() == []


def test_a_name_loses_its_path(client: httpx.Client, rag: Rag) -> None:
    assert statuses(upload(client, ("../../etc/报告.txt", HUAILAI))) == [("报告.txt", "added")]
    assert [source.origin for source in rag.sources()] == ["报告.txt"]


def test_the_file_comes_back_as_it_came(client: httpx.Client) -> None:
    word = as_docx(report_text("怀来县", 2024, 5))
    page = f"<html><body><p>{'</p><p>'.join(report_text('涿鹿县', 2024, 8))}</p></body></html>".encode()
    job = upload(client, ("怀来 “24”.docx", word), ("page.html", page))
    assert job["state"] == "done"
    kinds = []
    for source, content in zip(sources(client), (word, page), strict=True):
        response = client.get(f"/v1/sources/{source['id']}/file")
        assert response.content == content
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-disposition"].startswith("attachment; ")
        assert "sandbox" in response.headers["content-security-policy"]
        kinds.append(response.headers["content-type"])
    assert kinds == [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/html; charset=utf-8",
    ]


def test_each_file_has_its_outcome_and_one_that_fails_stops_no_other(client: httpx.Client) -> None:
    """By content: a Word file called .txt is one, and an old one called .docx is not."""
    job = upload(
        client,
        ("word.txt", as_docx(report_text("怀来县", 2024, 5))),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("empty.txt", b""),
        ("bad.zip", b"PK\x03\x04 and no more"),
        ("mixed.zip", zipped({"a.txt": NEWER, "b.txt": b"no report", "c.txt": YU})),
    )
    assert statuses(job) == [
        ("word.txt", "added"),
        ("old.docx", "failed"),
        ("empty.txt", "failed"),
        ("bad.zip", "failed"),
        ("mixed.zip/a.txt", "added"),
        ("mixed.zip/b.txt", "failed"),
        ("mixed.zip/c.txt", "added"),
    ]
    assert job["state"] == "done"
    assert job["counts"] == {
        "files": 7, "waiting": 0, "added": 3, "replaced": 0, "known": 0, "failed": 4, "cancelled": 0,
        "reports": 3,
    }  # fmt: skip
    for file in files_of(job):
        error = file["error"]
        assert (error is None) == (file["status"] != "failed")
        if isinstance(error, dict):
            assert error["code"] == "unreadable_source"
            assert str(error["detail"]).endswith(".")
    only = upload(client, ("empty.txt", b" "))
    assert only["state"] == "failed"
    latest = client.get("/v1/jobs").json()["jobs"]
    assert [found["id"] for found in latest] == [only["id"], job["id"]]
    assert "files" not in latest[0]


def test_region_and_year_are_taken_for_what_the_text_does_not_say(client: httpx.Client) -> None:
    text = "各位代表：\n粮食产量达到10万吨，增长3%。\n新建公园7个。".encode()
    job = upload(client, ("notes.txt", text), region="怀来县", year="2024")
    (file,) = files_of(job)
    assert place_and_year(file) == ("怀来县", 2024)
    assert (job["region"], job["year"]) == ("怀来县", 2024)


def test_a_job_is_cancelled_and_an_ended_one_stays(client: httpx.Client, rag: Rag) -> None:
    files = [(f"{place}.docx", as_docx(report_text(place, 2024, n))) for n, place in enumerate(PROVINCES, 1)]
    job_id = post(client, *files).json()["job_id"]
    assert client.delete(f"/v1/jobs/{job_id}").status_code == 204
    job = ended(client, job_id)
    assert job["state"] == "cancelled"
    assert [status for _, status in statuses(job)].count("cancelled") >= 25
    with client.stream("GET", f"/v1/jobs/{job_id}/events") as stream:
        assert [event.name for event in events(stream)] == ["file"] * 31 + ["done"]
    later = upload(client, ("huailai.txt", HUAILAI))
    assert client.delete(f"/v1/jobs/{later['id']}").status_code == 204
    assert client.get(f"/v1/jobs/{later['id']}").json() == later
    for call in (client.get, client.delete):
        assert call("/v1/jobs/none").json()["code"] == "not_found"
    assert client.get("/v1/jobs/none/events").status_code == 404
    assert rag.verify() == []


# --- What is refused --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_rag(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Rag]:
    """Takes uploads of three files, each of one MB at most, two together, and gets none that it takes."""
    settings = Settings(
        data=tmp_path_factory.mktemp("small") / "data",
        models=models_folder,
        upload_megabytes=1,
        upload_total_megabytes=2,
        upload_files=3,
    )
    with open_rag(settings, chat=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def small_client(small_rag: Rag) -> Iterator[httpx.Client]:
    with served(small_rag) as client:
        yield client


@pytest.mark.parametrize(
    ("request_", "status", "code", "words"),
    [
        ({"json": {"files": []}}, 400, "invalid_input", "multipart/form-data"),
        ({"content": NO_FILE, "headers": FORM}, 400, "invalid_input", "no file in it"),
        ({"files": [FILE] * 2}, 400, "invalid_input", "called a.txt"),
        ({"files": [FILE], "data": {"year": "24"}}, 400, "invalid_input", "'24'"),
        ({"files": [FILE], "data": {"regoin": "x"}}, 400, "invalid_input", "'regoin'"),
        ({"files": [("files", ("a.txt", b"a" * 1_100_000))]}, 413, "too_large", "a.txt has more than 1 MB"),
        ({"files": [("files", (f"{n}.txt", b"a" * 900_000)) for n in (1, 2, 3)]}, 413, "too_large", "2 MB"),
        ({"files": [("files", (f"{n}.txt", HUAILAI)) for n in range(4)]}, 413, "too_large", "3 files"),
        ({"content": b"--x\r\n", "headers": FORM}, 400, "invalid_input", "cut off"),
        ({"content": b"no boundary at all" * 9, "headers": FORM}, 400, "invalid_input", "cut off"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_and_leaves_nothing(
    small_client: httpx.Client,
    small_rag: Rag,
    request_: dict[str, object],
    status: int,
    code: str,
    words: str,
) -> None:
    response = small_client.post("/v1/sources", **request_)  # type: ignore[arg-type]
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert words in response.json()["detail"]
    assert spooled(small_rag) == []
    assert small_client.get("/v1/jobs").json() == {"jobs": []}
