"""Runs the commands of the contract as containers of one image."""

import json
import secrets
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.verify import ports, tools
from scaffold.verify.contract import Contract
from scaffold.verify.runners import CannotStart, Launch
from scaffold.verify.runners.container import Container
from scaffold.verify.scratch import LABEL, Scratch

BUILD_SECONDS = 900.0
HOST_NAME = "host.docker.internal"
REVISION_ARGUMENT = "SERVICE_REVISION"


class DockerRunner:
    """Starts containers of an image that it is given or builds."""

    name = "docker"
    gateway = HOST_NAME

    def __init__(self, contract: Contract, scratch: Scratch, image: str | None, revision: str) -> None:
        _require_engine()
        self._scratch = scratch
        self.built = image is None
        self.image = _present(image) if image else _build(contract, scratch, revision)
        self.listen = _bridge_address()
        scratch.at_end(
            "sh", "-c", f"docker ps -aq --filter label={LABEL}={scratch.id} | xargs -r docker rm -fv"
        )

    def describe(self) -> str:
        """Say which image runs."""
        shown = tools.quick("docker", "image", "inspect", "--format", "{{.Id}}", self.image)
        return f"image {self.image} ({shown.stdout.strip()[:19]})"

    def start(self, launch: Launch) -> Container:
        """Start a container; its command replaces the image's entry point, as Kubernetes does it."""
        published = ports.reserve() if launch.port else None
        flags = [
            "--detach",
            "--label",
            f"{LABEL}={self._scratch.id}",
            "--add-host",
            f"{HOST_NAME}:host-gateway",
        ]
        flags += [word for name, value in launch.env.items() for word in ("--env", f"{name}={value}")]
        if published:
            flags += ["--publish", f"127.0.0.1:{published}:{launch.port}"]
        if launch.temporary:
            launch.temporary.chmod(0o1777)
            flags += ["--volume", f"{launch.temporary}:/tmp"]
        flags += launch.options.get("docker", ())
        first, *rest = launch.command
        run = tools.quick("docker", "run", *flags, "--entrypoint", first, self.image, *rest)
        if run.code != 0:
            raise CannotStart(run.last_words())
        folder = Path(tempfile.mkdtemp(dir=self._scratch.folder))
        return Container(run.stdout.strip(), published, folder)

    def closed_network(self) -> tuple[str, str]:
        """Make a network without a way out; return it with this machine's address in it.

        Raises:
            CannotStart: the engine refuses, or runs where its networks are not this machine's.
        """
        if not sys.platform.startswith("linux"):
            raise CannotStart("the engine's networks are not reached from this machine")
        name = f"{LABEL}-{self._scratch.id}-{secrets.token_hex(4)}"
        self._scratch.at_end("docker", "network", "rm", name)
        made = tools.quick("docker", "network", "create", "--internal", name)
        shown = tools.quick("docker", "network", "inspect", name, "-f", "{{(index .IPAM.Config 0).Gateway}}")
        if made.code != 0 or shown.code != 0:
            raise CannotStart((made if made.code else shown).last_words())
        return name, shown.stdout.strip()

    def configuration(self) -> Mapping[str, Any]:
        """Return the image's configuration: its user, environment and labels."""
        shown = tools.quick("docker", "image", "inspect", self.image)
        found: Mapping[str, Any] = json.loads(shown.stdout)[0]["Config"]
        return found

    def labels(self) -> Mapping[str, str]:
        """Return the image's labels."""
        found: Mapping[str, str] = self.configuration().get("Labels") or {}
        return found

    def history(self) -> str:
        """Return the commands that made the image's layers."""
        return tools.quick("docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", self.image).stdout


def answers() -> bool:
    """Tell whether a Docker engine answers."""
    return tools.quick("docker", "version", "--format", "{{.Server.Version}}", seconds=10).code == 0


def _require_engine() -> None:
    if not answers():
        hint = "start Docker, or use `--runner host`"
        raise ScaffoldError("no Docker engine answers", hint=hint, code=ExitCode.MISSING_TOOL)


def _present(image: str) -> str:
    """Have an image here that was built elsewhere."""
    inspected = ("docker", "image", "inspect", "--format", "{{.Id}}", image)
    if tools.quick(*inspected).code != 0:
        pulled = tools.long(("docker", "pull", "--quiet", image), Path(), BUILD_SECONDS)
        if pulled.code != 0:
            raise ScaffoldError(
                f"there is no image `{image}`: {pulled.last_words()}",
                hint="`docker image ls` lists those that are here",
                code=ExitCode.SURROUNDINGS,
            )
    return image


def _build(contract: Contract, scratch: Scratch, revision: str) -> str:
    facts = contract.image
    if facts is None:
        hint = "add `image: {context: .}`, or use `--image` or `--runner host`"
        raise ScaffoldError("the contract has no `image` to build", hint=hint)
    tag = f"scaffold-verify-{contract.name}:{scratch.id}"
    command = ["docker", "build", "--quiet", "--tag", tag, "--build-arg", f"{REVISION_ARGUMENT}={revision}"]
    context = facts.get("context", ".")
    if "target" in facts:
        command += ["--target", facts["target"]]
    if "dockerfile" in facts:
        command += ["--file", f"{context}/{facts['dockerfile']}"]
    scratch.at_end("docker", "image", "rm", "--force", tag)
    done = tools.long((*command, context), contract.root, BUILD_SECONDS)
    if done.code != 0:
        raise ScaffoldError(
            f"the image of `{contract.name}` cannot be built: {done.last_words()}",
            hint="`docker build` in the project shows it all",
            code=ExitCode.SURROUNDINGS,
        )
    return tag


def _bridge_address() -> str:
    """Address that containers reach as the host; Docker Desktop forwards to loopback instead."""
    if not sys.platform.startswith("linux"):
        return "127.0.0.1"
    shown = tools.quick("docker", "network", "inspect", "bridge", "-f", "{{(index .IPAM.Config 0).Gateway}}")
    return shown.stdout.strip() or "127.0.0.1"
