"""How the process types end that serve no application, and start again."""

import signal

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.service import Service

from .shutdown import IDLE_SECONDS, clean_exit


def others(bench: Bench) -> list[str]:
    """Every process type but `web`.

    Raises:
        NotApplicable: there is none.
    """
    found = [name for name in bench.contract.processes if name != "web"]
    if not found:
        raise NotApplicable("there is no process type but `web`")
    return found


@check(
    id="ix-process-types-end",
    factor="IX",
    promise="Every other process type ends cleanly on SIGTERM as well",
    fix="Let workers and schedulers handle SIGTERM: finish or give back the job, then exit with 0.",
    turn="workers",
)
def process_types_end(bench: Bench) -> list[str]:
    """Send SIGTERM to each process type but `web`."""
    evidence = []
    for name in others(bench):
        service = running(bench, name, bench.start(name, until="started"))
        service.terminate()
        evidence.append(f"{name}: {clean_exit(service, IDLE_SECONDS)}")
    return evidence


@check(
    id="ix-process-types-kill-9",
    factor="IX",
    promise="Every other process type starts again at once after kill -9",
    fix="Rely on no file that a clean end removes, and on no lock that a dead process holds.",
    turn="workers",
)
def process_types_killed(bench: Bench) -> list[str]:
    """Kill each process type but `web`, start it again with the same port and the same /tmp."""
    evidence = []
    for name in others(bench):
        temporary = bench.folder()
        first = running(bench, name, bench.start(name, until="started", temporary=temporary))
        first.signal(signal.SIGKILL)
        first.wait(IDLE_SECONDS)
        first.close()
        again = bench.start(name, until="started", temporary=temporary, port=first.port)
        evidence.append(f"{name}: kill -9, then up again after {running(bench, name, again).uptime:.2f} s")
    return evidence


def running(bench: Bench, name: str, service: Service) -> Service:
    """Wait until a process is ready, or has lived for its budget where it serves no probes.

    Raises:
        Failed: it ended.
    """
    if name in bench.contract.http_processes:
        service.await_ready(bench.patience)
    elif (code := service.wait(bench.contract.ready_seconds)) is not None:
        raise Failed(f"{name} ended with {code}", service.log.tail())
    return service
