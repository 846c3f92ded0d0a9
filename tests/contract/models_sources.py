"""Small models with real sources: a hub on loopback that speaks the hub's protocol, wheels in a folder."""

from __future__ import annotations

import hashlib
import random
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rag.models.catalogue import Entry, HubSource, Kind, PinnedFile, RegistrySource, Wheel

NAME = "tiny"
FILE = "tiny.gguf"
WHEELS = 3


def weights(size: int = 300_000) -> bytes:
    return random.Random(7).randbytes(size)


def pin(path: str, content: bytes) -> PinnedFile:
    return PinnedFile(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def chat_entry(content: bytes) -> Entry:
    """A chat model of one file, which the hub has whole and the registry in three wheels."""
    wheels = tuple(
        Wheel(
            project=f"wenbao-tiny-part{n}", version="0.1.0", member=f"wenbao_tiny_part{n}/data/part{n:02}.bin"
        )
        for n in range(1, WHEELS + 1)
    )
    file = pin(FILE, content)
    return Entry(
        name=NAME,
        kind=Kind.CHAT,
        licence="none",
        default=True,
        hub=HubSource(repository="some/tiny", revision="main", files=(file,)),
        registry=RegistrySource(wheels=wheels, joined=file),
    )


def write_wheels(entry: Entry, folder: Path, content: bytes) -> None:
    """The wheels of `entry` in `folder`, with `content` cut into equal parts."""
    folder.mkdir(exist_ok=True)
    wheels = entry.registry.wheels
    step = -(-len(content) // len(wheels))
    for n, wheel in enumerate(wheels):
        name = f"{wheel.project.replace('-', '_')}-{wheel.version}"
        about = f"Metadata-Version: 2.1\nName: {wheel.project}\nVersion: {wheel.version}\n"
        kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as archive:
            archive.writestr(wheel.member, content[n * step : (n + 1) * step])
            archive.writestr(f"{name}.dist-info/METADATA", about)
            archive.writestr(f"{name}.dist-info/WHEEL", kind)
            archive.writestr(f"{name}.dist-info/RECORD", "")


def pip_reads_only(folder: Path) -> dict[str, str]:
    """Environment variables under which pip knows no index but this folder."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONSTRAINT": ""}


@dataclass(kw_only=True)
class Hub:
    """What the server serves and what it was asked. `cuts`: bodies to break off in their middle."""

    files: dict[str, bytes]
    cuts: int = 0
    silent: bool = False
    url: str = ""
    requests: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, Range
    released: threading.Event = field(default_factory=threading.Event)

    def ranges(self) -> list[str]:
        """The Range headers of the requests that reached the file store."""
        return [
            asked for method, path, asked in self.requests if method == "GET" and path.startswith("/store")
        ]


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    """`/{repository}/resolve/{revision}/{path}` redirects to `/store/{path}`, which knows ranges."""

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def log_message(self, format: str, *args: object) -> None:
            """Not on the terminal."""

        def answer(self) -> None:
            asked = self.headers.get("Range", "")
            hub.requests.append((self.command, self.path, asked))
            if hub.silent:
                hub.released.wait(30)
            elif "/resolve/" in self.path:
                self.redirect(self.path.rsplit("/", 1)[1])
            else:
                self.send_file(self.path.removeprefix("/store/"), asked)

        def redirect(self, name: str) -> None:
            if name not in hub.files:
                self.send_error(404)
                return
            digest = hashlib.sha256(hub.files[name]).hexdigest()
            self.send_response(302)
            self.send_header("Location", f"/store/{name}")
            self.send_header("X-Linked-Etag", f'"{digest}"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def send_file(self, name: str, asked: str) -> None:
            content = hub.files[name]
            start = int(asked.removeprefix("bytes=").removesuffix("-") or 0)
            body = content[start:]
            self.send_response(206 if asked else 200)
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if hub.cuts:
                hub.cuts -= 1
                body = body[: len(body) // 2]
            self.wfile.write(body)
            self.close_connection = True

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield hub
        finally:
            hub.released.set()
            server.shutdown()
            thread.join()
