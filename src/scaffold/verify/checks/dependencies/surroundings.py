"""The service brings everything that it needs."""

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, check
from scaffold.verify.runners.host import HostRunner


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
    promise="The image starts without a network: nothing is fetched",
    fix="Install at build time; let a start need nothing but the declared backing services.",
    needs=["docker"],
)
def no_network(bench: Bench) -> str:
    """Start a container that has only a loopback interface."""
    service = bench.start(until="started", options={"docker": ("--network", "none")})
    seconds = bench.contract.ready_seconds + 1
    if (code := service.wait(seconds)) is not None:
        raise Failed(f"without a network it ended with {code}", service.log.tail())
    return f"without a network it still runs after {seconds:g} s"
