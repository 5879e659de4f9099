"""The committed examples keep every promise, by both runners; what does not apply to them is known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.verify.report import Report
from scripts import verify_examples
from tests.support import lab

RUNNERS = {
    "host": "it looks at the image; this run used host processes",
    "docker": "it looks at host processes; this run used the image",
}
ABSENT = (
    "neither the compose file nor a manifest runs two",
    "the contract ",
    "the compose file names no image",
    "the service describes no ",
    "there is no process type but `web`",
    "no process type but `web` serves the probes",
    "the project has no `",
    "does not describe the header Idempotency-Key",
    "no secret variable has a value with a password in this run",
    "has no `Location` to read it under",
)
"""What a service may lack, in the words of the checks."""


DAILY = {
    ("python-full", "docker"),
    ("typescript-fastify-bare", "host"),
}
"""What every whole run proves; the other examples and runners are left to the night."""

STACKS = ("python", "typescript-fastify", "typescript-express")
CASES = [
    pytest.param(
        name, runner, id=f"{name}-{runner}", marks=pytest.mark.rest if daily else pytest.mark.nightly
    )
    for stack in STACKS
    for name in (f"{stack}-bare", f"{stack}-full")
    for runner in RUNNERS
    for daily in [(name, runner) in DAILY]
]


@pytest.fixture(scope="module")
def example(request: pytest.FixtureRequest) -> Iterator[Path]:
    lab.need_docker()
    with verify_examples.copied(request.param) as folder:
        lab.images_for(folder)
        yield folder


def explained(report: Report) -> dict[str, str]:
    """Say of each check that was not tried why, where the runner is not the reason."""
    left = [result for result in report.checks if result.status in ("na", "skip")]
    return {result.id: result.evidence[0] for result in left if result.evidence[0] != RUNNERS[report.runner]}


@pytest.mark.parametrize(("example", "runner"), CASES, indirect=["example"])
def test_an_example_keeps_every_promise_that_concerns_it(example: Path, runner: str) -> None:
    report = verify_examples.verified(example, runner)
    assert {result.id: result.evidence for result in report.failed} == {}
    assert report.counts()["skip"] == 0, explained(report)
    unknown = {
        name: why for name, why in explained(report).items() if not any(text in why for text in ABSENT)
    }
    assert unknown == {}
    assert report.counts()["pass"] >= (90 if example.name.endswith("-full") else 60)
