"""The wheel: it holds exactly the template's tracked files, and renders from them without any repository."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support.once import once
from tests.support.render import copy_template, files
from tests.support.repository import ROOT, git, repository, working_copy

BUNDLED = ("copier.yml", "template", "catalog", "hooks")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TAG = f"v{PROJECT['version']}"


@pytest.fixture(scope="session")
def release(run: Path) -> Path:
    """A repository of this working tree, tagged as the release of its version."""
    return once(run / "release", lambda folder: repository(working_copy(folder), tag=TAG))


@pytest.fixture(scope="session")
def installed(run: Path, release: Path) -> Path:
    """The wheel of the release, unpacked where nothing else of this repository is."""

    def build(folder: Path) -> None:
        (release / "template" / "left-over.txt").write_text("ignored by git, so not part of a release\n")
        (release / ".git" / "info" / "exclude").write_text("left-over.txt\n")
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=release, check=True, capture_output=True)
        (release / "template" / "left-over.txt").unlink()
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            wheel.extractall(folder / "site")

    return once(run / "wheel", build) / "site"


def test_the_wheel_holds_exactly_the_tracked_template(installed: Path, release: Path) -> None:
    bundle = installed / "scaffold" / "bundle"
    held = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert held == set(git(release, "ls-files", "-z", *BUNDLED).split("\0")) - {""}
    assert not [path for path in bundle.rglob("*") if path.is_symlink()]


def test_a_project_of_the_wheel_equals_a_copy_of_the_tag(
    installed: Path, release: Path, tmp_path: Path
) -> None:
    answers = {"project_name": "orders-api", "services": ["postgres"]}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCAFFOLD_")}
    subprocess.run(
        [
            *(sys.executable, "-m", "scaffold", "new", "orders-api", "--service", "postgres"),
            *("--no-hooks", "--into", str(tmp_path / "ours")),
        ],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
    )
    ours, copied = files(tmp_path / "ours"), files(copy_template(release, tmp_path / "copied", answers))
    noted = {
        name: tree.pop(".copier-answers.yml").decode().splitlines()
        for name, tree in (("ours", ours), ("copied", copied))
    }
    assert ours == copied
    assert noted["ours"][:2] == [f"_commit: {TAG}", f"_src_path: {PROJECT['urls']['Repository']}"]
    assert noted["copied"][0] == noted["ours"][0]
    assert noted["copied"][2:] == noted["ours"][2:]
