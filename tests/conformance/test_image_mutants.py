"""`scaffold verify` notices each promise that only an image can break, and reports nothing else with it."""

from pathlib import Path

import pytest

from scaffold.verify.registry import all_checks
from scaffold.verify.runners import docker

from .mutants import image

pytestmark = pytest.mark.skipif(not docker.answers(), reason="no Docker engine answers")

ON_IMAGES = {check.id for check in all_checks() if "docker" in check.needs}


def test_every_check_of_images_has_a_mutant_image() -> None:
    assert set(image.BROKEN) >= ON_IMAGES


def test_the_reference_image_keeps_every_promise_that_only_an_image_can_break(tmp_path: Path) -> None:
    report = image.verify(tmp_path, only=image.BROKEN)
    assert [result for result in report.checks if result.status != "pass"] == []


@pytest.mark.rest
@pytest.mark.parametrize("broken", image.BROKEN)
def test_a_mutant_image_fails_its_check_and_no_other_of_images(broken: str, tmp_path: Path) -> None:
    report = image.verify(tmp_path, broken, image.BROKEN)
    assert {result.id: result.evidence for result in report.failed}.keys() == {broken}


@pytest.mark.rest
def test_the_reference_image_keeps_every_promise(tmp_path: Path) -> None:
    assert image.verify(tmp_path).failed == []


@pytest.mark.nightly
@pytest.mark.parametrize("broken", image.BROKEN)
def test_a_mutant_image_fails_no_check_but_its_own(broken: str, tmp_path: Path) -> None:
    report = image.verify(tmp_path, broken)
    assert {result.id: result.evidence for result in report.failed}.keys() == {broken}
