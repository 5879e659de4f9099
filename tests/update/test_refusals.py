"""What `scaffold update` refuses before it does anything."""

from pathlib import Path

import pytest

from scaffold.journal import Journal
from tests.support.repository import git
from tests.update.projects import Releases, committed, edit, state, update


@pytest.fixture
def project(small: Releases, tmp_path: Path) -> Path:
    return small.project(tmp_path / "project")


def refused(project: Path, *arguments: str, code: int = 2) -> str:
    """What standard error says of a refusal that changed nothing."""
    before = state(project)
    result = update(project, *arguments)
    assert (result.code, result.out) == (code, "")
    assert state(project) == before
    return result.err


def test_uncommitted_changes(project: Path) -> None:
    edit(project, "src/app.txt", "app 2", "mine")
    assert "not committed: `src/app.txt`" in refused(project, code=3)


def test_staged_changes(project: Path) -> None:
    edit(project, "src/app.txt", "app 2", "mine")
    git(project, "add", ".")
    assert "`src/app.txt`" in refused(project, code=3)


def test_new_files_that_git_does_not_know(project: Path) -> None:
    (project / "mine.txt").write_text("mine\n")
    assert "`mine.txt`" in refused(project, code=3)


def test_new_files_that_the_configuration_hides(project: Path) -> None:
    git(project, "config", "status.showUntrackedFiles", "no")
    (project / "mine.txt").write_text("mine\n")
    assert "`mine.txt`" in refused(project, code=3)


def test_ignored_files_are_no_changes(project: Path) -> None:
    (project / "debug.log").write_text("mine\n")
    assert update(project).code == 0


def test_many_changes_are_counted(project: Path) -> None:
    for number in range(7):
        (project / f"mine{number}").write_text("mine\n")
    assert "`mine4` and 2 more" in refused(project, code=3)


def test_a_folder_without_git(small: Releases, tmp_path: Path) -> None:
    (tmp_path / ".copier-answers.yml").write_text("_commit: v0.1.0\n_src_path: x\n")
    result = update(tmp_path)
    assert result.code == 2
    assert "not in the working tree of a git repository" in result.err
    assert "hint: " in result.err


def test_a_project_without_a_commit(small: Releases, tmp_path: Path) -> None:
    (tmp_path / ".copier-answers.yml").write_text(f"_commit: v0.1.0\n_src_path: {small.source}\n")
    (tmp_path / ".gitignore").write_text("*\n")
    git(tmp_path, "init", "--quiet")
    result = update(tmp_path)
    assert (result.code, "has never been committed" in result.err) == (3, True)


def test_an_answers_file_that_git_does_not_keep(project: Path) -> None:
    git(project, "rm", "-q", "--cached", ".copier-answers.yml")
    (project / ".git/info/exclude").write_text(".copier-answers.yml\n")
    git(project, "commit", "-qm", "Work")
    assert "`.copier-answers.yml` is not committed" in refused(project, code=3)


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_path_that_is_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    result = update(tmp_path / name)
    assert (result.code, f"{name}` is not a folder" in result.err) == (2, True)


def test_a_folder_without_an_answers_file(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    result = update(tmp_path)
    assert (result.code, "has no .copier-answers.yml" in result.err, "hint: " in result.err) == (
        2,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("nam=x", "did you mean `name`?"),
        ("shout=X", "computed by the template"),
        ("extra=[one, three]", "`three` is not a choice of `extra`"),
        ("_commit=v9", "not a question"),
        ("name", "write --answer KEY=VALUE"),
        ("=x", "write --answer KEY=VALUE"),
    ],
)
def test_answers_that_the_template_does_not_take(project: Path, answer: str, said: str) -> None:
    assert said in refused(project, "--answer", answer)


def test_an_answer_given_twice(project: Path) -> None:
    assert "answered twice" in refused(project, "--answer", "name=a", "--answer", "name=b")


def test_a_version_that_the_template_does_not_have(project: Path) -> None:
    assert "did you mean `v0.2.0`?" in refused(project, "--to", "v0.2.O")


@pytest.mark.parametrize("ref", ["--upload-pack=touch x", "-x", ""])
def test_a_version_that_is_an_option_in_disguise(project: Path, ref: str) -> None:
    refused(project, f"--to={ref}")


def test_a_recorded_version_that_the_template_lost(project: Path) -> None:
    edit(project, ".copier-answers.yml", "v0.1.0", "v0.0.9")
    assert "has no `v0.0.9`" in refused(committed(project))


@pytest.mark.parametrize("missing", ["_commit", "_src_path"])
def test_a_record_without_its_source(project: Path, missing: str) -> None:
    path = project / ".copier-answers.yml"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if missing not in line))
    assert f"has no `{missing}`" in refused(committed(project))


def test_a_template_that_has_moved_is_found_by_its_new_place(small: Releases, project: Path) -> None:
    edit(project, ".copier-answers.yml", str(small.source), "/nowhere/template")
    assert "no template at `/nowhere/template`" in refused(committed(project))
    assert update(project, "--template", str(small.source)).code == 0
    assert f"_src_path: {small.source}" in (project / ".copier-answers.yml").read_text()


def test_an_update_that_is_already_running(project: Path) -> None:
    with Journal(project, project / ".git", "").locked():
        assert "another update" in refused(project, code=3)
