"""Files from a model hub: `GET {hub}/{repository}/resolve/{revision}/{path}`, often redirected to a store.

A connection that is cut goes on where it stopped, with a Range request, in this run or in a later one.
"""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from urllib.parse import quote

import httpx

from rag.models.catalogue import HubSource, PinnedFile
from rag.models.progress import Progress
from rag.models.sources import SourceFailed, WrongBytes, check

ANSWER_SECONDS = 5.0
READ_SECONDS = 30.0
ATTEMPTS = 4


def fetch(source: HubSource, stage: Path, *, hub: str, progress: Progress) -> None:
    """Put every file of `source` into `stage`, checked. Raises SourceFailed or WrongBytes."""
    base = f"{hub.rstrip('/')}/{source.repository}/resolve/{quote(source.revision)}/"
    if not _answers(base + quote(source.files[0].path)):
        raise SourceFailed(f"the model hub {hub} did not answer within {ANSWER_SECONDS:.0f} seconds")
    timeout = httpx.Timeout(READ_SECONDS, connect=ANSWER_SECONDS)
    # As it is on disk: a compressed body could not go on at a byte offset.
    headers = {"Accept-Encoding": "identity"}
    with httpx.Client(timeout=timeout, follow_redirects=True, headers=headers) as client:
        for file in source.files:
            target = stage / file.path
            if not target.exists():
                part = target.with_name(target.name + ".part")
                _download(client, base + quote(file.path), file=file, part=part, progress=progress)
                part.replace(target)
            check(target, file, f"the model hub {hub}")


def _answers(url: str) -> bool:
    """Whether anything comes back in time.

    Asked from a thread: looking up a name may take longer than any timeout of the connection.
    """
    verdict: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def ask() -> None:
        try:
            verdict.put(httpx.head(url, timeout=ANSWER_SECONDS, follow_redirects=False).status_code < 500)
        except (httpx.HTTPError, httpx.InvalidURL):
            verdict.put(False)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return verdict.get(timeout=ANSWER_SECONDS)
    except queue.Empty:
        return False


def _download(client: httpx.Client, url: str, *, file: PinnedFile, part: Path, progress: Progress) -> None:
    """Fill `part` up to the pinned size; gives up after several attempts in a row that brought no byte."""
    idle = 0
    while (before := _size(part)) < file.size:
        trouble = "sent nothing"
        try:
            _append(client, url, file=file, part=part, progress=progress)
        except httpx.HTTPStatusError as exc:
            raise SourceFailed(f"{url} answered {exc.response.status_code}") from exc
        except httpx.HTTPError as exc:
            trouble = f"broke off ({type(exc).__name__})"
        idle = 0 if _size(part) > before else idle + 1
        if idle == ATTEMPTS:
            raise SourceFailed(f"{url} {trouble} {ATTEMPTS} times in a row")
        time.sleep(0.5 * idle)


def _append(client: httpx.Client, url: str, *, file: PinnedFile, part: Path, progress: Progress) -> None:
    have = _size(part)
    headers = {"Range": f"bytes={have}-"} if have else {}
    with client.stream("GET", url, headers=headers) as response:
        response.raise_for_status()
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            have = 0  # the whole file comes, whatever was asked for
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise SourceFailed(f"{url} sent another range than the one asked for")
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and have + int(length) != file.size:
            part.unlink(missing_ok=True)
            raise WrongBytes(f"{url} has another length than the published file")
        with part.open("ab" if have else "wb") as stream:
            for block in response.iter_raw():
                stream.write(block)
                have += len(block)
                if have > file.size:
                    return  # endless: the check refuses it
                progress(file.path, have, file.size)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
