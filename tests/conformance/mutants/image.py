"""The reference service as an image, whole or with one promise broken by what its Dockerfile adds."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from scaffold.verify import contract as contracts
from scaffold.verify.report import Report, Result
from scaffold.verify.run import run

from . import harness

IMAGES = Path(__file__).parent / "images"
BROKEN = sorted(file.stem for file in IMAGES.glob("*.dockerfile"))
"""The checks that have a mutant image."""
PORT = 8000


def verify(
    folder: Path, around: harness.Surroundings, broken: str | None = None, only: Sequence[str] = ()
) -> Report:
    """Write a project with a Dockerfile, build its image, and run the suite against that."""
    project(folder, broken)
    options = replace(around.options(only), runner="docker")
    return run(contracts.load(folder), options, _quiet)


def project(folder: Path, broken: str | None = None) -> None:
    """Write the files that make an image of the reference service."""
    shutil.copytree(harness.REFERENCE, folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    parts = [IMAGES / "Dockerfile", *([IMAGES / f"{broken}.dockerfile"] if broken else [])]
    text = "".join(part.read_text(encoding="utf-8") for part in parts)
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    command = ["python", "-I", "-S", "-B", "/app", str(PORT)]
    document = {**harness.document(command, PORT), "image": {"context": "."}}
    (folder / contracts.FILE_NAME).write_text(yaml.safe_dump(document), encoding="utf-8")


def _quiet(_: Result) -> None:
    return
