"""Docker for tests: the engine that answers, or the one that a lab beside this checkout starts."""

import functools
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.repository import ROOT
from tests.support.tools import call, find

LAB = Path(os.environ.get("SCAFFOLD_LAB", ROOT.parent / "shared" / "lab"))


def _lab(command: str, *arguments: str | Path) -> None:
    executable = LAB / command
    if executable.exists():
        subprocess.run([executable, *arguments], check=False, capture_output=True)


def _answers() -> bool:
    return find("docker") is not None and call("docker", "info").returncode == 0


@functools.cache
def engine() -> bool:
    """Whether a Docker Engine answers, after the lab (where there is one) was asked to start it."""
    if not _answers():
        _lab("engine", "up")
    return _answers()


def need_docker() -> None:
    """Leave the running test out by name where no Docker Engine can be had."""
    if not engine():
        pytest.skip("docker: no engine answers")


def images_for(folder: Path) -> None:
    """Have the images that `folder` names in place; where there is no lab, Docker pulls them itself."""
    _lab("images", "--in", folder)


def image(reference: str) -> None:
    """Have one image in place, as `images_for`."""
    _lab("images", reference)
