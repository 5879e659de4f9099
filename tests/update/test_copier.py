"""Plain Copier updates the same projects from the same tags, nothing trusted, before and after us."""

import shutil
import subprocess
from pathlib import Path

import pytest
from copier import run_update

from tests.support.repository import commit, git
from tests.support.tools import find
from tests.update import synthetic
from tests.update.projects import NEW, OLD, Releases, committed, edit, tree, update


def copier_update(project: Path, *arguments: str) -> None:
    """Run the real command, as people do."""
    executable = find("copier")
    assert executable is not None
    subprocess.run([executable, "update", "--defaults", "--quiet", *arguments], cwd=project, check=True)


def test_the_command_updates_this_template(releases: Releases, tmp_path: Path) -> None:
    project = releases.project(tmp_path / "project", {"services": ["redis"]}, "redis")
    copier_update(project)
    assert tree(project) == tree(releases.fresh(NEW, {"services": ["redis"]}, "redis"))


def test_the_library_updates_this_template_without_trust(releases: Releases, tmp_path: Path) -> None:
    project = releases.project(tmp_path / "project")
    run_update(project, defaults=True, overwrite=True, unsafe=False, quiet=True)
    assert tree(project) == tree(releases.fresh(NEW))


def test_both_give_an_edited_project_the_same_files(releases: Releases, tmp_path: Path) -> None:
    ours, theirs = releases.project(tmp_path / "ours"), releases.project(tmp_path / "theirs")
    for project in (ours, theirs):
        (project / "README.md").write_text((project / "README.md").read_text() + "\nOur own last line.\n")
        committed(project)
    assert update(ours).code == 0
    copier_update(theirs)
    assert tree(ours) == tree(theirs)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    """The small template with four releases, v0.1.0 to v0.4.0."""
    folder = tmp_path_factory.mktemp("history")
    source = synthetic.template(folder / "source")
    for number in (3, 4):
        changed = {f"at{number}": f"app {number}, as v0.{number}.0 says"}
        synthetic.release(
            source,
            {
                **synthetic.SECOND,
                "template/src/app.txt": synthetic.lines(
                    "app", at10="app ten, as the template now says", **changed
                ),
                f"template/release-{number}.txt": f"release {number}\n",
            },
            f"v0.{number}.0",
        )
    return Releases(source, folder / "projects")


@pytest.mark.parametrize("ours_first", [True, False])
def test_copier_and_scaffold_take_turns(history: Releases, tmp_path: Path, ours_first: bool) -> None:
    project = history.project(tmp_path / "project")
    edit(project, "src/app.txt", "app 17\n", "app 17, mine\n")
    committed(project)
    for turn, version in enumerate(("v0.2.0", "v0.3.0", "v0.4.0")):
        if (turn % 2 == 0) == ours_first:
            assert update(project, "--to", version).code == 0
        else:
            copier_update(project, "--vcs-ref", version)
        assert f"_commit: {version}" in (project / ".copier-answers.yml").read_text()
        committed(project)
    fresh = tree(history.fresh("v0.4.0"))
    assert "app 17, mine" in (project / "src/app.txt").read_text()
    edit(project, "src/app.txt", "app 17, mine\n", "app 17\n")
    assert tree(project) == fresh


@pytest.mark.parametrize("form", ["v0.1.0-0-g{:.8}", "{}", "{:.7}"])
def test_a_project_that_records_a_commit_is_updated(history: Releases, tmp_path: Path, form: str) -> None:
    project = history.project(tmp_path / "project")
    name = git(history.source, "rev-parse", f"{OLD}^{{commit}}").strip()
    edit(project, ".copier-answers.yml", f"_commit: {OLD}", f"_commit: '{form.format(name)}'")
    assert update(committed(project)).code == 0
    assert tree(project) == tree(history.fresh("v0.4.0"))


def test_a_project_that_skips_releases(history: Releases, tmp_path: Path) -> None:
    project = history.project(tmp_path / "project")
    assert update(project).code == 0
    assert tree(project) == tree(history.fresh("v0.4.0"))


def test_a_project_beyond_the_newest_release_goes_back_only_when_told(tmp_path: Path) -> None:
    releases = Releases(synthetic.template(tmp_path / "source"), tmp_path / "projects")
    (releases.source / "template/more.txt").write_text("more\n")
    commit(releases.source, "Not released")
    project = Path(shutil.copytree(releases.fresh("HEAD"), tmp_path / "project"))
    assert "_commit: v0.2.0-1-g" in (project / ".copier-answers.yml").read_text()
    before = tree(project)
    assert (update(project).code, tree(project)) == (0, before)
    assert (update(project, "--to", NEW).code, tree(project)) == (0, tree(releases.fresh(NEW)))


def test_uncommitted_changes_of_the_template_are_said(tmp_path: Path) -> None:
    releases = Releases(synthetic.template(tmp_path / "source"), tmp_path / "projects")
    project = releases.project(tmp_path / "project")
    (releases.source / "template/more.txt").write_text("more\n")
    result = update(project, "--to", "HEAD")
    assert (result.code, "warning: the template has uncommitted changes" in result.err) == (0, True)
    assert (project / "more.txt").is_file()


def test_the_source_may_be_a_url(history: Releases, tmp_path: Path) -> None:
    project = history.project(tmp_path / "project")
    edit(
        project, ".copier-answers.yml", f"_src_path: {history.source}", f"_src_path: file://{history.source}"
    )
    assert update(committed(project), "--to", NEW).code == 0
    assert "_commit: v0.2.0" in (project / ".copier-answers.yml").read_text()
