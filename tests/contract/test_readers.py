"""Every format gives the same report; every file that is not read says why, and what to do."""

from __future__ import annotations

import io
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rag.adapters import reader_process
from rag.adapters.reader import decode, documents, unpack
from rag.adapters.reader_text import source_file
from rag.adapters.script_opencc import simplify, traditionalise
from rag.domain import Sentence, SourceFile, SourceText, Stance
from rag.errors import SourceError
from rag.resources import seeds_folder
from rag.steps.read import read
from rag.steps.read_figures import read_figures
from tests.contract.made_files import (
    RUNNING_HEAD,
    as_docx,
    as_html,
    as_markdown,
    as_pdf,
    as_text,
    made,
    zipped,
)
from tests.unit.seeds import GAZETTEER

REPORT = made()
FILES = {
    "txt": as_text(REPORT),
    "md": as_markdown(REPORT),
    "docx": as_docx(REPORT),
    "html": as_html(REPORT),
    "pdf": as_pdf(REPORT),
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
TOLD = "一、2023年工作回顾。全市粮食产量增长5.1%，新建学校12所。"


def read_bytes(content: bytes, name: str = "report") -> SourceText:
    return decode(source_file(name, content))


def sentences(source: SourceText) -> tuple[Sentence, ...]:
    return read(source, simplify=simplify, gazetteer=GAZETTEER).sentences


def refusal(content: bytes, name: str = "report") -> str:
    with pytest.raises(SourceError) as raised:
        read_bytes(content, name)
    said = str(raised.value)
    assert said.startswith(name)
    assert said.endswith(".")
    assert "\n" not in said
    return said


# --- One report, five formats -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources() -> dict[str, SourceText]:
    return {kind: read_bytes(content) for kind, content in FILES.items()}


@pytest.mark.parametrize("kind", ["md", "docx", "html", "pdf"])
def test_every_format_gives_the_same_sentences(sources: dict[str, SourceText], kind: str) -> None:
    plain, other = sentences(sources["txt"]), sentences(sources[kind])
    assert sources[kind].format == kind
    assert [s.text for s in other] == [s.text for s in plain]
    assert [(s.stance, s.period, s.section) for s in other] == [
        (s.stance, s.period, s.section) for s in plain
    ]
    assert [read_figures(s.text) for s in other] == [read_figures(s.text) for s in plain]
    assert len(plain) > 150


@pytest.mark.parametrize("kind", list(FILES))
def test_what_is_cited_stands_there(sources: dict[str, SourceText], kind: str) -> None:
    source = sources[kind]
    for sentence in sentences(source):
        quote = source.text[sentence.span.start : sentence.span.end]
        assert "".join(sentence.display.split()) == "".join(quote.split())


def test_a_cell_is_cited_with_its_heads(sources: dict[str, SourceText]) -> None:
    for source in sources.values():
        cells = {s.text: s for s in sentences(source) if "一般公共预算收入:" in s.text}
        done, aim = (
            cells["2023年完成一般公共预算收入:320.2亿元。"],
            cells["2024年目标一般公共预算收入:340亿元。"],
        )
        assert (done.stance, done.period) == (Stance.RESULT, 2023)
        assert (aim.stance, aim.period) == (Stance.TARGET, 2024)
        assert read_figures(aim.text)[-1].value == Decimal(34_000_000_000)


def test_pages_are_those_of_the_file(sources: dict[str, SourceText]) -> None:
    source = sources["pdf"]
    assert len(source.pages) > 5
    assert source.pages[0] == 0
    crossed = 0
    for sentence in sentences(source):
        first, last = source.page_at(sentence.span.start), source.page_at(sentence.span.end - 1)
        assert first is not None
        assert last is not None
        assert first <= last <= first + 1
        crossed += first != last
    assert crossed >= 3
    assert RUNNING_HEAD not in source.text
    assert "— 2 —" not in source.text
    assert "...." not in source.text
    assert source.text.startswith("政府工作报告")
    last_paragraph = REPORT.paragraphs[-1][:10]
    assert source.page_at(source.text.index(last_paragraph)) == len(source.pages)


def test_paragraphs_are_those_of_the_word_file(sources: dict[str, SourceText]) -> None:
    source = sources["docx"]
    lines = source.text.split("\n")
    assert lines == REPORT.told
    for number, line in enumerate(lines, 1):
        assert source.paragraph_at(source.text.index(line)) == lines.index(line) + 1 <= number
    assert sources["txt"].paragraph_at(0) is None
    assert sources["docx"].page_at(0) is None


# --- Encodings --------------------------------------------------------------------------------------

SIMPLIFIED = (next(seeds_folder().glob("004_*.txt"))).read_text(encoding="utf-8")
TRADITIONAL = (next(seeds_folder().glob("001_*.txt"))).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "written", "told"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-32", "utf-32"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (TRADITIONAL, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (SIMPLIFIED[300:330], "gb18030", "gb18030"),
        (traditionalise(TRADITIONAL).replace("\u2022", ""), "big5", "big5"),
        (traditionalise(TRADITIONAL)[200:230], "big5", "big5"),
    ],
)
def test_encodings(text: str, written: str, told: str) -> None:
    content = text.encode(written, errors="ignore")
    source = read_bytes(content)
    assert source.encoding == told
    assert source.text == content.decode(written).lstrip("" if written != "utf-8-sig" else "\ufeff")


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "utf-8"])
def test_a_page_says_its_charset(charset: str) -> None:
    source = read_bytes(as_html(REPORT, charset))
    assert source.encoding == ("utf-8" if charset == "utf-8" else "gb18030")
    assert source.text == read_bytes(FILES["html"]).text


