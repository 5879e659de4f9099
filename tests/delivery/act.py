"""GitHub's workflows by act, on this host; actions are stand-ins that assert their inputs."""

import shutil
from pathlib import Path

import yaml

from tests.delivery.delivery import HERE, PASSWORD, USER, Delivery, Start
from tests.support.repository import ROOT
from tests.support.tools import call, find

VERSIONS = yaml.safe_load((ROOT / "catalog/versions.yml").read_text())
WORKFLOWS = {
    "push": "deliver.yml",
    "schedule": "nightly.yml",
    "pull_request": "",
    "workflow_dispatch": "rollback.yml",
}


class Act:
    """Runs the workflows of an event."""

    name = "github"
    tools = ("act", "docker buildx", "jq", "curl", "make", "kubectl")
    programs = ()

    def command(self, delivery: Delivery, start: Start, here: Path) -> list[str]:
        event = "workflow_dispatch" if start.event == "rollback" else start.event
        stubs = [
            part
            for name, pin in VERSIONS["actions"].items()
            for part in ("--local-repository", f"{name}@{pin['sha']}={HERE / 'actions' / Path(name).name}")
        ]
        former = start.former.folder.name.removeprefix("run-") if start.former else ""
        inputs = {"environment": start.environment, "run": former} if former else {}
        return [
            *(str(find("act")), event, "--workflows", f".github/workflows/{WORKFLOWS[event]}"),
            *("--platform", f"{VERSIONS['tools']['github_runner']}=-self-hosted"),
            *("--no-cache-server", "--no-skip-checkout"),
            *("--action-cache-path", str(delivery.folder / "cache"), "--action-offline-mode"),
            *("--var", f"REGISTRY_USERNAME={USER}", "--secret", f"REGISTRY_PASSWORD={PASSWORD}"),
            *("--var", f"SMOKE_URL={delivery.outside.address}/", "--var", "KUBE_SERVER=https://127.0.0.1:1"),
            *(part for name, value in inputs.items() for part in ("--input", f"{name}={value}")),
            *stubs,
            *("--env-file", str(here / "told.env")),
        ]

    def collect(self, _: Delivery, here: Path) -> None:
        call("docker", "rmi", "rebuilt")
        for name in ("image", "rebuilt", "released"):
            shutil.rmtree(here / "artifacts" / name, ignore_errors=True)
