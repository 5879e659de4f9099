"""Faults of plain `copier update` that people know: Copier shows each of them, and we do not have it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.tools import find
from tests.update import synthetic
from tests.update.projects import Releases, committed, edit, scaffold, state, tree, update


def copier(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real `copier update`, as people do, and let it end as it likes."""
    executable = find("copier")
    assert executable is not None
    return subprocess.run(
        [executable, "update", "--defaults", *arguments],
        cwd=project,
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def pair(small: Releases, tmp_path: Path) -> tuple[Path, Path]:
    """The same project twice: for us, and for Copier."""
    return small.project(tmp_path / "ours"), small.project(tmp_path / "theirs")


def pair_of(
    tmp_path: Path, second: dict[str, str | bytes], answers: dict[str, object] | None = None
) -> tuple[Path, Path]:
    """Two projects of a template of its own whose second release consists of `second`."""
    source = synthetic.template(tmp_path / "source")
    synthetic.release(source, second, "v0.3.0")
    releases = Releases(source, tmp_path / "projects")
    return releases.project(tmp_path / "ours", answers), releases.project(tmp_path / "theirs", answers)


def test_a_conflict_ends_with_zero(pair: tuple[Path, Path]) -> None:
    for project in pair:
        edit(project, "src/app.txt", "app 10\n", "mine\n")
        committed(project)
    ours, theirs = pair
    assert copier(theirs).returncode == 0
    assert "<<<<<<<" in (theirs / "src/app.txt").read_text()
    assert update(ours).code == 3


def test_edits_of_a_renamed_file_are_lost(pair: tuple[Path, Path]) -> None:
    for project in pair:
        edit(project, "src/old name.txt", "moved 2\n", "moved two, mine\n")
        committed(project)
    ours, theirs = pair
    assert copier(theirs).returncode == 0
    assert not any(b"moved two, mine" in content for _, content in tree(theirs).values())
    assert update(ours).code == 0
    assert "moved two, mine" in (ours / "src/new name.txt").read_text()


def test_edits_of_a_deleted_file_are_lost(pair: tuple[Path, Path]) -> None:
    for project in pair:
        edit(project, "leaving/it.txt", "leaving 2\n", "mine\n")
        committed(project)
    ours, theirs = pair
    said = copier(theirs)
    assert (said.returncode, (theirs / "leaving/it.txt").exists()) == (0, False)
    result = update(ours)
    assert (result.code, "conflict: `leaving/it.txt`" in result.err) == (3, True)
    assert "mine" in (ours / "leaving/it.txt").read_text()


def test_an_edited_binary_file_is_reverted(pair: tuple[Path, Path]) -> None:
    mine = bytes(reversed(range(256)))
    for project in pair:
        (project / "logo.bin").write_bytes(mine)
        committed(project)
    ours, theirs = pair
    copier(theirs)
    assert (theirs / "logo.bin").read_bytes() == bytes(range(256))
    assert update(ours).code == 0
    assert (ours / "logo.bin").read_bytes() == mine


def test_a_failure_half_way_leaves_half_an_update(tmp_path: Path) -> None:
    broken = {**synthetic.SECOND, "template/zz.txt.jinja": "[[ nowhere ]]\n"}
    ours, theirs = pair_of(tmp_path, broken)
    before_ours, before_theirs = state(ours), tree(theirs)
    assert copier(theirs).returncode != 0
    assert tree(theirs) != before_theirs
    again = copier(theirs)
    assert (again.returncode != 0, "dirty" in again.stderr) == (True, True)
    result = update(ours)
    assert (result.code, "Traceback" in result.err) == (2, False), result
    assert state(ours) == before_ours
    assert update(ours, "--to", "v0.2.0").code == 0


def test_there_is_no_preview(pair: tuple[Path, Path]) -> None:
    ours, theirs = pair
    shown = copier(theirs, "--pretend")
    assert "app ten, as the template now says" not in shown.stdout + shown.stderr
    assert "+app ten, as the template now says\n" in scaffold("diff", ours).out


def test_a_mistyped_answer_is_ignored(pair: tuple[Path, Path]) -> None:
    ours, theirs = pair
    assert copier(theirs, "--data", "nmae=coffee").returncode == 0
    assert "name: tea" in (theirs / ".copier-answers.yml").read_text()
    result = update(ours, "--answer", "nmae=coffee")
    assert (result.code, "did you mean `name`?" in result.err) == (2, True)


def test_a_validator_ends_in_a_traceback(tmp_path: Path) -> None:
    strict = synthetic.SETTINGS.replace(
        "default: tea}", "default: tea, validator: \"[% if name == 'bad' %]not bad[% endif %]\"}"
    )
    ours, theirs = pair_of(tmp_path, {**synthetic.SECOND, "copier.yml": strict})
    shown = copier(theirs, "--data", "name=bad")
    assert (shown.returncode != 0, "Traceback" in shown.stderr) == (True, True)
    result = update(ours, "--answer", "name=bad")
    assert (result.code, "Traceback" in result.err, "not bad" in result.err) == (2, False, True)


def test_a_removed_choice_resets_the_answer_and_deletes_files(tmp_path: Path) -> None:
    second = {
        **synthetic.SECOND,
        "copier.yml": synthetic.SETTINGS.replace("{One: one, Two: two}", "{One: one}"),
        "template/[% if 'two' in extra %]two.txt[% endif %]": "two\n",
    }
    source = synthetic.template(tmp_path / "source")
    first = {**synthetic.FIRST, "template/[% if 'two' in extra %]two.txt[% endif %]": "two\n"}
    synthetic.release(source, first, "v0.3.0")
    synthetic.release(source, second, "v0.4.0")
    releases = Releases(source, tmp_path / "projects")
    ours, theirs = (releases.of("v0.3.0", tmp_path / name, {"extra": ["two"]}) for name in ("ours", "theirs"))
    before = state(ours)
    assert copier(theirs).returncode == 0
    assert (theirs / "two.txt").exists() is False
    result = update(ours)
    assert (result.code, "`two` is not a choice of `extra`" in result.err) == (2, True)
    assert state(ours) == before
