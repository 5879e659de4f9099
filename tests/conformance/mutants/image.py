"""The reference service as an image, whole or with one promise broken by what its Dockerfile adds."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from scaffold.verify import contract as contracts
from scaffold.verify.report import Report, Result
from scaffold.verify.run import run

from . import harness, project

IMAGES = Path(__file__).parent / "images"
BROKEN = sorted(file.stem for file in IMAGES.glob("*.dockerfile"))
"""The checks that have a mutant image."""
COMMAND = ["python", "-I", "-S", "-B", "/app"]


def verify(folder: Path, broken: str | None = None, only: Sequence[str] = ()) -> Report:
    """Write a project with a Dockerfile, build its image, and run the suite against that."""
    write(folder, broken)
    with harness.surroundings() as around:
        options = replace(around.options(only), runner="docker")
        return run(contracts.load(folder), options, _quiet)


def write(folder: Path, broken: str | None = None) -> None:
    """Write the files of a project that makes an image of the reference service."""
    project.write(folder, command=COMMAND)
    contract = folder / contracts.FILE_NAME
    with contract.open("a", encoding="utf-8") as file:
        yaml.safe_dump({"image": {"context": "."}}, file)
    shutil.copytree(project.REFERENCE, folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    parts = [IMAGES / "Dockerfile", *([IMAGES / f"{broken}.dockerfile"] if broken else [])]
    text = "".join(part.read_text(encoding="utf-8") for part in parts)
    (folder / "Dockerfile").write_text(text, encoding="utf-8")


def _quiet(_: Result) -> None:
    return
