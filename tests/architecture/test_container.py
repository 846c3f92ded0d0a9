"""Dockerfile and compose.yaml name what is there: files, commands, settings, versions, ports, addresses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
import yaml

from rag import __version__
from rag.adapters.store_sqlalchemy_postgres import postgres_url
from rag.assemble import open_rag
from rag.cli import _parser
from rag.place import is_shared
from rag.settings import PREFIX, Settings, read_settings
from service.main import GRACE_SECONDS
from service.routes_health import ready
from tests.flow.serving import served

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What compose.yaml may say of a service."""

    image: str
    build: str = ""
    init: bool = False
    restart: str = "no"
    ports: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    volumes: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    security_opt: tuple[str, ...] = ()
    stop_grace_period: str = "10s"
    profiles: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    healthcheck: dict[str, str | list[str]] = {}


def instructions() -> Iterator[tuple[str, str]]:
    """(instruction, arguments) of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        yield word, " ".join(rest.split())


def named(instruction: str) -> list[str]:
    return [rest for word, rest in instructions() if word == instruction]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in named("ENV") for pair in line.split())


def services() -> dict[str, Service]:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return msgspec.convert(compose["services"], type=dict[str, Service])


def ours() -> list[Service]:
    return [service for service in services().values() if service.build]


# --- Dockerfile ---


def test_both_stages_stand_on_one_python_that_the_project_takes() -> None:
    build, final = (line.removesuffix(" AS build") for line in named("FROM"))
    assert build == final
    version = re.fullmatch(r"python:(3\.\d+)\.\d+-slim-\w+", final)
    assert version, "name the patch release, so that a build today and one next year are the same"
    assert PROJECT["requires-python"] == f">={version[1]}"


def test_what_is_copied_is_there_and_reaches_the_builder() -> None:
    copied = {name for line in named("COPY") if not line.startswith("--") for name in line.split()[:-1]}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert set(packed["targets"]["wheel"]["only-include"]) <= copied
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line.removeprefix("!") for line in kept if line.startswith("!")} == copied
    assert "*" in kept


def test_it_installs_the_pinned_packages_and_extras_that_exist() -> None:
    (install,) = [line for line in named("RUN") if "pip install" in line]
    assert "-c constraints.txt" in install
    extras = re.search(r'"\.\[(\S+)\]"', install)
    assert extras
    assert set(extras[1].split(",")) <= set(PROJECT["optional-dependencies"])


def test_it_runs_as_nobody_special() -> None:
    (user,) = named("USER")
    assert int(user) >= 10_000
    (setup,) = [line for line in named("RUN") if "useradd" in line]
    assert f"--uid {user} " in setup
    assert "--owner=wenbao /data /models" in setup


def test_its_settings_paths_and_port_agree() -> None:
    settings = read_settings(environment())
    assert json.loads(named("VOLUME")[0]) == [str(settings.data), str(settings.models)]
    assert named("EXPOSE") == [str(settings.port)]
    assert settings.host == "0.0.0.0"


def test_its_command_is_one_of_ours() -> None:
    (command,) = json.loads(named("CMD")[0])
    assert command in PROJECT["scripts"]


def test_its_health_check_asks_an_address_that_there_is(tmp_path: Path) -> None:
    """And fails where the service is not ready: here there is no embedder."""
    (check,) = named("HEALTHCHECK")
    python, option, code = json.loads(check.partition("CMD ")[2])
    assert (python, option) == ("python", "-c")
    (path,) = ready.paths
    address = f"http://127.0.0.1:{Settings().port}{path}"
    assert address in code
    settings = Settings(data=tmp_path / "data", models=tmp_path / "models")
    with open_rag(settings, chat=False, check=False) as rag, served(rag) as client:
        for asked, status in ((path, 1), ("/health/live", 0)):
            tried = code.replace(address, f"{str(client.base_url).rstrip('/')}{asked}")
            done = subprocess.run([sys.executable, "-c", tried], capture_output=True, check=False)
            assert done.returncode == status, done.stderr
            assert (b"503" in done.stderr) is (status == 1)


# --- compose.yaml ---


def test_each_setting_that_compose_names_is_one() -> None:
    for service in services().values():
        given = {name: value for name, value in service.environment.items() if name.startswith(PREFIX)}
        read_settings(given)
        assert service in ours() or not given


def test_its_volumes_are_those_of_the_image() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    mounted = {volume.split(":")[0] for service in services().values() for volume in service.volumes}
    assert mounted == set(compose["volumes"])
    paths = set(json.loads(named("VOLUME")[0]))
    assert {volume.split(":")[1] for service in ours() for volume in service.volumes} == paths


def test_its_commands_are_ours_and_well_formed() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    told = re.findall(r"run --rm wenbao (wenbao .*?)(?:\s{2,}|$)", text, flags=re.MULTILINE)
    commands = [tuple(command.split()) for command in told]
    commands += [service.command for service in ours() if service.command]
    assert len(commands) == 3
    for name, *arguments in commands:
        assert name in PROJECT["scripts"]
        _parser().parse_args(arguments)


def test_images_have_versions_and_chroma_that_of_its_client() -> None:
    for service in services().values():
        assert re.fullmatch(r"[\w/]+:\d+(\.\d+)+(-\w+)?", service.image), service.image
    assert all(service.image == f"wenbao:{__version__}" for service in ours())
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert services()["chroma"].image.replace("chromadb/chroma:", "chromadb==") in pins


def test_it_is_reached_from_this_machine_and_has_no_rights() -> None:
    for service in services().values():
        assert all(port.startswith("127.0.0.1:") for port in service.ports)
    for service in ours():
        assert service.cap_drop == ("ALL",)
        assert "no-new-privileges:true" in service.security_opt


def test_it_waits_for_running_answers() -> None:
    assert int(services()["wenbao"].stop_grace_period.removesuffix("s")) > GRACE_SECONDS + 5


def test_the_grown_service_shares_what_it_depends_on() -> None:
    grown = services()["grown"]
    given = {name: value for name, value in grown.environment.items() if name.startswith(PREFIX)}
    settings = read_settings(given)
    assert settings.workers > 1
    assert is_shared(settings)
    hosts = {urlsplit(url).hostname for url in (str(settings.database_url), settings.chroma_url)}
    assert hosts == set(grown.depends_on) == {"postgres", "chroma"}
    assert (
        postgres_url(str(settings.database_url)).database == services()["postgres"].environment["POSTGRES_DB"]
    )


@pytest.mark.parametrize("name", ["postgres", "chroma", "grown"])
def test_servers_start_only_with_their_profile(name: str) -> None:
    assert services()[name].profiles == ("scale",)
    assert services()["wenbao"].profiles == ()
