"""`PassageIndex`: exact cosines, a filter inside the search, and nothing lost between processes."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from rag.adapters import index_chroma
from rag.adapters.index_chroma import ChromaPassageIndex
from rag.adapters.index_chroma_server import ChromaServer
from rag.adapters.vectors_kept import KeptVectors
from rag.domain import Passage
from rag.errors import DataFolderError, IndexMismatch, ServerUnreachable, SettingsError
from rag.ports import PassageIndex, Vectors
from tests.contract.made_reports import make_passage
from tests.servers import Chroma

DIMENSIONS = 24


def unit(rows: Vectors) -> Vectors:
    lengths: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths


def make_vectors(count: int, *, seed: int = 0) -> Vectors:
    """Unit vectors in a narrow cone, as an embedder makes them: all cosines are high and close together."""
    random = np.random.default_rng(seed)
    return unit((1.0 + random.normal(size=(count, DIMENSIONS)) * 0.6).astype(np.float32))


def make_passages(count: int, *, reports: int) -> list[Passage]:
    return [make_passage(f"p{i:05d}", report_id=f"r{i % reports}") for i in range(count)]


def nearest(
    passages: list[Passage], vectors: Vectors, query: Vectors, reports: set[str]
) -> list[tuple[str, float]]:
    """The definition: every cosine, sorted."""
    scores = (vectors @ query[0]).tolist()
    inside = [(p.id, s) for p, s in zip(passages, scores, strict=True) if p.report_id in reports]
    return sorted(inside, key=lambda hit: -hit[1])


Open = Callable[[], PassageIndex]


@pytest.fixture(params=["embedded", "server"])
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens one index, again where it was closed."""
    if request.param == "embedded":
        yield lambda: ChromaPassageIndex(tmp_path / "passages")
        return
    chroma: Chroma = request.getfixturevalue("chroma")
    servers: list[ChromaServer] = []

    def open_one() -> PassageIndex:
        servers.append(ChromaServer(chroma.url))
        return servers[-1].open(f"wenbao-{zlib.crc32(str(tmp_path).encode())}")

    yield open_one
    for server in servers:
        server.close()


@pytest.fixture
def index(open_index: Open) -> Iterator[PassageIndex]:
    opened = open_index()
    yield opened
    opened.close()


