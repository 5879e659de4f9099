"""Processes start fast, and again after any end."""

import signal

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, Late, check

from .shutdown import IDLE_SECONDS

ATTEMPTS = 3
EARLY = (0.2, 0.6)
"""Where in the time to ready SIGTERM is sent."""


@check(
    id="ix-ready-time",
    factor="IX",
    promise="The process is ready within its budget",
    fix="Measure the imports and the connections of a start; connect lazily, load less.",
    alone=True,
    measures=True,
)
def ready_time(bench: Bench) -> str:
    """Take the fastest of three starts, less the time that it waited for a core."""
    budget, seconds = bench.contract.ready_seconds, float("inf")
    for _ in range(ATTEMPTS):
        service = bench.start()
        seconds = min(seconds, service.ready_after)
        service.close()
        if seconds <= budget:
            return f"ready after {seconds:.2f} s, budget {budget:g} s"
    raise Late(f"the fastest of {ATTEMPTS} starts took {seconds:.2f} s, budget {budget:g} s")


@check(
    id="ix-sigterm-before-ready",
    factor="IX",
    promise=f"SIGTERM before the process is ready ends it within {IDLE_SECONDS:g} s",
    fix="Install the signal handler first, and let no step of the start wait without listening to it.",
    needs=["host"],
)
def before_ready(bench: Bench) -> list[str]:
    """Send SIGTERM at two moments of the start (the kernel keeps an early one from a container)."""
    evidence, start = [], bench.shared.ready_at
    for part in EARLY:
        service = bench.start(until="started")
        service.wait(part * start)
        code, seconds = service.stop(IDLE_SECONDS)
        evidence.append(f"SIGTERM at {part:.0%} of the start: exit code {code} after {seconds:.2f} s")
    return evidence


@check(
    id="ix-kill-9-restart",
    factor="IX",
    promise="After kill -9 the same process starts again at once, on the same port",
    fix="Rely on no file that a clean end removes: no lock, no PID file, no socket in /tmp.",
)
def restart_after_kill(bench: Bench) -> str:
    """Kill a ready process, start it again with the same port and the same /tmp."""
    temporary = bench.folder()
    first = bench.start(temporary=temporary)
    first.signal(signal.SIGKILL)
    first.wait(IDLE_SECONDS)
    first.close()
    second = bench.start(temporary=temporary, port=first.port)
    return f"kill -9, then ready again on the same port after {second.ready_after:.2f} s"


@check(
    id="ix-no-orphan",
    factor="IX",
    promise="When the process has ended nothing that it started lives on",
    fix="Start no daemon; end and await every child before you exit.",
    needs=["host"],
)
def no_orphan(bench: Bench) -> str:
    """End a process and look for what it left behind."""
    service = bench.start()
    code, _ = service.stop(bench.patience)
    if left := service.leftovers():
        raise Failed(f"after its end with {code} there still was {', '.join(left)}")
    return f"after its end with {code} no descendant was left"


@check(
    id="ix-no-zombie",
    factor="IX",
    promise="A running process has no zombie children",
    fix="Await every child that you start; in an image use an init where children come from elsewhere.",
    turn="quiet",
)
def no_zombie(bench: Bench) -> str:
    """Look at the states of a process's children after it served requests."""
    with bench.quiet() as service:
        for request in bench.contract.requests.values():
            service.send(request, timeout=15)
        tree = service.tree()
        if zombies := [str(pid) for pid, state in tree.items() if state == "Z"]:
            raise Failed(f"zombies: {', '.join(zombies)}")
        return f"{len(tree)} process(es), no zombie"
