"""Rendered projects to build and run: one bare and one with every service for each stack of the catalog."""

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from scaffold import catalog, render
from tests.support.services import pairwise

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent


@dataclass(frozen=True)
class Variant:
    """One stack with none, all or, under a label of their own, some of the services."""

    stack: str
    services: tuple[str, ...]
    label: str = ""
    sample: str = "orders"

    @property
    def wired(self) -> tuple[str, ...]:
        """Services that the stack has code for."""
        adapters = catalog.load(ROOT).stacks[self.stack].adapters
        return tuple(name for name in self.services if name in adapters)

    @property
    def name(self) -> str:
        return f"{self.stack}-{self.label or ('full' if self.services else 'bare')}"


@dataclass(frozen=True)
class Project:
    """A rendered project in a folder, with the contract that it states about itself."""

    variant: Variant
    path: Path

    @property
    def contract(self) -> dict[str, Any]:
        return yaml.safe_load((self.path / ".twelve-factor.yml").read_text())

    def run(self, *command: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project with our tools on PATH; its output goes with a failure."""
        result = subprocess.run(
            command,
            cwd=self.path,
            env=clean_environment() | environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert not check or result.returncode == 0, f"{' '.join(command)}\n{result.stdout[-8000:]}"
        return result


def clean_environment() -> dict[str, str]:
    """Return the environment without our virtual environment's marks, our tools first on PATH."""
    kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    return kept | {"PATH": f"{TOOLS}{os.pathsep}{kept['PATH']}"}


def variants() -> list[Variant]:
    """Return a bare and a full variant for each stack, as the catalog lists them."""
    known = catalog.load(ROOT)
    return [Variant(stack, chosen) for stack in known.stacks for chosen in ((), tuple(known.services))]


def further_stacks() -> set[str]:
    """Return the stacks whose language has one that the catalog lists before."""
    known = catalog.load(ROOT).stacks
    first = {stack.language: id_ for id_, stack in reversed(known.items())}
    return set(known) - set(first.values())


def parameters(chosen: Iterable[Variant]) -> list[object]:
    """Make parameters of variants; those of further stacks are for the night."""
    further = further_stacks()
    return [
        pytest.param(
            variant, id=variant.name, marks=[pytest.mark.nightly] if variant.stack in further else []
        )
        for variant in chosen
    ]


def pairwise_variants() -> list[Variant]:
    """Return subsets that cover every pair of services, and all of them without a sample, a stack."""
    known = catalog.load(ROOT)
    every = tuple(known.services)
    return [
        variant
        for stack in known.stacks
        for variant in (
            *(Variant(stack, chosen, "-".join(chosen)) for chosen in pairwise(every) if chosen != every),
            Variant(stack, every, "no-sample", "none"),
        )
    ]


def make_project(variant: Variant, folder: Path, **answered: str) -> Project:
    """Render a variant into a folder and commit it, as `scaffold new` leaves it without the lock file."""
    answers = {
        "project_name": "orders-api",
        "description": "Takes orders",
        "stack": variant.stack,
        "services": list(variant.services),
        "sample": variant.sample,
        **answered,
    }
    for name, (content, executable) in render.render(ROOT, answers, str(ROOT), "v0.0.0").items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755 if executable else 0o644)
    project = Project(variant, folder)
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    project.run("git", "init", "-q")
    project.run("git", "add", "-A")
    project.run("git", *identity, "commit", "-q", "-m", "Start")
    return project
