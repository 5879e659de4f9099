"""Whatever stops `scaffold new`, nothing is left, or everything is there."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scaffold import children, signals
from tests.unit.conftest import Run, write

MOMENTS = 4
POPEN = subprocess.Popen
SLOW = {"hooks/10-slow.sh": '#!/bin/sh\ntouch "$MARKER"\nsleep 30 &\necho $! > "$MARKER"\nwait\n'}


@pytest.fixture
def start(template: Path, work: Path, tmp_path: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts `scaffold new` with its temporary files in a folder of the test."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    def start(*arguments: str, **variables: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "scaffold", "new", "some-thing", *arguments]
        surroundings = {**os.environ, "TMPDIR": str(temporary), **variables}
        return subprocess.Popen(
            command,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_leaves_all_or_nothing(
    start: Callable[..., "subprocess.Popen[str]"],
    template: Path,
    work: Path,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    began = time.monotonic()
    process = start("--template", str(template))
    process.communicate()
    duration = time.monotonic() - began
    complete = sorted(path.name for path in (work / "some-thing").iterdir())
    ended_early = 0
    for moment in range(1, MOMENTS + 1):
        subprocess.run(["rm", "-rf", str(work / "some-thing")], check=True)
        process = start("--template", str(template))
        time.sleep(duration * moment / MOMENTS)
        process.send_signal(number)
        _, stderr = process.communicate()
        left = [path.name for path in work.iterdir()]
        assert left in ([], ["some-thing"])
        if left:
            assert sorted(path.name for path in (work / "some-thing").iterdir()) == complete
        else:
            ended_early += 1
            assert process.returncode in {128 + number, -number}
        if process.returncode == 128 + number and "error: " in stderr:
            assert "Traceback" not in stderr
        assert list((tmp_path / "temporary").iterdir()) == []
    assert ended_early


@pytest.fixture
def slow_hook(template: Path, tmp_path: Path, release: Callable[..., None]) -> Path:
    """Settings that name a template with a hook that takes half a minute."""
    release(SLOW, tag="v2.0.0")
    return write(tmp_path, {"settings.yml": f"template: {template}\n"}) / "settings.yml"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_during_a_hook_ends_its_children_too(
    start: Callable[..., "subprocess.Popen[str]"],
    slow_hook: Path,
    work: Path,
    number: signal.Signals,
) -> None:
    marker = work.parent / "marker"
    process = start(SCAFFOLD_SETTINGS=str(slow_hook), MARKER=str(marker))
    while not (marker.exists() and marker.read_text().strip()):
        assert process.poll() is None
        time.sleep(0.02)
    assert [path.name for path in work.iterdir() if not path.name.startswith(".")] == []
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert list(work.iterdir()) == []
    child = Path(f"/proc/{marker.read_text().strip()}/stat")
    assert not child.exists() or child.read_text().split()[2] == "Z"


@pytest.mark.parametrize("number", signals.HELD)
def test_a_signal_at_the_start_of_a_child_ends_the_child(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: Any, **options: Any) -> "subprocess.Popen[bytes]":
        started.append(POPEN(*arguments, **options))
        signal.raise_signal(number)
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    expected = KeyboardInterrupt if number == signal.SIGINT else signals.Signalled
    with pytest.raises(expected), signals.as_exceptions():
        children.run(["sleep", "60"], cwd=None, environment=os.environ)
    assert started[0].returncode == -signal.SIGTERM


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A small file system of its own at `folder`; only root may make one."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mount: only root can mount a small file system")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False)
    if made.returncode:
        pytest.skip("mount: this machine allows no small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("place", ["beneath", "itself"])
def test_a_full_disk_leaves_nothing(
    scaffold: Run, template: Path, tmp_path: Path, release: Callable[..., None], place: str
) -> None:
    release({"template/large.bin": "x" * 300_000}, tag="v2.0.0")
    with mounted(tmp_path / "small", "size=128k") as small:
        into = small / "some-thing" if place == "beneath" else small
        result = scaffold("new", "some-thing", "--template", template, "--into", into)
        assert result.code == 6
        assert "No space left on device" in result.err
        assert "hint: nothing was left behind" in result.err
        assert list(small.iterdir()) == []


def test_a_read_only_destination_is_named(scaffold: Run, template: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        with mounted(tmp_path / "frozen", "size=64k,ro") as frozen:
            result = scaffold("new", "some-thing", "--template", template, "--into", frozen / "some-thing")
        reason = "Read-only file system"
    else:
        (tmp_path / "frozen").mkdir(mode=0o555)
        result = scaffold(
            "new", "some-thing", "--template", template, "--into", tmp_path / "frozen/some-thing"
        )
        reason = "Permission denied"
    assert result.code == 6
    assert reason in result.err
    assert str(tmp_path / "frozen/some-thing") in result.err


def test_parents_that_were_made_go_with_a_failure(scaffold: Run, template: Path, work: Path) -> None:
    (work / "file").write_text("mine")
    result = scaffold("new", "some-thing", "--template", template, "--into", "file/deeper/some-thing")
    assert result.code in {3, 6}
    assert [path.name for path in work.iterdir()] == ["file"]
