"""A project that is delivered by an engine on this host: stand-ins, but a real registry."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import yaml

from tests.delivery.surroundings import Outside
from tests.support.lab import images_for
from tests.support.render import write_project
from tests.support.repository import ROOT, commit, git, repository
from tests.support.tools import find, search_path

HERE = Path(__file__).parent
USER, PASSWORD = "robot", "hush"


@dataclass(frozen=True)
class Start:
    """Why a pipeline starts: a push, a pull request against `base`, the clock, or somebody who rolls back.

    `environment` gets the release of the run `former` back.
    """

    event: str
    base: str = ""
    environment: str = ""
    former: "Run | None" = None


PUSH = Start("push")


class Engine(Protocol):
    """Runs pipelines of one CI provider."""

    name: str
    tools: tuple[str, ...]
    programs: tuple[Path, ...]

    def command(self, delivery: "Delivery", start: Start, here: Path) -> list[str]:
        """The command that runs the pipeline of `start`; its jobs see what `here`/told.env says."""

    def collect(self, delivery: "Delivery", here: Path) -> None:
        """Move what the pipeline has kept to a folder for each artefact below `here`/artifacts."""


@dataclass(frozen=True)
class Run:
    """One run of a pipeline: how it ended, what it said, and what its stand-ins recorded."""

    code: int
    output: str
    folder: Path

    @property
    def steps(self) -> list[str]:
        """What happened, in order."""
        return [line.partition(" ")[0] for line in self.record]

    @property
    def record(self) -> list[str]:
        return (self.folder / "record").read_text().splitlines()

    def digests(self, step: str) -> set[str]:
        """What each record of `step` names."""
        return {line.rpartition(" ")[2] for line in self.record if line.startswith(f"{step} ")}

    def artifact(self, name: str) -> str:
        return (self.folder / "artifacts" / name).read_text()


@dataclass
class Delivery:
    """A project with what its pipeline talks to: `image` is its repository in the registry."""

    engine: Engine
    project: Path
    folder: Path
    image: str
    outside: Outside
    runs: int = field(default=0)

    def change(self, path: str, text: str) -> None:
        """Commit one more line at the end of a file."""
        with (self.project / path).open("a") as file:
            file.write(text)
        commit(self.project, f"Change {path}")

    def serving(self) -> str:
        """The manifest that the cluster was last asked to run."""
        return (self.folder / "cluster" / "deployments.json").read_text()

    def run(self, start: Start = PUSH, *, fail: str = "", quick: bool = True) -> Run:
        """Run the pipeline of HEAD; with `fail` that fails; `quick` takes the project's checks as passed."""
        self.runs += 1
        here = self.folder / f"run-{self.runs}"
        (here / "artifacts").mkdir(parents=True)
        (self.folder / "cluster").mkdir(exist_ok=True)
        (here / "record").touch()
        branch = git(self.project, "branch", "--show-current").strip()
        made_by = {"path": ".github/workflows/deliver.yml", "event": start.event, "head_branch": branch}
        (here / "run.json").write_text(json.dumps(made_by))
        self.outside.broken = fail == "smoke"
        told = self._told(here, fail, quick=quick)
        (here / "told.env").write_text("".join(f"{name}={value}\n" for name, value in told.items()))
        kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        path = os.pathsep.join([*map(str, self.engine.programs), str(HERE / "bin"), search_path()])
        result = subprocess.run(
            self.engine.command(self, start, here),
            cwd=self.project,
            env={**kept, **told, "PATH": path},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=900,
        )
        self.engine.collect(self, here)
        return Run(result.returncode, result.stdout, here)

    def _told(self, here: Path, fail: str, *, quick: bool) -> dict[str, str]:
        """What the stand-ins must know."""
        return {
            "ORIGIN": self.project.as_uri(),
            "ARTIFACTS": str(here / "artifacts"),
            "RECORD": str(here / "record"),
            "CLUSTER": str(self.folder / "cluster"),
            "REAL_KUBECTL": str(find("kubectl")),
            "REAL_MAKE": str(find("make")),
            "CURL_HOME": str(self.folder),
            "QUICK": "yes" if quick else "",
            "FAIL": fail,
        }


def prepare(engine: Engine, example: str, folder: Path, image: str, server: Outside) -> Delivery:
    """The project of an example, delivered by `engine` to the repository `image`."""
    recorded = yaml.safe_load((ROOT / "examples" / example / ".copier-answers.yml").read_text())
    answers = {name: value for name, value in recorded.items() if not name.startswith("_")}
    project = write_project(
        ROOT, folder / "project", {**answers, "ci": engine.name, "image_repository": image}
    )
    images_for(project)
    repository(project)
    git(project, "config", "uploadpack.allowAnySHA1InWant", "true")
    (folder / ".curlrc").write_text("retry-delay = 1\n")
    return Delivery(engine, project, folder, image, server)
