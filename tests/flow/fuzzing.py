"""schemathesis against a running service: wrong and right calls, made up from the OpenAPI document."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("schemathesis")
CONFIGURATION = Path(__file__).with_suffix(".toml")


def fuzz(url: str, folder: Path, *more: str) -> str:
    """What it says when it finds nothing; fails with what it says when it finds something. `folder` takes
    what it leaves behind. One seed: the same calls each time."""
    ran = subprocess.run(
        [COMMAND, "--config-file", CONFIGURATION, "run", f"{url}/schema/openapi.json", *more],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "*", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout[-20_000:]}\n{ran.stderr[-2_000:]}"
    return ran.stdout