def test_a_page_saved_as_utf8_may_still_say_gbk() -> None:
    page = as_html(REPORT).replace(b'charset="utf-8"', b'charset="gb2312"')
    assert read_bytes(page).encoding == "utf-8"


# --- Web pages and Word files as they are found -----------------------------------------------------


def test_a_page_inside_one_form_is_read() -> None:
    page = f"<html><body><form id='aspnetForm'><nav>首页</nav><p>{TOLD}</p></form></body></html>"
    assert read_bytes(page.encode()).text == TOLD


def test_lines_of_a_page_are_its_own() -> None:
    body = f"<h2><a href='#1'>一、回顾</a></h2>第一段，<br>第二段。<pre>{TOLD}\n二、安排</pre>"
    page = f"<html><body>{body}</body></html>"
    assert read_bytes(page.encode()).text.split("\n") == [
        "一、回顾",
        "第一段，",
        "第二段。",
        TOLD,
        "二、安排",
    ]


def test_spans_of_a_table_reach_all_their_cells() -> None:
    page = """<html><body><p>主要指标如下。</p><table>
    <tr><th rowspan=2>指标</th><th colspan=2>2024年</th></tr><tr><th>目标</th><th>预计</th></tr>
    <tr><td>粮食产量（万吨）</td><td>52.8</td><td>53</td></tr></table></body></html>"""
    assert read_bytes(page.encode()).text.split("\n")[1:] == [
        "2024年目标 粮食产量：52.8万吨。",
        "2024年预计 粮食产量：53万吨。",
    ]


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def test_a_word_file_is_read_as_word_shows_it() -> None:
    document = Document()
    kept = document.add_paragraph("增长")
    for tag, text in (("w:ins", "5.1%。"), ("w:del", "9.9%。")):
        run, words = OxmlElement("w:r"), OxmlElement("w:t" if tag == "w:ins" else "w:delText")
        words.text = text
        run.append(words)
        change = _element(tag, id="1", author="x")
        change.append(run)
        kept._p.append(change)
    hidden = document.add_paragraph().add_run("看不见的字。")
    hidden.font.hidden = True
    document.add_paragraph("工作回顾", style="List Number")
    document.add_paragraph("工作安排", style="List Number")
    buffer = io.BytesIO()
    document.save(buffer)
    assert read_bytes(buffer.getvalue()).text.split("\n") == ["增长5.1%。", "1.工作回顾", "2.工作安排"]


# --- Archives ---------------------------------------------------------------------------------------


def test_each_file_of_an_archive_is_a_source_of_its_own() -> None:
    packed = zipped(
        {"河北/廊坊.txt": FILES["txt"], "b.docx": FILES["docx"], "__MACOSX/._b.docx": b"x", ".x": b"x"}
    )
    files = unpack(source_file("报告.zip", packed))
    assert [file.name for file in files] == ["报告.zip/河北/廊坊.txt", "报告.zip/b.docx"]
    assert [decode(file).format for file in files] == ["txt", "docx"]
    assert unpack(source_file("a.txt", FILES["txt"])) == [source_file("a.txt", FILES["txt"])]


def _named(name: bytes) -> bytes:
    """An archive with one file whose name stands in it as these bytes, not marked as UTF-8."""
    packed = zipped({"x" * len(name): TOLD.encode()})
    return packed.replace(b"x" * len(name), name)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_of_an_archive(encoding: str) -> None:
    (file,) = unpack(source_file("a.zip", _named("廊坊市／报告乗.txt".encode(encoding))))
    assert file.name == "a.zip/廊坊市／报告乗.txt"


def _unpack_refusal(packed: bytes) -> str:
    with pytest.raises(SourceError) as raised:
        unpack(source_file("a.zip", packed))
    return str(raised.value)


