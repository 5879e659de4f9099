"""The service brings everything that it needs."""

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, Skipped, check
from scaffold.verify.runners import CannotStart
from scaffold.verify.runners.container import Container
from scaffold.verify.runners.docker import DockerRunner
from scaffold.verify.runners.host import HostRunner

READY_SECONDS = 10.0
"""As long as a service gets at least; what its contract allows, where that is more."""


@check(
    id="ii-bare-surroundings",
    factor="II",
    promise="An empty HOME and a minimal PATH suffice",
    fix="Declare and ship every dependency; use no tool and no file of the user who starts the process.",
    needs=["host"],
)
def bare_surroundings(bench: Bench) -> str:
    """Start with an empty HOME and the system's PATH."""
    assert isinstance(bench.site.runner, HostRunner)  # noqa: S101 - `needs` says so
    home, path = bench.folder(), bench.site.runner.minimal_path()
    bench.start(env={"HOME": str(home), "PATH": path})
    if left := sorted(file.name for file in home.iterdir()):
        raise Failed(f"it left {', '.join(left)} in HOME")
    return f"ready with an empty HOME and PATH={path}"


@check(
    id="ii-no-network",
    factor="II",
    promise="The image gets ready without a way out to any network: nothing is fetched",
    fix="Install at build time; let a start need nothing but the declared backing services.",
    needs=["docker"],
)
def no_network(bench: Bench) -> str:
    """Start a container in a network where only the declared backing services are."""
    assert isinstance(bench.site.runner, DockerRunner)  # noqa: S101 - `needs` says so
    bench.prepare()
    try:
        network, address = bench.site.runner.closed_network()
    except CannotStart as reason:
        raise Skipped(f"no network without a way out: {reason}") from reason
    env: dict[str, str | None] = {}
    for service in bench.contract.services:
        _, env[service.variable] = bench.proxy(service, address)
    web = bench.start(env=env, until="started", options={"docker": ("--network", network)})
    assert isinstance(web.instance, Container)  # noqa: S101 - what this runner starts
    web.instance.enter(network, web.port or 0)
    web.await_ready(max(READY_SECONDS, bench.contract.ready_seconds))
    return f"ready after {web.ready_after:.2f} s where nothing but {_named(bench)} can be reached"


def _named(bench: Bench) -> str:
    return ", ".join(service.id for service in bench.contract.services) or "its own loopback"
