"""How the process types end that serve no application, and start again."""

import signal

from scaffold.verify.bench import Bench
from scaffold.verify.registry import NotApplicable, check

from .crews import crew
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
    long=True,
)
def process_types_end(bench: Bench) -> list[str]:
    """Send SIGTERM to each process type but `web`."""
    evidence = []
    for name in others(bench):
        with crew(bench, name) as processes:
            service = processes.pop()
            service.terminate()
            evidence.append(f"{name}: {clean_exit(service, IDLE_SECONDS)}")
    return evidence


@check(
    id="ix-process-types-kill-9",
    factor="IX",
    promise="Every other process type starts again at once after kill -9",
    fix="Rely on no file that a clean end removes, and on no lock that a dead process holds.",
    turn="workers",
    long=True,
)
def process_types_killed(bench: Bench) -> list[str]:
    """Kill each process type but `web`, start it again with the same port and the same /tmp."""
    evidence = []
    for name in others(bench):
        with crew(bench, name) as processes:
            first = processes.pop()
            first.signal(signal.SIGKILL)
            first.wait(IDLE_SECONDS)
            first.close()
            again = processes.start(port=first.port)
            evidence.append(f"{name}: kill -9, then up again after {again.uptime:.2f} s")
    return evidence
