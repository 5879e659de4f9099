"""Renderings with the throw-away language and service."""

from pathlib import Path

import pytest

from tests.support.additive import extend
from tests.support.combinations import Answers, combinations
from tests.support.once import once
from tests.support.render import Renderings


@pytest.fixture(scope="session")
def extended(run: Path) -> Renderings:
    """Renderings of the copy, at its newest release."""
    return Renderings(once(run / "extended", extend), run / "extended-renderings")


@pytest.fixture(scope="session")
def chosen(extended: Renderings) -> dict[str, Answers]:
    """Every combination in which the language or the service takes part."""
    return {
        name: answers
        for name, answers in combinations(extended.source).items()
        if answers["stack"].startswith("dash-") or "memcached" in answers["services"]
    }


@pytest.fixture(scope="session")
def extended_trees(extended: Renderings, chosen: dict[str, Answers]) -> dict[str, Path]:
    return {name: extended.tree(answers) for name, answers in chosen.items()}