@pytest.fixture
def by_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few passages there are, the graph is searched."""
    monkeypatch.setattr(index_chroma, "_FEW", 0)


@pytest.fixture(params=["one by one", "by graph"])
def either_way(request: pytest.FixtureRequest) -> None:
    if request.param == "by graph":
        request.getfixturevalue("by_graph")


@pytest.mark.usefixtures("either_way")
def test_scores_are_cosines(index: PassageIndex) -> None:
    passages, vectors = make_passages(50, reports=5), make_vectors(50)
    index.add(passages, vectors)
    query = -make_vectors(1, seed=9)
    for reports in ({"r0", "r1", "r2", "r3", "r4"}, {"r1", "r3"}):
        found = index.search(query, report_ids=sorted(reports), limit=10)
        expected = nearest(passages, vectors, query, reports)[:10]
        assert [passage_id for passage_id, _ in found] == [passage_id for passage_id, _ in expected]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)


@pytest.mark.usefixtures("either_way")
def test_the_filter_holds_inside_the_search(index: PassageIndex) -> None:
    """3,000 passages of 100 reports: those of one are found, however many nearer ones the others have."""
    passages, vectors = make_passages(3000, reports=100), make_vectors(3000)
    index.add(passages, vectors)
    for seed, count in ((1, 1), (2, 3), (3, 40), (4, 99), (5, 100)):
        query = make_vectors(1, seed=seed)
        reports = {f"r{i}" for i in range(count)}
        found = [passage_id for passage_id, _ in index.search(query, report_ids=sorted(reports), limit=20)]
        expected = [passage_id for passage_id, _ in nearest(passages, vectors, query, reports)[:20]]
        assert found == expected


def test_the_filter_holds_where_it_lets_thousands_through(index: PassageIndex) -> None:
    passages, vectors = make_passages(11_000, reports=11), make_vectors(11_000)
    index.add(passages, vectors)
    query = make_vectors(1, seed=1)
    reports = {f"r{i}" for i in range(6)}
    expected = [passage_id for passage_id, _ in nearest(passages, vectors, query, reports)[:20]]
    assert [i for i, _ in index.search(query, report_ids=sorted(reports), limit=20)] == expected


@pytest.mark.usefixtures("either_way")
def test_nothing_is_found_in_no_report(index: PassageIndex) -> None:
    query = make_vectors(1)
    assert index.search(query, report_ids=["r0"], limit=5) == []
    index.add(make_passages(4, reports=2), make_vectors(4))
    assert index.search(query, report_ids=[], limit=5) == []
    assert index.search(query, report_ids=["r9"], limit=5) == []
    assert index.search(query, report_ids=["r0"], limit=0) == []
    assert len(index.search(query, report_ids=["r0", "r9"], limit=5)) == 2
    assert len(index.search(query, report_ids=["r0", "r1"], limit=50)) == 4


@pytest.mark.usefixtures("either_way")
def test_adding_again_replaces(index: PassageIndex) -> None:
    passages, vectors = make_passages(4, reports=1), make_vectors(4)
    index.add(passages, vectors)
    turned = -vectors[:1]
    index.add(
        [make_passage("p00000", report_id="r7"), *passages[1:2]], np.concatenate([turned, vectors[1:2]])
    )
    assert index.count() == 4
    assert sorted(index.ids()) == ["p00000", "p00001", "p00002", "p00003"]
    assert index.report_ids() == {"r0", "r7"}
    [(passage_id, score)] = index.search(turned, report_ids=["r7"], limit=5)
    assert passage_id == "p00000"
    assert score == pytest.approx(1, abs=1e-6)
    assert len(index.search(turned, report_ids=["r0"], limit=5)) == 3


@pytest.mark.usefixtures("either_way")
def test_removing_and_clearing(index: PassageIndex) -> None:
    passages, vectors = make_passages(9, reports=3), make_vectors(9)
    index.add(passages, vectors)
    index.remove(["r0", "r9"])
    index.remove([])
    assert index.report_ids() == {"r1", "r2"}
    assert index.count() == 6
    found = index.search(vectors[:1], report_ids=["r0", "r1", "r2"], limit=9)
    assert {passage_id for passage_id, _ in found} == {p.id for p in passages if p.report_id != "r0"}
    index.clear()
    assert (index.count(), index.report_ids()) == (0, set())
    assert index.search(vectors[:1], report_ids=["r1"], limit=9) == []
    index.add(passages[:2], vectors[:2])
    assert (index.count(), index.report_ids()) == (2, {"r0", "r1"})


def test_it_is_there_after_reopening(open_index: Open) -> None:
    passages, vectors = make_passages(300, reports=3), make_vectors(300)
    query = make_vectors(1, seed=3)
    index = open_index()
    index.add(passages, vectors)
    before = index.search(query, report_ids=["r0", "r2"], limit=7)
    index.close()
    index = open_index()
    assert index.search(query, report_ids=["r0", "r2"], limit=7) == before
    assert (index.count(), index.report_ids()) == (300, {"r0", "r1", "r2"})
    index.close()


def test_what_was_added_outlives_a_kill(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from rag.adapters.index_chroma import ChromaPassageIndex\n"
        "from tests.contract.test_passage_index import make_passages, make_vectors\n"
        "ChromaPassageIndex(Path(sys.argv[1])).add(make_passages(40, reports=2), make_vectors(40))\n"
        "os._exit(9)\n"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=root, check=False)
    assert ended.returncode == 9
    index = ChromaPassageIndex(tmp_path)
    assert (index.count(), index.report_ids()) == (40, {"r0", "r1"})
    assert index.search(make_vectors(40)[5:6], report_ids=["r1"], limit=1)[0][0] == "p00005"
    index.close()


def test_adding_nothing_is_allowed_and_a_wrong_number_is_not(index: PassageIndex) -> None:
    index.add([], np.empty((0, DIMENSIONS), dtype=np.float32))
    assert index.count() == 0
    with pytest.raises(ValueError, match="3 passages, 2 vectors"):
        index.add(make_passages(3, reports=1), make_vectors(2))


def test_more_than_one_batch(index: PassageIndex) -> None:
    passages, vectors = make_passages(5100, reports=2), make_vectors(5100)
    index.add(passages, vectors)
    assert index.count() == 5100
    assert sorted(index.ids()) == [passage.id for passage in passages]
    assert index.search(vectors[5099:], report_ids=["r1"], limit=1)[0][0] == "p05099"


@pytest.mark.usefixtures("either_way")
def test_another_embedders_vectors_are_refused(index: PassageIndex) -> None:
    index.add(make_passages(2, reports=1), make_vectors(2))
    other = np.ones((1, DIMENSIONS // 2), dtype=np.float32)
    with pytest.raises(IndexMismatch, match="wenbao rebuild"):
        index.search(other, report_ids=["r0"], limit=1)
    with pytest.raises(IndexMismatch, match="wenbao rebuild"):
        index.add([make_passage("x", report_id="r5")], other)
    assert index.report_ids() == {"r0"}


def test_damage_is_named(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    with pytest.raises(DataFolderError, match="wenbao rebuild"):
        ChromaPassageIndex(tmp_path)


@pytest.mark.usefixtures("either_way")
def test_searches_during_writes_stay_inside_their_reports(index: PassageIndex) -> None:
    passages, vectors = make_passages(400, reports=1), make_vectors(400)
    index.add(passages, vectors)

    def write(i: int) -> None:
        index.add([make_passage(f"n{i}", report_id=f"new{i}")], make_vectors(1, seed=i))

    def search(i: int) -> list[tuple[str, float]]:
        return index.search(make_vectors(1, seed=i), report_ids=["r0"], limit=5)

    with ThreadPoolExecutor(4) as pool:
        written = pool.map(write, range(20))
        found = list(pool.map(search, range(60)))
        list(written)
    assert all(len(hits) <= 5 and all(passage_id.startswith("p") for passage_id, _ in hits) for hits in found)
    assert index.count() == 420


def test_what_is_kept_of_a_report_goes_with_its_change(index: PassageIndex) -> None:
    passages, vectors = make_passages(6, reports=2), make_vectors(6)
    index.add(passages, vectors)
    query = make_vectors(1, seed=4)
    first = index.search(query, report_ids=["r0", "r1"], limit=6)
    assert index.search(query, report_ids=["r0", "r1"], limit=6) == first
    index.add(passages[:1], -vectors[:1])
    second = dict(index.search(query, report_ids=["r0", "r1"], limit=6))
    assert second["p00000"] == pytest.approx(-dict(first)["p00000"], abs=1e-6)
    index.remove(["r0"])
    index.add([passages[2]], vectors[:1])
    found = dict(index.search(query, report_ids=["r0"], limit=6))
    assert found == {"p00002": pytest.approx(dict(first)["p00000"], abs=1e-6)}


def test_no_more_vectors_are_kept_than_was_said() -> None:
    reads: list[str] = []

    def read(passage_ids: Sequence[str]) -> tuple[Sequence[str], Vectors]:
        reads.append(passage_ids[0])
        return passage_ids, 2 * make_vectors(len(passage_ids))

    kept = KeptVectors(read, most=4)
    for report in ("a", "b", "a", "c", "a", "b"):  # c takes the place of b, which was not used for longest
        rows = kept.rows(report, (f"{report}1", f"{report}2"))
        assert rows.vectors == pytest.approx(make_vectors(2), abs=1e-6)
    assert reads == ["a1", "b1", "c1", "b1"]
    kept.rows("d", ("d1", "d2", "d3", "d4", "d5"))
    kept.rows("d", ("d1", "d2", "d3", "d4", "d5"))
    assert reads[4:] == ["d1", "d1"]


# --- a server ---


def test_what_another_process_changed_is_seen_when_it_is_told(open_index: Open) -> None:
    here, there = open_index(), open_index()
    passages, vectors = make_passages(1500, reports=2), make_vectors(1500)
    here.add(passages, vectors)
    here.reread(["r0"])
    query = make_vectors(1, seed=2)
    assert there.report_ids() == {"r0", "r1"}
    there.add([make_passage("new", report_id="r2")], query)
    there.remove(["r1"])
    here.reread(["r1", "r2"])
    assert here.report_ids() == {"r0", "r2"}
    assert here.search(query, report_ids=["r2"], limit=1)[0][0] == "new"
    here.close()
    there.close()


@pytest.mark.usefixtures("by_graph")
def test_passages_that_another_process_took_out_do_no_harm(chroma: Chroma) -> None:
    """`here` still names them to the server."""
    server, other = ChromaServer(chroma.url), ChromaServer(chroma.url)
    here, there = server.open("wenbao-stale"), other.open("wenbao-stale")
    here.add(make_passages(2400, reports=3), make_vectors(2400))
    there.remove(["r1"])
    found = here.search(make_vectors(1, seed=2), report_ids=["r0", "r1"], limit=5)
    assert len(found) == 5
    assert here.report_ids() == {"r0", "r2"}
    assert "wenbao-stale" in server.names()
    for _ in range(2):
        server.drop("wenbao-stale")
    assert "wenbao-stale" not in server.names()
    with pytest.raises(DataFolderError, match="not at the Chroma server"):
        there.count()
    server.close()
    other.close()


def test_a_server_that_was_away_is_there_again(chroma: Chroma) -> None:
    server = ChromaServer(chroma.url)
    index = server.open("wenbao-away")
    index.add(make_passages(10, reports=1), make_vectors(10))
    chroma.stop()
    late = ChromaServer(chroma.url)
    for call in (index.count, partial(late.open, "wenbao-away")):
        with pytest.raises(ServerUnreachable, match="start it, or check WENBAO_CHROMA_URL"):
            call()
    with pytest.raises(ServerUnreachable):
        index.search(make_vectors(1), report_ids=["r0"], limit=3)
    chroma.start()
    assert len(index.search(make_vectors(1), report_ids=["r0"], limit=3)) == 3
    assert late.open("wenbao-away").count() == 10
    server.close()
    late.close()


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://host", "http://", "http://host:x", "http://host/v2"]
)
def test_what_is_no_address_of_a_server_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="WENBAO_CHROMA_URL"):
        ChromaServer(url)
