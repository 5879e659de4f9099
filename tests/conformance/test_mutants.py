"""`scaffold verify` notices each broken promise, and nothing else is reported with it."""

import re
from pathlib import Path

import pytest

from scaffold.verify.registry import Check, all_checks

from .mutants import harness, image, project

ON_HOST = [check for check in all_checks() if "docker" not in check.needs]


def test_every_check_has_a_mutant() -> None:
    files = [*project.REFERENCE.glob("*.py"), Path(project.__file__)]
    switches = {
        found for file in files for found in re.findall(r'broken(?:\(| == )"([^"]+)"', file.read_text())
    }
    known = {check.id for check in all_checks()}
    assert known - switches - set(image.BROKEN) == set()
    assert switches | set(image.BROKEN) <= known


def test_the_reference_service_keeps_every_promise(tmp_path: Path) -> None:
    report = harness.verify(tmp_path)
    proven = {result.id for result in report.checks if result.status == "pass"}
    assert {check.id for check in ON_HOST} - proven == set()


@pytest.mark.rest
@pytest.mark.parametrize("check", ON_HOST, ids=lambda check: check.id)
def test_a_check_fails_for_the_mutant_that_breaks_its_promise(check: Check, tmp_path: Path) -> None:
    report = harness.verify(tmp_path, broken=check.id, only=[check.id])
    assert [result.status for result in report.checks] == ["fail"], report.checks[0].evidence
    assert not report.checks[0].evidence[0].startswith("the check itself broke")


@pytest.mark.nightly
@pytest.mark.parametrize("check", ON_HOST, ids=lambda check: check.id)
def test_a_mutant_fails_no_check_but_its_own(check: Check, tmp_path: Path) -> None:
    report = harness.verify(tmp_path, broken=check.id)
    assert {result.id: result.evidence for result in report.failed}.keys() == {check.id}