def test_archives_that_are_not_unpacked() -> None:
    assert "leads out of it" in _unpack_refusal(zipped({"../../etc/x.txt": FILES["txt"]}))
    assert "leads out of it" in _unpack_refusal(_named(b"C:\\x.txt"))
    assert "more than 1000" in _unpack_refusal(zipped({f"{n}.txt": b"x" for n in range(1001)}))
    assert "zip bomb" in _unpack_refusal(zipped({"a.txt": b"0" * 20_000_000}))
    assert "without a file" in _unpack_refusal(zipped({".hidden": b"x"}))
    encrypted = bytearray(zipped({"a.txt": FILES["txt"]}))
    encrypted[6] |= 1
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    assert "under a password" in _unpack_refusal(bytes(encrypted))
    nested = unpack(source_file("a.zip", zipped({"b.zip": zipped({"c.txt": FILES["txt"]})})))
    with pytest.raises(SourceError, match="inside an archive"):
        decode(nested[0])


# --- What is not read says what it is ---------------------------------------------------------------


def _pdf(draw: str) -> bytes:
    buffer = io.BytesIO()
    lock = StandardEncryption("secret", canPrint=0) if draw == "encrypted" else None
    canvas = Canvas(buffer, encrypt=lock)
    for _ in range(3):
        if draw == "scanned":
            canvas.drawImage(ImageReader(io.BytesIO(PNG)), 0, 0, 500, 700)
        elif draw == "encrypted":
            canvas.drawString(100, 100, "text")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _office(*names: str, mimetype: str = "") -> bytes:
    files = {"mimetype": mimetype.encode()} if mimetype else {"[Content_Types].xml": b"<Types/>"}
    return zipped(files | dict.fromkeys(names, b"<x/>"))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_pdf("scanned"), "is scanned: 3 of its 3 pages"),
        (_pdf("encrypted"), "under a password"),
        (_pdf("empty"), "has no text in it"),
        (b"%PDF-1.7\nnot really", "damaged PDF"),
        (FILES["pdf"][:3000], "damaged PDF"),
        (OLE + "WordDocument".encode("utf-16-le"), "old Word file (.doc): save it as .docx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "under a password"),
        (OLE + "Workbook".encode("utf-16-le"), "old Excel workbook"),
        (_office("xl/workbook.xml"), "Excel workbook"),
        (_office("ppt/presentation.xml"), "PowerPoint"),
        (_office("x.xml"), "without a document in it"),
        (_office("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "OpenDocument"),
        (zipped({"OFD.xml": b"<x/>"}), "OFD document"),
        (FILES["docx"][:2000], "damaged"),
        (rb"{\rtf1\ansi x}", "rich text"),
        (PNG, "is an image"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; x\r\n\r\n<html>", "MHTML"),
        (b"The government work report.", "holds no Chinese text"),
        (b"<html><body><p>nothing here</p></body></html>", "holds no Chinese text"),
        (bytes(range(256)) * 4, "is not text"),
    ],
)
def test_refusals(content: bytes, says: str) -> None:
    assert says in refusal(content)


def test_a_docx_that_unpacks_to_too_much() -> None:
    packed = _office()
    buffer = io.BytesIO(packed)
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as part,
    ):
        for _ in range(210):
            part.write(b" " * 1_000_000)
    assert "unpacks to over 200 MB" in refusal(buffer.getvalue())


def test_a_docx_with_an_external_entity_reads_no_file() -> None:
    xml = (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        '<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>增长&x;。</w:t></w:r></w:p></w:body></w:document>'
    )
    source = read_bytes(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": xml.encode()}))
    assert source.text == "增长"


def test_what_hangs_or_dies_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "_SECONDS", 0.01)
    monkeypatch.setattr(reader_process, "_SECONDS_PER_MEGABYTE", 0.0)
    started = time.monotonic()
    assert "could not be read within" in refusal(FILES["docx"])
    assert time.monotonic() - started < 5


def test_a_bomb_of_entities_ends_soon() -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<!DOCTYPE d [<!ENTITY a0 "增长">{lines}]><d><body><p>&a11;</p></body></d>'
    refusal(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": xml.encode()}))


def test_the_files_of_a_folder(tmp_path: Path) -> None:
    for name in (
        "a.TXT",
        "b/c.pdf",
        "b/old.doc",
        ".hidden/d.txt",
        "~$a.docx",
        "e.py",
        "f.zip",
        "picture.png",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    names = [path.relative_to(tmp_path).as_posix() for path in documents(tmp_path)]
    assert names == ["a.TXT", "b/c.pdf", "b/old.doc", "f.zip"]


def test_text_pays_for_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_file: SourceFile, _kind: str) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr("rag.adapters.reader.parse", none)
    assert read_bytes(FILES["txt"]).format == "txt"
    assert read_bytes(FILES["md"]).format == "md"
