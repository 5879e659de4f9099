"""What a check works with: the contract, and everything it may start, send and break."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, TypeVar

from scaffold.verify import ports
from scaffold.verify.contract import BackingService, Contract
from scaffold.verify.proxy import Proxy
from scaffold.verify.registry import Failed, Skipped
from scaffold.verify.runners import CannotStart, Launch
from scaffold.verify.service import Service
from scaffold.verify.site import Site

Until = Literal["ready", "live", "started"]
T = TypeVar("T")


class Bench:
    """One check's view of the run; what it starts and breaks ends with it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._closing = ExitStack()

    @property
    def contract(self) -> Contract:
        """The service's contract."""
        return self.site.contract

    @property
    def patience(self) -> float:
        """Seconds after which a start has failed, however busy the machine is."""
        return max(15.0, 6 * self.contract.ready_seconds)

    def start(
        self,
        process: str = "web",
        *,
        env: Mapping[str, str | None] | None = None,
        until: Until = "ready",
        port: int | None = None,
        temporary: Path | None = None,
        options: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Service:
        """Start a process with a valid environment; `env` adds to it, a None takes away.

        Raises:
            Failed: it is not `until` what it was asked to be.
            Skipped: a backing service that it needs for that is not running.
        """
        if until != "started" and (missing := self.site.missing()):
            raise Skipped(f"no backing service to run against: {'; '.join(missing)}")
        chosen = port or ports.reserve()
        name = self.contract.http.port_variable
        full = {**self.site.environment(), name: str(chosen), **(env or {})}
        service = self._launch(
            Launch(
                command=self.contract.processes[process],
                env={key: value for key, value in full.items() if value is not None},
                port=chosen,
                temporary=temporary,
                options=options or {},
            ),
            process,
        )
        if until == "ready":
            service.await_ready(self.patience)
        elif until == "live":
            service.await_status(self.contract.http.liveness, 200, self.patience)
        return service

    def run(
        self, command: tuple[str, ...], *, env: Mapping[str, str | None] | None = None, data: bytes = b""
    ) -> Service:
        """Start a one-off command with a valid environment, without a port."""
        full = {**self.site.environment(), **(env or {})}
        given = {key: value for key, value in full.items() if value is not None}
        return self._launch(Launch(command=command, env=given, input=data), " ".join(command[-2:]))

    def _launch(self, launch: Launch, name: str) -> Service:
        try:
            service = Service(self.site.runner.start(launch), self.contract, name)
        except CannotStart as reason:
            raise Failed(f"`{' '.join(launch.command)}` cannot be started: {reason}") from reason
        self._closing.callback(service.close)
        return service

    @property
    def shared(self) -> Service:
        """One ready web process, shared by all checks that only ask it."""
        return self.once("shared", lambda bench: bench.start())

    def once(self, key: str, make: Callable[["Bench"], T]) -> T:
        """Make something once for all checks; it lives as long as the run."""
        made: T = self.site.once(key, lambda: make(self.site.lasting()))
        return made

    def proxy(self, service: BackingService) -> tuple[Proxy, str]:
        """Open a proxy of this check's own to a backing service; return it with the URL through it.

        Raises:
            Skipped: there is no such service to run against.
        """
        proxy, url = self.site.open_proxy(self.site.endpoint(service))
        self._closing.callback(proxy.close)
        return proxy, url

    def folder(self) -> Path:
        """Make an empty folder for this check."""
        return self.site.folder()

    def close(self) -> None:
        """End all that the check started."""
        self._closing.close()
