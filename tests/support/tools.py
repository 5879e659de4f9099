"""Tools that the tests call: where they are, and a test that is left out for want of one says which.

`python -m tests.support.tools` fetches those that no Python package carries; so does a test that needs one.
"""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.once import locked
from tests.support.repository import ROOT

FETCHED = ROOT / ".cache" / "bin"
NODE = ROOT / ".cache" / "npm"
NODE_PINS = ROOT / "requirements" / "npm"
NODE_TOOLS = {"gitlab-ci-local"}
GO_TOOLS = {
    "actionlint": "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
    "helm": "helm.sh/helm/v4/cmd/helm@v4.3.1",
}


def search_path() -> str:
    """PATH with the virtual environment's and the fetched tools first."""
    ours = (Path(sys.executable).parent, FETCHED, NODE / "node_modules" / ".bin")
    return os.pathsep.join([*map(str, ours), os.environ.get("PATH", os.defpath)])


def fetch(name: str) -> None:
    """Build the Go tool `name` at its pinned version, unless it is there or there is no Go."""
    with locked(FETCHED / name):
        if (FETCHED / name).exists() or not shutil.which("go"):
            return
        environment = {**os.environ, "GOBIN": str(FETCHED), "GOFLAGS": "-mod=mod"}
        subprocess.run(["go", "install", GO_TOOLS[name]], env=environment, check=False, cwd=FETCHED)


def fetch_from_npm() -> None:
    """Install the pinned tools that are written in JavaScript, unless they are there or there is no npm."""
    with locked(NODE):
        lock = (NODE_PINS / "package-lock.json").read_bytes()
        installed = NODE / "installed.json"
        if (installed.exists() and installed.read_bytes() == lock) or not shutil.which("npm"):
            return
        shutil.copytree(NODE_PINS, NODE, dirs_exist_ok=True)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if subprocess.run(command, check=False, cwd=NODE, capture_output=True).returncode == 0:
            installed.write_bytes(lock)


@functools.cache
def find(name: str) -> str | None:
    """Path of a tool (the program's for a plugin, as in `docker compose`), or None where it cannot be had."""
    if name in GO_TOOLS:
        fetch(name)
    if name in NODE_TOOLS:
        fetch_from_npm()
    program, _, plugin = name.partition(" ")
    if plugin and not (find(program) and call(program, plugin, "version").returncode == 0):
        return None
    return shutil.which(program, path=search_path())


def need(*names: str) -> None:
    """Leave the running test out by name when a tool is missing."""
    for name in names:
        if find(name) is None:
            pytest.skip(f"{name} is not installed")


def call(name: str, *arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a tool and return what it said, whatever its exit code."""
    executable = find(name)
    if executable is None:
        raise FileNotFoundError(name)
    environment = {**os.environ, "PATH": search_path()}
    command = [executable, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, text=True)


if __name__ == "__main__":
    missing = [name for name in (*GO_TOOLS, *NODE_TOOLS) if find(name) is None]
    if missing:
        sys.exit(f"error: could not fetch {', '.join(missing)}\nhint: install Go and npm")
