"""GitLab's pipeline by gitlab-ci-local, on this host; the programs of its images are stand-ins."""

import json
import os
import shutil
from pathlib import Path

from tests.delivery.delivery import HERE, PASSWORD, USER, Delivery, Start
from tests.support.tools import find

STATE = ".gitlab-ci-local"
SOURCES = {"pull_request": "merge_request_event", "rollback": "web"}
RELEASE = "/api/v4/projects/1/jobs/7/artifacts/release.json"


class GitlabCiLocal:
    """Runs the jobs that the rules choose, each in its own clone with the artefacts that it needs."""

    name = "gitlab"
    tools = ("gitlab-ci-local", "docker buildx", "jq", "curl", "make", "kubectl")
    programs = (HERE / "programs",)

    def command(self, delivery: Delivery, start: Start, here: Path) -> list[str]:
        variables = here / "variables.yml"
        variables.write_text(json.dumps(_variables(delivery)))
        given = {
            "CI_PIPELINE_SOURCE": SOURCES.get(start.event, start.event),
            "CI_API_V4_URL": f"{delivery.outside.address}/api/v4",
            "CI_PROJECT_ID": "1",
            "CI_JOB_TOKEN": "job-token",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": start.base,
        }
        if start.former:
            delivery.outside.known = {RELEASE: start.former.artifact("release/release.json").encode()}
            given |= {"ROLLBACK_ENVIRONMENT": start.environment, "ROLLBACK_RELEASE": "7"}
        return [
            *(str(find("gitlab-ci-local")), "--force-shell-executor", "--shell-isolation", "--no-color"),
            *("--no-artifacts-to-source", "--no-json-schema-validation", "--concurrency", "2"),
            *("--container-executable", "containers"),
            *(
                "--state-dir",
                STATE,
                "--home",
                str(here),
                "--variables-file",
                os.path.relpath(variables, delivery.project),
            ),
            *("--ignore-predefined-vars", ",".join(given)),
            *(part for name, value in given.items() for part in ("--variable", f"{name}={value}")),
        ]

    def collect(self, delivery: Delivery, here: Path) -> None:
        kept = delivery.project / STATE / "artifacts"
        for job in kept.iterdir() if kept.exists() else []:
            shutil.copytree(job, here / "artifacts" / job.name, ignore=shutil.ignore_patterns("image.tar"))
        shutil.rmtree(delivery.project / STATE, ignore_errors=True)


def _variables(delivery: Delivery) -> dict[str, object]:
    """Variables of the project, most of them of one environment alone."""
    deploys = ("development", "staging", "production")
    per_environment = {
        "REGISTRY_USERNAME": {"registry": USER},
        "REGISTRY_PASSWORD": {"registry": PASSWORD},
        "SIGSTORE_ID_TOKEN": {"registry": "signing-token"},
        "DOCKER_CONFIG": {"registry": str(delivery.folder / "docker")},
        "IDENTITY_TOKEN": dict.fromkeys(deploys, "identity-token"),
        "KUBE_SERVER": dict.fromkeys(deploys, "https://127.0.0.1:1"),
        "SMOKE_URL": dict.fromkeys(deploys, f"{delivery.outside.address}/"),
    }
    return {name: {"type": "variable", "values": values} for name, values in per_environment.items()}
