"""One report in every format: the body of a seed with a table of our own in it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

import docx
from docx.document import Document
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from rag.resources import seeds_folder
from rag.steps.tell_table import Table, tell_table

TITLE = "刘媛在廊坊市八届人大六次会议上的政府工作报告(摘登)"
ROWS = (
    ("指标", "2023年完成", "2024年目标"),
    ("地区生产总值增长", "3.8%", "6%左右"),
    ("一般公共预算收入（亿元）", "320.2", "340"),
    ("居民人均可支配收入增长", "6.7%", "7%左右"),
)
RUNNING_HEAD = "廊坊市人民政府公报 2024年第2期"
_FONT, _SIZE, _PITCH = "STSong-Light", 12, 20
_LEFT, _RIGHT, _TOP, _BOTTOM = 72.0, A4[0] - 72.0, A4[1] - 90.0, 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Paragraphs of a report, headings among them; the table comes behind paragraph `table_after`."""

    paragraphs: tuple[str, ...]
    table_after: int

    @property
    def told(self) -> list[str]:
        """The lines with the table as a reader tells it."""
        return [
            *self.paragraphs[: self.table_after],
            *tell_table(Table(rows=ROWS)),
            *self.paragraphs[self.table_after :],
        ]


def made() -> Made:
    """The seed 004 from its title on, without the line of its site."""
    (path,) = seeds_folder().glob("004_*.txt")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    body = [line for line in lines[1:] if "评论(0)" not in line]
    assert body[0] == TITLE
    return Made(paragraphs=("政府工作报告", *body), table_after=5)


def is_heading(line: str) -> bool:
    return len(line) < 34 and not line.endswith(("。", "；"))


def as_text(report: Made) -> bytes:
    return "\n\n".join(report.told).encode()


def as_markdown(report: Made) -> bytes:
    lines = []
    for number, line in enumerate(report.paragraphs):
        if number == report.table_after:
            lines.append(_pipe_table())
        lines.append(f"## {line}" if is_heading(line) else f"**{line[:4]}**{line[4:]}")
    return "\n\n".join(lines).encode()


def _pipe_table() -> str:
    rows = [f"| {' | '.join(row)} |" for row in ROWS]
    return "\n".join([rows[0], "|---|---:|:--:|", *rows[1:]])


def as_html(report: Made, encoding: str = "utf-8") -> bytes:
    lines = [
        f'<!DOCTYPE html><html><head><meta charset="{encoding}"><title>廊坊</title>',
        "<style>p{color:red}</style>",
        "<script>var 增长 = '9%';</script></head><body><nav><ul><li><a href='/'>首页</a></li></ul></nav>",
        "<div><a href='/'>首页</a> &gt; <a href='/zw'>政务公开</a></div>",
        "<form><input value='搜索'><button>搜索</button>",
        "</form><div style='display:none'>隐藏的增长99%。</div><article>",
    ]
    for number, line in enumerate(report.paragraphs):
        if number == report.table_after:
            lines.append(_html_table())
        tag = "h2" if is_heading(line) else "p"
        lines.append(f"<{tag}>&emsp;&emsp;{line[:6]}<span>{line[6:]}</span></{tag}>")
    lines.append("</article><aside>相关阅读</aside><footer>版权所有</footer></body></html>")
    return "\n".join(lines).encode("gbk" if encoding == "gb2312" else encoding)


def _html_table() -> str:
    head = "".join(f"<th>{cell}</th>" for cell in ROWS[0])
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def as_docx(report: Made) -> bytes:
    document: Document = docx.Document()
    for number, line in enumerate(report.paragraphs):
        if number == report.table_after:
            table = document.add_table(rows=len(ROWS), cols=len(ROWS[0]))
            for row, cells in zip(table.rows, ROWS, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        if is_heading(line):
            document.add_heading(line, level=2)
        else:
            paragraph = document.add_paragraph(line[:6])
            paragraph.add_run(line[6:]).bold = True
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_pdf(report: Made, *, contents: bool = True) -> bytes:
    """Pages with a running head and `— 3 —` at the foot; full lines, a first-line indent, a ruled table."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    page = _Page(canvas)
    if contents:
        page.line("目  录", _LEFT + 180)
        page.line("一、2023年工作回顾" + "." * 60 + "2", _LEFT)
        page.line("二、2024年工作安排" + "." * 60 + "9", _LEFT)
    for number, line in enumerate(report.paragraphs):
        if number == report.table_after:
            page.table()
        if is_heading(line):
            width = pdfmetrics.stringWidth(line, _FONT, _SIZE)
            page.line(line, (_LEFT + _RIGHT - width) / 2 if number < 2 else _LEFT + 2 * _SIZE)
            continue
        for first, piece in _wrapped(line):
            page.line(piece, _LEFT + 2 * _SIZE if first else _LEFT)
    page.end()
    canvas.save()
    return buffer.getvalue()


class _Page:
    def __init__(self, canvas: Canvas) -> None:
        self._canvas, self._number, self._y = canvas, 0, 0.0
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        self._y = _TOP
        self._canvas.setFont(_FONT, 9)
        self._canvas.drawString(_LEFT, A4[1] - 50, RUNNING_HEAD)
        self._canvas.drawCentredString(A4[0] / 2, 45, f"— {self._number} —")
        self._canvas.setFont(_FONT, _SIZE)

    def line(self, text: str, x: float) -> None:
        if self._y < _BOTTOM:
            self._canvas.showPage()
            self._begin()
        self._canvas.drawString(x, self._y, text)
        self._y -= _PITCH

    def table(self) -> None:
        width = (_RIGHT - _LEFT) / len(ROWS[0])
        top = self._y + _SIZE
        for row in ROWS:
            for column, cell in enumerate(row):
                self._canvas.drawString(_LEFT + column * width + 4, self._y - 2, cell)
            self._y -= _PITCH
        low = top - _PITCH * len(ROWS)
        self._canvas.grid(
            [_LEFT + n * width for n in range(len(ROWS[0]) + 1)],
            [low + n * _PITCH for n in range(len(ROWS) + 1)],
        )
        self._y -= _PITCH / 2

    def end(self) -> None:
        self._canvas.showPage()


def _wrapped(line: str) -> list[tuple[bool, str]]:
    """(whether it is the first, line) of a paragraph: no number or word breaks, no mark begins a line."""
    pieces = re.findall(r"[!-~]+[，。、；：！？）》”]*|.[，。、；：！？）》”,.:;)]*", line)
    lines: list[tuple[bool, str]] = []
    current, room = "", _RIGHT - _LEFT - 2 * _SIZE
    for piece in pieces:
        if pdfmetrics.stringWidth(current + piece, _FONT, _SIZE) > room:
            lines.append((not lines, current))
            current, room = "", _RIGHT - _LEFT
        current += piece
    lines.append((not lines, current))
    return lines


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
