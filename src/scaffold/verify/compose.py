"""Starts only the backing services of a project's compose file, under a name and on ports of its own."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scaffold.verify import ports, tools
from scaffold.verify.contract import BackingService, Contract
from scaffold.verify.endpoint import Endpoint, at
from scaffold.verify.scratch import LABEL, Scratch

FILE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
UP_SECONDS = 180.0
UNTIL_HEALTHY = {"start_interval": "1s", "start_period": "60s"}
ONCE_HEALTHY = {"interval": "10m"}
"""A service that was healthy once is not asked again: from then on the checks are what disturbs it.

`start_interval` wants Docker Engine 25, as the compose files do that we render.
"""


def file_of(folder: Path) -> Path | None:
    """Return the folder's compose file, by compose's own order of names."""
    return next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)


class Compose:
    """One project of the compose file; nothing of it meets another run or the user's own."""

    def __init__(self, contract: Contract, scratch: Scratch, name: str) -> None:
        self._contract, self._scratch = contract, scratch
        self._file = file_of(contract.root)
        self._project = f"scaffold-verify-{scratch.id}-{name}"
        self._registered = False

    def up(self, services: Iterable[BackingService]) -> dict[str, Endpoint | str]:
        """Start the services that the compose file has; return endpoints, or why there are none, by id."""
        wanted = [service for service in services if service.compose_service]
        if not wanted or self._file is None:
            return {}
        config = self._config()
        if isinstance(config, str):
            return {service.id: config for service in wanted}
        present = [service for service in wanted if (service.compose_service or "") in config]
        published = {service.id: (ports.reserve(), self._inner_port(service, config)) for service in present}
        failure = self._start(present, published, config)
        if failure:
            return {service.id: failure for service in present}
        return {service.id: self._endpoint(service, published[service.id][0]) for service in present}

    def _config(self) -> Mapping[str, Any] | str:
        shown = tools.quick("docker", "compose", "-f", str(self._file), "config", "--format", "json")
        if shown.code != 0:
            return f"`docker compose config` failed: {shown.last_words()}"
        services: Mapping[str, Any] = json.loads(shown.stdout)["services"]
        return services

    def _inner_port(self, service: BackingService, config: Mapping[str, Any]) -> int:
        declared = config[service.compose_service or ""].get("ports", [])
        return int(declared[0]["target"]) if declared else urlsplit(self._example(service)).port or 0

    def _start(
        self,
        present: list[BackingService],
        published: Mapping[str, tuple[int, int]],
        config: Mapping[str, Any],
    ) -> str:
        override = self._scratch.folder / f"{self._project}-{present[0].id}.yaml"
        lines = ["services:"]
        for service in present:
            outer, inner = published[service.id]
            lines += [
                f"  {service.compose_service}:",
                "    container_name: !reset null",
                f"    labels: {{{LABEL}: {self._scratch.id}}}",
                f"    ports: !override ['127.0.0.1:{outer}:{inner}']",
            ]
            asked = config[service.compose_service or ""].get("healthcheck", {})
            if "test" in asked:
                lines.append(f"    healthcheck: {json.dumps({**UNTIL_HEALTHY, **asked, **ONCE_HEALTHY})}")
        override.write_text("\n".join([*lines, ""]), encoding="utf-8")
        down = ("docker", "compose", "--project-name", self._project, "down", "--volumes", "--timeout", "0")
        self._scratch.at_end(*down)
        files = ("-f", str(self._file), "-f", str(override))
        names = [service.compose_service or "" for service in present]
        command = (
            "docker",
            "compose",
            "-p",
            self._project,
            *files,
            "up",
            "-d",
            "--wait",
            "--no-deps",
            *names,
        )
        done = tools.long(command, self._contract.root, UP_SECONDS)
        if done.code:  # on a busy machine what was unhealthy a moment ago may be well now
            done = tools.long(command, self._contract.root, UP_SECONDS)
        return "" if done.code == 0 else f"`docker compose up` failed: {done.last_words()}"

    def _endpoint(self, service: BackingService, port: int) -> Endpoint:
        return Endpoint(at(self._example(service), "127.0.0.1", port), own=True)

    def _example(self, service: BackingService) -> str:
        variable = self._contract.variable(service.variable)
        return (variable.example if variable else "") or ""
