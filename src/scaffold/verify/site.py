"""What the checks of one run share: the runner, the backing services, things made once."""

import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.verify import ports
from scaffold.verify.backing import Backing
from scaffold.verify.contract import BackingService, Contract, Variable
from scaffold.verify.endpoint import Endpoint
from scaffold.verify.proxy import Loop, Proxy
from scaffold.verify.registry import Failed, Late, NotApplicable, Skipped
from scaffold.verify.runners import Runner
from scaffold.verify.scratch import Scratch

if TYPE_CHECKING:
    from scaffold.verify.bench import Bench


class Site:
    """Everything that outlives a single check."""

    def __init__(
        self, contract: Contract, runner: Runner, backing: Backing, scratch: Scratch, revision: str
    ) -> None:
        self.contract, self.runner = contract, runner
        self.revision = revision
        self.artefact = runner.describe()
        """What runs: a folder's commands or an image, by its digest."""
        self._backing, self._scratch = backing, scratch
        self._closing = ExitStack()
        self._loop = Loop()
        self._endpoints = backing.start()
        self._urls = {
            service.id: self.open_proxy(endpoint)[1]
            for service in contract.services
            if isinstance(endpoint := self._endpoints[service.id], Endpoint)
        }
        self._made: dict[str, Any] = {}
        self._left: dict[str, Any] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def environment(self) -> dict[str, str]:
        """Return a valid environment: backing services, examples of what has no default, the revision."""
        values = {variable.name: self._value(variable) for variable in self.contract.variables}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, variable: Variable) -> str | None:
        if variable.set_by == "image":
            return self.revision if self.runner.name == "host" else None
        service = next((item for item in self.contract.services if item.variable == variable.name), None)
        if service is not None and service.id in self._urls:
            return self._urls[service.id]
        if variable.required or variable.default is None:
            return variable.example or variable.default
        return None

    def endpoint(self, service: BackingService) -> Endpoint:
        """Return where a backing service is.

        Raises:
            Skipped: it is not running, with the reason.
        """
        found = self._endpoints[service.id]
        if isinstance(found, str):
            raise Skipped(f"no {service.id} to run against: {found}")
        return found

    def spare(self, service: BackingService) -> Endpoint:
        """Return a second, empty instance of a backing service.

        Raises:
            Skipped: there is none, with the reason.
        """
        spare: Endpoint = self.once(f"spare-{service.id}", lambda: self._backing.spare(service))
        return spare

    def require_backing(self) -> None:
        """Leave the check unless the backing services run that a ready service needs.

        Raises:
            Skipped: one does not, with the reason.
        """
        missing = [
            f"{service.id}: {reason}"
            for service in self.contract.services
            if service.required_by("web") and isinstance(reason := self._endpoints[service.id], str)
        ]
        if missing:
            raise Skipped(f"no backing service to run against: {'; '.join(missing)}")

    def spares(self) -> dict[str, tuple[Proxy, str]]:
        """Return a proxy to each backing service's spare with the URL through it, by variable.

        Raises:
            Skipped: there is no spare of one.
        """
        found: dict[str, tuple[Proxy, str]] = self.once(
            "spares",
            lambda: {item.variable: self.open_proxy(self.spare(item)) for item in self.contract.services},
        )
        return found

    def open_proxy(self, endpoint: Endpoint, address: str = "") -> tuple[Proxy, str]:
        """Open a proxy to an endpoint; return it with the URL that the service reaches it under.

        It listens where the runner's instances reach it, or at another `address` of this machine.
        """
        proxy = Proxy(self._loop, address or self.runner.listen, ports.reserve(), endpoint.address)
        return proxy, endpoint.moved(address or self.runner.gateway, proxy.port)

    def folder(self) -> Path:
        """Make an empty folder that ends with the run."""
        return Path(tempfile.mkdtemp(dir=self._scratch.folder))

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """Make something once; whoever comes meanwhile waits for it, and meets the same failure."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._made:
                try:
                    self._made[key] = make()
                except (Failed, NotApplicable, Skipped) as outcome:
                    self._made[key] = outcome
        made = self._made[key]
        if isinstance(made, Failed | NotApplicable | Skipped):
            raise made
        return made

    def take(self, key: str) -> Any:
        """Return what a check has left under this key, to this check alone; None if nothing is there."""
        with self._lock:
            return self._left.pop(key, None)

    def leave(self, key: str, thing: Any) -> None:
        """Leave something for the next check that asks for it."""
        with self._lock:
            self._left[key] = thing

    def forget_late(self) -> None:
        """Let what was not made in time be tried again."""
        self._made = {key: made for key, made in self._made.items() if not isinstance(made, Late)}

    def give_up_after(self, key: str) -> None:
        """Fail at once if what everything builds on has failed: nobody waits for the same thing twice.

        Raises:
            Failed: it has.
        """
        made = self._made.get(key)
        if isinstance(made, Failed):
            raise made

    def lasting(self) -> "Bench":
        """Return a bench whose services live as long as the run."""
        from scaffold.verify.bench import Bench  # noqa: PLC0415 - a bench builds on the site

        bench = Bench(self)
        self._closing.callback(bench.close)
        return bench

    def close(self) -> None:
        """End all that is shared."""
        self._closing.close()
        self._loop.close()
