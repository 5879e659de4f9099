"""Docker and Kubernetes for tests: what answers, or what a lab beside this checkout starts."""

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


@functools.cache
def cluster() -> Path | None:
    """Kubeconfig of a cluster for tests: the lab's or kind's, never one that somebody works with."""
    _lab("kubernetes", "up", "api")
    kubeconfig = Path.home() / ".kube" / ("config-hostlab" if (LAB / "kubernetes").exists() else "config")
    if not kubeconfig.exists() or find("kubectl") is None:
        return None
    options = ("--kubeconfig", kubeconfig)
    context = call("kubectl", *options, "config", "current-context").stdout.strip()
    throw_away = (LAB / "kubernetes").exists() or context.startswith("kind-")
    answers = throw_away and call("kubectl", *options, "get", "--raw", "/readyz").returncode == 0
    return kubeconfig if answers else None


def need_cluster() -> Path:
    """Leave the running test out by name where no API server can be had; its kubeconfig."""
    kubeconfig = cluster()
    if kubeconfig is None:
        pytest.skip("kubernetes: no API server of a lab or of kind answers")
    return kubeconfig
