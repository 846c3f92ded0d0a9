"""An upload as it comes: multipart/form-data, written to the disk piece by piece, within bounds.

Of an upload that is refused, cut off or out of room nothing stays.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from litestar.exceptions import ClientException, HTTPException, InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from rag.adapters.originals_folder import sync_folder, writable
from rag.errors import InputError, RagError, UploadTooLarge
from rag.jobs import JobFile
from rag.settings import Settings
from rag.steps.identify import Hints
from service.names import clean_name

IDLE_SECONDS = 60.0
"""Without a byte for so long, a client is taken for gone."""
WHOLE_SECONDS = 3600.0
DRAIN_SECONDS = 5.0
"""What is still on its way when an upload is refused is read for so long: many clients listen only then."""
FIRST_YEAR, LAST_YEAR = 1949, 2100
_FORM_BYTES = 100_000
"""What the headers of all parts may take beside the files."""
_FIELD_BYTES = 1_000
_ADVICE = "send multipart/form-data with one or more files, and region and year where you know them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """The files of a form, on the disk under their numbers, and what was said of all of them."""

    files: tuple[JobFile, ...]
    hints: Hints


async def receive(
    body: AsyncGenerator[bytes], *, content_type: str, length: int | None, folder: Path, settings: Settings
) -> Uploaded:
    """Everything that comes, synced, in `folder`, which is made for it, and removed again where this raises.

    Raises InputError, UploadTooLarge, DiskFull, DataFolderError; HTTPException where the client is silent.
    """
    form = _Form(folder, settings)
    try:
        form.open(content_type, length)
        async with asyncio.timeout(WHOLE_SECONDS):
            while chunk := await asyncio.wait_for(anext(body, b""), IDLE_SECONDS):
                await asyncio.to_thread(form.feed, chunk)
        return await asyncio.to_thread(form.end)
    except BaseException as error:
        await asyncio.shield(asyncio.to_thread(form.discard))
        if isinstance(error, TimeoutError):
            words = "The upload stood still for too long: send it again."
            raise HTTPException(status_code=408, detail=words) from None
        if isinstance(error, InternalServerException):  # so the framework calls a client that has left
            raise ClientException("The client left before its upload was whole.") from None
        if isinstance(error, RagError):
            await _drain(body)
        raise


async def _drain(body: AsyncGenerator[bytes]) -> None:
    with suppress(Exception):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in body:
                pass


@dataclass(slots=True)
class _Form:
    """A form as far as it has come. Its methods are called one after the other, from any thread."""

    folder: Path
    settings: Settings
    files: list[JobFile] = field(default_factory=list)
    fields: dict[str, bytes] = field(default_factory=dict)
    _parser: PushMultipartParser | None = None
    _part: MultipartSegment | None = None
    _file: BinaryIO | None = None
    _bytes: int = 0

    def open(self, content_type: str, length: int | None) -> None:
        kind, options = parse_options_header(content_type)
        if kind != "multipart/form-data" or not options.get("boundary"):
            raise InputError(f"This is no upload of files: {_ADVICE}.")
        if length is not None:
            self._check_total(length)
        with writable(self.folder):
            self.folder.mkdir(parents=True)
        with _as_ours():
            self._parser = PushMultipartParser(options["boundary"])

    def feed(self, chunk: bytes) -> None:
        assert self._parser is not None
        self._bytes += len(chunk)
        self._check_total(self._bytes)
        with _as_ours(), writable(self.folder):
            for event in self._parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    self._begin(event)
                elif event is None:
                    self._finish_part()
                else:
                    self._write(event)

    def end(self) -> Uploaded:
        """Raises InputError for a form that is cut off, has no file, or says what is no year."""
        assert self._parser is not None
        with _as_ours(), writable(self.folder):
            self._parser.close()
            sync_folder(self.folder)
            sync_folder(self.folder.parent)
        if not self.files:
            raise InputError(f"The upload has no file in it: {_ADVICE}.")
        return Uploaded(files=tuple(self.files), hints=Hints(region=self._region(), year=self._year()))

    def discard(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- one part ---

    def _begin(self, part: MultipartSegment) -> None:
        self._part = part
        if part.filename is None:
            if part.name not in ("region", "year"):
                raise InputError(f"The upload has a field {part.name!r} that is no file: {_ADVICE}.")
            self.fields[part.name] = b""
        elif part.filename:  # empty: a form in a browser in which no file was chosen
            self._begin_file(part.filename)

    def _begin_file(self, filename: str) -> None:
        number = len(self.files) + 1
        if number > self.settings.upload_files:
            raise UploadTooLarge(
                f"The upload has more than {self.settings.upload_files} files: send fewer at once, or a zip."
            )
        name = clean_name(filename, number=number)
        if any(file.name == name for file in self.files):
            raise InputError(f"Two files of the upload are called {name}: rename one, or send them apart.")
        self.files.append(JobFile(upload=number, name=name))
        self._file = (self.folder / str(number)).open("wb")

    def _write(self, content: bytes) -> None:
        assert self._part is not None
        if self._file is not None:
            if self._part.bytes_received > self.settings.upload_megabytes * 1_000_000:
                raise UploadTooLarge(
                    f"{self.files[-1].name} has more than {self.settings.upload_megabytes} MB: "
                    "send a smaller file, or raise WENBAO_UPLOAD_MEGABYTES."
                )
            self._file.write(content)
        elif self._part.name in self.fields:
            self.fields[self._part.name] += content
            if len(self.fields[self._part.name]) > _FIELD_BYTES:
                raise InputError(f"{self._part.name} is longer than {_FIELD_BYTES} bytes: send a short one.")

    def _finish_part(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    # --- what was said and what is allowed ---

    def _region(self) -> str | None:
        return self.fields.get("region", b"").decode("utf-8", errors="replace").strip() or None

    def _year(self) -> int | None:
        text = self.fields.get("year", b"").decode("utf-8", errors="replace").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR):
            raise InputError(f"{text!r} is not a year such as 2024.")
        return int(text)

    def _check_total(self, size: int) -> None:
        most = self.settings.upload_total_megabytes
        if size > most * 1_000_000 + _FORM_BYTES:
            raise UploadTooLarge(
                f"The upload has more than {most} MB: send its files apart, or raise "
                "WENBAO_UPLOAD_TOTAL_MEGABYTES."
            )


@contextmanager
def _as_ours() -> Iterator[None]:
    try:
        yield
    except MultipartError as exc:
        raise InputError(f"The upload is damaged or cut off ({exc}): {_ADVICE}.") from exc
