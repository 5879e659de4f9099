"""Templates with two releases, made once in a run."""

from pathlib import Path

import pytest

from tests.support.once import once
from tests.update import synthetic, template_copy
from tests.update.projects import Releases


@pytest.fixture(scope="session")
def small(run: Path) -> Releases:
    """The synthetic template."""
    source = once(run / "update/small", synthetic.template)
    return Releases(source, run / "update/small-projects")


@pytest.fixture(scope="session")
def releases(run: Path) -> Releases:
    """A throw-away copy of this repository's template."""
    source = once(run / "update/copy", template_copy.make)
    return Releases(source, run / "update/copy-projects")


@pytest.fixture(autouse=True)
def _nobody_s_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings file and no git configuration of whoever runs the tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
