"""A kill at any moment leaves the old or the new project, or one that the next run puts right by itself."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.journal import Journal
from tests.support.repository import ROOT, git
from tests.update.projects import Releases, committed, edit, tree, update

TOUCHING = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "shutil.rmtree", "os.chmod"}
POINTS = 200


def dies_at(number: int, work: Callable[[], object], below: Path) -> bool:
    """Whether `work`, in a process of its own, was killed before its `number`th change below `below`."""
    child = os.fork()
    if not child:
        left = number

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            writes = event in TOUCHING or (
                event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
            )
            if writes and str(arguments[0]).startswith(str(below)):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A project with a file for every way in which one can change, its git folder included."""
    root = tmp_path / "project"
    (root / "gone/deep").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "gone/deep/file").write_text("old\n")
    (root / "changed").write_text("old\n")
    (root / "mode").write_text("same\n")
    (root / "link").symlink_to("changed")
    (root / "file").write_text("becomes a folder\n")
    (root / "folder").mkdir()
    (root / "folder/file").write_text("becomes a file\n")
    (root / "untouched").write_text("mine\n")
    return root


def journal_of(root: Path) -> Journal:
    return Journal(root, root / ".git", "first commit")


def rewrite(root: Path) -> None:
    """Change every file of `place` in its own way, by a journal."""
    journal = journal_of(root)
    after = journal.prepare()
    (after / "new/deep").mkdir(parents=True)
    (after / "file").mkdir()
    for path in ("new/deep/file", "changed", "file/inside", "folder"):
        (after / path).write_text("new\n")
    (after / "mode").write_text("same\n")
    (after / "mode").chmod(0o755)
    (after / "link").symlink_to("mode")
    journal.apply(
        [
            "changed",
            "file",
            "file/inside",
            "folder",
            "folder/file",
            "gone/deep/file",
            "link",
            "mode",
            "new/deep/file",
        ]
    )


def folders(root: Path) -> set[str]:
    found = (path for path in root.rglob("*") if path.is_dir() and not path.is_symlink())
    return {path.relative_to(root).as_posix() for path in found if ".git" not in path.parts}


def test_a_journal_that_is_cut_at_any_change_is_undone(place: Path, tmp_path: Path) -> None:
    old, old_folders, between = tree(place), folders(place), 0
    done = Path(shutil.copytree(place, tmp_path / "done", symlinks=True))
    rewrite(done)
    new, new_folders = tree(done), folders(done)
    for number in range(POINTS):
        root = Path(shutil.copytree(place, tmp_path / f"cut-{number}", symlinks=True))
        killed = dies_at(number, lambda root=root: rewrite(root), root)
        between += tree(root) not in (old, new)
        journal_of(root).undo()
        assert (tree(root), folders(root)) in ((old, old_folders), (new, new_folders))
        if not killed:
            break
        if tree(root) == old:
            rewrite(root)
        assert (tree(root), folders(root)) == (new, new_folders)
    assert 20 < number < POINTS - 1
    assert between > 5


def test_undoing_may_be_cut_as_well(place: Path, tmp_path: Path) -> None:
    old, tried = tree(place), 0
    for first in range(POINTS):
        root = Path(shutil.copytree(place, tmp_path / f"first-{first}", symlinks=True))
        if not dies_at(first, lambda root=root: rewrite(root), root):
            break
        if not (root / ".git/scaffold-journal").exists():
            continue
        for second in range(POINTS):
            tried += 1
            if not dies_at(second, journal_of(root).undo, root):
                break
            # Each round dies a step later, and goes on from where the last one was cut.
        assert tree(root) == old
    assert tried > 50


def cut_half_way(place: Path) -> None:
    """Let the work on `place` die right after `changed` was changed."""
    for number in range(POINTS):
        assert dies_at(number, lambda: rewrite(place), place)
        if (place / "changed").read_text() == "new\n":
            return
        journal_of(place).undo()


def test_work_done_after_a_kill_is_left_alone(place: Path) -> None:
    cut_half_way(place)
    (place / "changed").write_text("mine, after the kill\n")
    assert journal_of(place).undo()
    assert (place / "changed").read_text() == "mine, after the kill\n"
    assert (place / "gone/deep/file").read_text() == "old\n"


def test_work_committed_after_a_kill_is_left_alone(place: Path) -> None:
    cut_half_way(place)
    cut = tree(place)
    assert not Journal(place, place / ".git", "second commit").undo()
    assert tree(place) == cut
    assert not journal_of(place).undo()


def test_a_disk_that_refuses_leaves_everything_as_it_was(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real = tree(place), Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == "mode":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        rewrite(place)
    assert tree(place) == before
    assert not list((place / ".git").iterdir())


def run_on(project: Path) -> Callable[[], object]:
    return lambda: update(project)


def test_the_command_killed_at_any_change_of_the_project(small: Releases, tmp_path: Path) -> None:
    start = small.project(tmp_path / "start")
    edit(start, "src/app.txt", "app 2\n", "app 2, mine\n")
    old = tree(committed(start))
    done = Path(shutil.copytree(start, tmp_path / "done", symlinks=True))
    assert update(done).code == 0
    new, steps = tree(done), 0
    for number in range(0, POINTS, 4):
        project = Path(shutil.copytree(start, tmp_path / f"cut-{number}", symlinks=True))
        if not dies_at(number, run_on(project), project):
            break
        steps += 1
        result = update(project)
        if (
            result.code == 3
        ):  # It was killed after the last file, so the new state stands there, not yet committed.
            assert tree(project) == new
        else:
            assert (result.code, tree(project)) == (0, new), result
    assert steps > 5
    assert old != new


def test_the_program_killed_at_random_moments(small: Releases, tmp_path: Path) -> None:
    start = small.project(tmp_path / "start")
    done = Path(shutil.copytree(start, tmp_path / "done", symlinks=True))
    update(done)
    states = [tree(start), tree(done)]
    command = [sys.executable, "-m", "scaffold", "update"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    choose = random.Random(7)  # noqa: S311 no secret
    for number in range(6):
        project = Path(shutil.copytree(start, tmp_path / f"killed-{number}", symlinks=True))
        process = subprocess.Popen(
            [*command, project], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        time.sleep(choose.uniform(0.1, 0.9))
        process.send_signal(choose.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
        process.wait()
        if update(project).code == 0:
            assert tree(project) == states[1]
        assert tree(project) in states
        assert git(project, "rev-parse", "HEAD") == git(start, "rev-parse", "HEAD")
