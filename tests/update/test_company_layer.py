"""A company's own template on top of this one: two answers files in one project, each updated on its own."""

from pathlib import Path

import copier
import pytest

from tests.support.repository import ROOT, commit, git
from tests.update import synthetic
from tests.update.fleets import BRANCH, Fleet, ask, fleet
from tests.update.projects import committed, scaffold

__all__ = ["fleet"]
RECORD = ".copier-answers.company.yml"
EXAMPLE = ROOT / "docs/company-layer"
POLICY = "template/company/policy.md.jinja"
RULE = "rotated every 90 days"
LAYER: dict[str, str | bytes] = {
    path.relative_to(EXAMPLE).as_posix(): path.read_text() for path in EXAMPLE.rglob("*") if path.is_file()
}
LATER = {
    **LAYER,
    POLICY: (EXAMPLE / POLICY).read_text().replace(RULE, "rotated every 30 days, as the company now says"),
}


@pytest.fixture
def project(fleet: Fleet, tmp_path: Path) -> Path:
    """A project of the first release of both templates."""
    company = tmp_path / "company"
    company.mkdir()
    git(company, "init", "--quiet", "--initial-branch", "main")
    synthetic.release(company, LAYER, "v1.0.0")
    synthetic.release(company, LATER, "v1.1.0")
    clone = fleet.add("layered")
    options = {"defaults": True, "quiet": True, "unsafe": False}
    copier.run_copy(str(company), clone, {"project_name": "tea"}, vcs_ref="v1.0.0", **options)
    return committed(clone)


def said(project: Path, ref: str) -> tuple[bool, bool]:
    """Whether the base template's and the company's second release are in `ref`."""
    app, policy = (git(project, "show", f"{ref}:{path}") for path in ("src/app.txt", "company/policy.md"))
    return "as the template now says" in app, "as the company now says" in policy


def test_each_template_updates_on_its_own(project: Path, fleet: Fleet) -> None:
    assert scaffold("update", project).code == 0
    commit(project, "Update the base")
    assert said(project, "HEAD") == (True, False)
    result, found = ask("update", "--answers-file", RECORD, "--branch", "company/update", fleet.clones)
    assert (result.code, found["layered"]["version"]) == (0, "v1.0.0")
    assert said(project, "company/update") == (True, True)
    changed = git(project, "diff", "--name-only", "HEAD", "company/update").split()
    assert changed == [RECORD, "company/policy.md"]


def test_the_company_s_template_may_go_first_by_plain_copier(project: Path, fleet: Fleet) -> None:
    copier.run_update(project, answers_file=RECORD, defaults=True, quiet=True, overwrite=True)
    commit(project, "Update the layer")
    assert said(project, "HEAD") == (False, True)
    result, found = ask("update", fleet.clones)
    assert (result.code, found["layered"]["status"]) == (0, "updated")
    assert said(project, BRANCH) == (True, True)


def test_the_layer_s_own_conflict_is_told(project: Path, fleet: Fleet) -> None:
    policy = project / "company/policy.md"
    policy.write_text(policy.read_text().replace(RULE, "rotated when we like"))
    commit(project, "Edit")
    result, found = ask("status", "--answers-file", RECORD, fleet.clones)
    assert result.code == 3
    assert [conflict["path"] for conflict in found["layered"]["conflicts"]] == ["company/policy.md"]
