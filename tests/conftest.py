"""Fixtures of every tier."""

from pathlib import Path

import pytest

from tests.support.once import run_folder
from tests.support.render import Renderings, working_renderings

pytest_plugins = ["tests.support.left_out"]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this run share."""
    return run_folder(tmp_path_factory)


@pytest.fixture(scope="session")
def renderings(run: Path) -> Renderings:
    """Renderings of this working tree."""
    return working_renderings(run)
