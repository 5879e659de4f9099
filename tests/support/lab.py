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
    """Kubeconfig of a cluster for tests: the lab's or kind's, never one that somebody works with.

    The lab's runs pods where this host can, and else has an API server only. One that is up stays as it is.
    """
    kubeconfig = Path.home() / ".kube" / ("config-hostlab" if (LAB / "kubernetes").exists() else "config")
    for wanted in ((), ("api",)):
        if not _is_up(kubeconfig):
            _lab("kubernetes", "up", *wanted)
    if not _is_up(kubeconfig):
        return None
    context = _kubectl(kubeconfig, "config", "current-context")
    return kubeconfig if (LAB / "kubernetes").exists() or context.startswith("kind-") else None


def _kubectl(kubeconfig: Path, *arguments: str) -> str:
    return call("kubectl", "--kubeconfig", kubeconfig, *arguments).stdout.strip()


def _is_up(kubeconfig: Path) -> bool:
    if not kubeconfig.exists() or find("kubectl") is None:
        return False
    return _kubectl(kubeconfig, "get", "--raw", "/readyz", "--request-timeout=20s") == "ok"


def need_cluster() -> Path:
    """Leave the running test out by name where no API server can be had; its kubeconfig."""
    kubeconfig = cluster()
    if kubeconfig is None:
        pytest.skip("kubernetes: no API server of a lab or of kind answers")
    return kubeconfig


def need_node() -> Path:
    """Leave the running test out by name where no node runs pods; the kubeconfig of its cluster."""
    kubeconfig = need_cluster()
    ready = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'
    if "True" not in _kubectl(kubeconfig, "get", "nodes", "--output", ready):
        pytest.skip("kubernetes: the cluster has no node that runs pods")
    return kubeconfig


def load(*references: str) -> None:
    """Have images on the node; where there is no lab, the node pulls them itself."""
    for reference in references:
        image(reference)
    _lab("kubernetes", "load", *references)
