"""`scaffold verify` notices each promise that only an image can break, and nothing else is reported with it."""

from pathlib import Path

import pytest

from scaffold.verify.registry import all_checks
from scaffold.verify.runners import docker

from .mutants import harness, image

pytestmark = pytest.mark.skipif(not docker.answers(), reason="no Docker engine answers")

ON_IMAGES = {check.id for check in all_checks() if "docker" in check.needs}


@pytest.fixture(scope="module")
def around():
    with harness.surroundings() as found:
        yield found


def test_every_check_of_images_has_a_mutant_image() -> None:
    assert set(image.BROKEN) >= ON_IMAGES


def test_the_reference_image_keeps_every_promise_that_only_an_image_can_break(
    tmp_path: Path, around: harness.Surroundings
) -> None:
    report = image.verify(tmp_path, around, only=image.BROKEN)
    assert [result for result in report.checks if result.status != "pass"] == []


@pytest.mark.rest
@pytest.mark.parametrize("broken", image.BROKEN)
def test_a_mutant_image_fails_its_check_and_no_other_of_images(
    broken: str, tmp_path: Path, around: harness.Surroundings
) -> None:
    report = image.verify(tmp_path, around, broken, image.BROKEN)
    assert {result.id: result.evidence for result in report.failed}.keys() == {broken}


@pytest.mark.rest
def test_the_reference_image_keeps_every_promise(tmp_path: Path, around: harness.Surroundings) -> None:
    report = image.verify(tmp_path, around)
    assert report.failed == []


@pytest.mark.nightly
@pytest.mark.parametrize("broken", image.BROKEN)
def test_a_mutant_image_fails_no_check_but_its_own(
    broken: str, tmp_path: Path, around: harness.Surroundings
) -> None:
    report = image.verify(tmp_path, around, broken)
    assert {result.id: result.evidence for result in report.failed}.keys() == {broken}
