"""Updates between two releases of this repository's own template, whatever was chosen and edited."""

from pathlib import Path

import pytest

from tests.support.combinations import Answers
from tests.update import template_copy
from tests.update.projects import NEW, Releases, committed, edit, tree, update

VARIANTS: dict[str, Answers] = {
    "bare": {"target": "none", "ci": "none", "sample": "none"},
    "defaults": {},
    "full": {"services": ["postgres", "redis"], "description": 'Says "ok" & $(id) [[ x ]] # naïve 🙂'},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_unedited_project_equals_a_fresh_one(releases: Releases, tmp_path: Path, variant: str) -> None:
    project = releases.project(tmp_path / "project", VARIANTS[variant], variant)
    result = update(project)
    assert (result.code, tree(project)) == (0, tree(releases.fresh(NEW, VARIANTS[variant], variant)))


def test_an_edited_project_keeps_its_edits_and_gets_the_release(releases: Releases, tmp_path: Path) -> None:
    project = releases.project(tmp_path / "project", VARIANTS["full"], "full")
    before = tree(project)
    readme = (project / "README.md").read_text()
    (project / "README.md").write_text(f"{readme}\nOur own last line.\n")
    edit(project, "SECURITY.md", "\n", "\nOur own line about security.\n")
    (project / "renovate.json").unlink()
    (project / "Makefile").rename(project / "GNUmakefile")
    (project / "src/demo.py").write_text("ours = True\n")
    (project / "logo.bin").write_bytes(bytes(range(256)))
    result = update(committed(project))
    assert result.code == 0, result
    after = tree(project)
    text = (project / "README.md").read_text()
    assert "Our own last line." in text
    assert template_copy.SENTENCE in text
    assert "Our own line about security." in (project / "docs/reporting.md").read_text()
    assert not {"renovate.json", "SECURITY.md", "Makefile", "CODEOWNERS"} & after.keys()
    assert after["GNUmakefile"] == before["Makefile"]
    assert after["logo.bin"] == ("-", bytes(range(256)))
    assert "postgres:19" in (project / "compose.yaml").read_text()
    assert (project / "docs/handover.md").read_text().startswith("# Handing ")


def test_a_service_added_with_the_update_equals_one_chosen_at_the_start(
    releases: Releases, tmp_path: Path
) -> None:
    project = releases.project(tmp_path / "project", VARIANTS["defaults"], "defaults")
    assert update(project, "--answer", "services=[redis]").code == 0
    assert tree(project) == tree(releases.fresh(NEW, {"services": ["redis"]}, "redis"))


def test_a_service_taken_away_again_leaves_the_project_as_it_was(releases: Releases, tmp_path: Path) -> None:
    project = releases.project(tmp_path / "project", VARIANTS["full"], "full")
    assert update(project, "--answer", "services=[postgres]").code == 0
    assert update(committed(project), "--answer", "services=[postgres, redis]").code == 0
    assert tree(project) == tree(releases.fresh(NEW, VARIANTS["full"], "full"))
