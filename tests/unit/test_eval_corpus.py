"""The evaluation reads a folder as `wenbao ingest` does: every format, and archives file by file."""

from __future__ import annotations

from pathlib import Path

from eval.corpus import read_corpus
from tests.contract.made_files import as_docx, as_pdf, as_text, made, zipped


def test_every_format_of_a_folder(tmp_path: Path) -> None:
    report = made()
    (tmp_path / "河北").mkdir()
    (tmp_path / "河北" / "a.pdf").write_bytes(as_pdf(report))
    (tmp_path / "b.zip").write_bytes(
        zipped({"c.docx": as_docx(report), "d.txt": as_text(report), "e.txt": b"no"})
    )
    (tmp_path / ".hidden.txt").write_bytes(as_text(report))
    (tmp_path / "README.md").write_text("# 说明", encoding="utf-8")
    (tmp_path / "named.dat").write_bytes(as_text(report) + "增长。".encode())
    corpus = read_corpus(tmp_path, named=frozenset({"named.dat", "../x"}))
    assert [file.name for file in corpus.files] == ["b.zip/c.docx", "b.zip/d.txt", "named.dat", "河北/a.pdf"]
    assert list(corpus.unread) == ["b.zip/e.txt"]
    assert [path.name for path in corpus.paths()] == ["b.zip", "named.dat", "a.pdf"]
    assert len(corpus.texts()) == 4
