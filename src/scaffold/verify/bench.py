"""What a check works with: the contract, and everything it may start, send and break."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Literal, TypeVar

from scaffold.verify import ports
from scaffold.verify.contract import BackingService, Contract
from scaffold.verify.endpoint import Endpoint
from scaffold.verify.proxy import Proxy
from scaffold.verify.registry import Failed
from scaffold.verify.runners import CannotStart, Launch
from scaffold.verify.service import Service
from scaffold.verify.site import Site

Until = Literal["ready", "live", "started"]
PATIENCE_SECONDS = {"host": 15.0, "docker": 60.0}
MIGRATION_SECONDS = 60.0
T = TypeVar("T")


class Bench:
    """One check's view of the run; what it starts and breaks ends with it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._closing = ExitStack()
        self._borrowed: list[Bench] = []

    @property
    def contract(self) -> Contract:
        """The service's contract."""
        return self.site.contract

    @property
    def patience(self) -> float:
        """Seconds after which a start has failed, however busy the machine is."""
        return PATIENCE_SECONDS[self.site.runner.name] + 3 * self.contract.ready_seconds

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
        if until != "started":
            self.prepare()
            self.site.give_up_after("shared")
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
            service = Service(self.site.runner.start(launch), self.contract, name, launch.port)
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

    @contextmanager
    def lent(
        self, key: str, make: Callable[["Bench"], T], as_good_as_new: Callable[[T], bool]
    ) -> Iterator[T]:
        """Use what an earlier check has left, or make it; leave it to the next one if it is as good as new.

        After a check that fails it is ended instead. Checks that borrow under the same key take turns.
        """
        left = self.site.take(key)
        lender = left[0] if left else self.site.lasting()
        self._borrowed.append(lender)
        thing: T = left[1] if left else make(lender)
        yield thing
        if as_good_as_new(thing) and lender in self._borrowed:
            self._borrowed.remove(lender)
            self.site.leave(key, (lender, thing))

    def dismiss(self, key: str) -> None:
        """End what a check has left under this key, where it would be in the way."""
        if left := self.site.take(key):
            left[0].close()

    def quiet(self) -> AbstractContextManager[Service]:
        """Borrow a ready web process that nobody else asks meanwhile; for checks of the turn `quiet`."""
        readiness = self.contract.http.readiness
        return self.lent(
            "quiet", lambda lender: lender.start(), lambda web: web.probe(readiness) == HTTPStatus.OK
        )

    def proxy(self, service: BackingService, address: str = "") -> tuple[Proxy, str]:
        """Open a proxy of this check's own to a backing service; return it with the URL through it.

        Raises:
            Skipped: there is no such service to run against.
        """
        proxy, url = self.site.open_proxy(self.site.endpoint(service), address)
        self._closing.callback(proxy.close)
        return proxy, url

    def prepare(self) -> None:
        """Bring the main database's schema up to date, once.

        Raises:
            Failed: the migration fails.
            Skipped: a backing service is missing.
        """
        self.site.require_backing()
        command = self.contract.migrations.get("up")
        if command is not None:
            self.once("prepared", lambda lasting: lasting.migrated(command))

    def migrated(self, command: tuple[str, ...]) -> bool:
        """Run the migration of the main database."""
        service = self.run(command)
        code = service.ended(MIGRATION_SECONDS)
        if code != 0:
            raise Failed(
                f"`{service.name}` ended with {code}, before anything else was tried", service.log.tail()
            )
        return True

    def spare_environment(self) -> dict[str, str | None]:
        """Return the variables that point to the spare instances of all backing services."""
        return {name: url for name, (_, url) in self.site.spares().items()}

    def spare_connections(self) -> dict[str, int]:
        """Count the connections to each spare instance so far."""
        return {name: proxy.connections for name, (proxy, _) in self.site.spares().items()}

    def cut_spare_environment(self, size: int) -> dict[str, str | None]:
        """Point to the spare instances through proxies that are down after so many bytes."""
        env: dict[str, str | None] = {}
        for service in self.contract.services:
            proxy, env[service.variable] = self.site.open_proxy(self.site.spare(service))
            proxy.cut_after(size)
            self._closing.callback(proxy.close)
        return env

    def proxy_to(self, address: tuple[str, int]) -> tuple[Proxy, str]:
        """Open a proxy to a port of this machine; return it with an http URL through it."""
        endpoint = Endpoint(f"http://{address[0]}:{address[1]}", own=True)
        proxy, url = self.site.open_proxy(endpoint)
        self._closing.callback(proxy.close)
        return proxy, url

    def folder(self) -> Path:
        """Make an empty folder for this check."""
        return self.site.folder()

    def close(self) -> None:
        """End all that the check started or borrowed."""
        while self._borrowed:
            self._borrowed.pop().close()
        self._closing.close()
