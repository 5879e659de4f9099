"""A rendered project sets itself up and passes its own checks and tests on this host."""

import re

import pytest

from scaffold import catalog
from tests.build.projects import ROOT, Project


def assert_passed(output: str) -> None:
    """A test runner's last words: something passed, nothing was left out."""
    assert re.search(r"\b(passed|ok)\b|\bpass [1-9]", output), output
    assert not re.search(r"[1-9] skipped|\bskipped [1-9]", output), output


def test_the_project_passes_its_own_checks(locked_project: Project) -> None:
    locked_project.run("make", "check")


def test_the_project_passes_its_own_tests_without_any_service(locked_project: Project) -> None:
    assert_passed(locked_project.run("make", "test").stdout)


@pytest.mark.rest
def test_the_project_passes_its_own_tests_with_services(locked_project: Project) -> None:
    if "\ntest-integration:" not in (locked_project.path / "Makefile").read_text():
        known = catalog.load(ROOT)
        language = known.languages[known.stacks[locked_project.variant.stack].language]
        assert "integration" not in language.facts or not locked_project.contract.get("services")
        return
    assert_passed(locked_project.run("make", "test-integration").stdout)


def test_setting_up_and_checking_changes_no_tracked_file(locked_project: Project) -> None:
    assert locked_project.run("git", "status", "--porcelain", "--untracked-files=no").stdout == ""


def test_a_broken_source_file_fails_the_projects_checks(locked_project: Project) -> None:
    sources = [
        path
        for path in sorted(locked_project.path.glob("src/**/*"))
        if path.is_file() and path.stat().st_size and path.suffix in {".py", ".ts", ".go", ".java", ".kt"}
    ]
    original = sources[0].read_bytes()
    sources[0].write_bytes(original + b"\n}{ not a program\n")
    try:
        result = locked_project.run("make", "check", check=False)
    finally:
        sources[0].write_bytes(original)
    assert result.returncode != 0, result.stdout
