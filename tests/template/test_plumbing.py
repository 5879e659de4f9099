"""The tests' own plumbing: what a run leaves out is named, and work is done once."""

import os
import subprocess
import sys
from multiprocessing import Process
from pathlib import Path

import pytest

from tests.support.once import once
from tests.support.repository import ROOT, repository, tracked, working_copy

TESTS = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_that_needs_a_tool(number):
    pytest.skip("boiler is not installed")

def test_that_passes():
    pass
"""


def run_pytest(folder: Path, *arguments: str, require_all: str = "0") -> subprocess.CompletedProcess[str]:
    (folder / "test_some.py").write_text(TESTS)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    chosen = {
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "SCAFFOLD_REQUIRE_ALL": require_all,
    }
    environment = inherited | chosen
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "tests.support.left_out", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_names_in_one_closing_line_what_it_left_out(tmp_path: Path, workers: str) -> None:
    result = run_pytest(tmp_path, "-n", workers)
    lines = [line for line in result.stdout.splitlines() if line.startswith("left out: ")]
    assert result.returncode == 0
    assert lines == [
        "left out: boiler is not installed ("
        + ", ".join(f"test_some.py::test_that_needs_a_tool[{number}]" for number in range(4))
        + ")"
    ]


def test_a_run_that_leaves_something_out_fails_when_all_is_required(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, require_all="1").returncode == 1
    assert run_pytest(tmp_path, "-k", "passes", require_all="1").returncode == 0


def _append(path: Path) -> None:
    def make(unfinished: Path) -> None:
        with path.with_name("log").open("a") as log:
            log.write("made\n")
        unfinished.mkdir()

    once(path, make)


def test_processes_that_ask_for_the_same_work_do_it_once(tmp_path: Path) -> None:
    processes = [Process(target=_append, args=[tmp_path / "work"]) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert (tmp_path / "log").read_text() == "made\n"


def test_work_that_failed_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    def fail(unfinished: Path) -> None:
        unfinished.mkdir()
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        once(tmp_path / "work", fail)
    assert not (tmp_path / "work").exists()
    assert once(tmp_path / "work", Path.mkdir).is_dir()


def test_a_working_copy_holds_changes_that_are_not_committed_but_nothing_ignored(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "old").write_text("1")
    (folder / ".gitignore").write_text("*.log\n")
    repository(folder)
    (folder / "old").write_text("2")
    (folder / "new").write_text("3")
    (folder / "x.log").write_text("4")
    copy = working_copy(tmp_path / "copy", folder)
    assert tracked(folder) == [".gitignore", "new", "old"]
    assert sorted(path.name for path in copy.iterdir()) == [".gitignore", "new", "old"]
    assert (copy / "old").read_text() == "2"
