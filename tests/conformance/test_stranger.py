"""A service that was not made here comes under verify by `--init` and a few lines of edits."""

import difflib
import shutil
from pathlib import Path

import pytest

from scaffold.verify import contract, initial
from scaffold.verify.run import Options, run
from scaffold.verify.runners import docker

STRANGER = Path(__file__).parent / "stranger"
EDITS = {
    "/livez": "/healthz",
    "/readyz": "/ready",
    "{id: cache,": "{id: redis,",
    "# requests:": "requests:",
    "#   sample: {method: GET, path: /,": "  sample: {method: GET, path: /visits,",
}
KEPT = ["iii-missing-required", "iv-down", "iv-recovery", "iv-swap", "vi-same-answer", "ix-sigterm-idle"]
BROKEN = ["ix-keep-alive", "xi-json-lines", "api-unknown-route"]


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    folder = tmp_path / "visits"
    shutil.copytree(STRANGER, folder)
    initial.write(folder)
    return folder


def edited(text: str) -> str:
    for before, after in EDITS.items():
        assert before in text
        text = text.replace(before, after)
    return text


def test_under_ten_lines_are_edited(visits: Path) -> None:
    first = (visits / contract.FILE_NAME).read_text()
    changed = [
        line for line in difflib.ndiff(first.splitlines(), edited(first).splitlines()) if line[:2] == "+ "
    ]
    assert len(changed) == 5


@pytest.mark.rest
@pytest.mark.skipif(not docker.answers(), reason="no Docker engine answers; its Redis comes from compose")
def test_it_is_told_what_it_keeps_and_what_it_breaks(visits: Path) -> None:
    file = visits / contract.FILE_NAME
    file.write_text(edited(file.read_text()))
    report = run(contract.load(visits), Options(runner="host", only=[*KEPT, *BROKEN]), lambda _: None)
    statuses = {result.id: result.status for result in report.checks}
    assert statuses == dict.fromkeys(KEPT, "pass") | dict.fromkeys(BROKEN, "fail")
