"""No job is lost with the worker that was at it."""

import signal

from scaffold.verify.bench import Bench
from scaffold.verify.checks.backing_services.faults import Broken
from scaffold.verify.jobs import Jobs
from scaffold.verify.registry import Late, check
from scaffold.verify.service import Service

from .crews import crew_of
from .shutdown import IDLE_SECONDS, clean_exit

DEATH_SECONDS = 5.0
JOBS = 24
SLOWED_SECONDS = 0.05
"""So late is every word to and from a backing service: no worker is done before it is told to end."""


def interrupted(bench: Bench) -> tuple[Jobs, Service]:
    """Leave jobs, start a worker whose backing services are slow, come back when it has begun with them."""
    bench.dismiss(crew_of(bench.contract.requests["job"].process))
    jobs = Jobs(bench, JOBS)
    slow = Broken(bench)
    for proxy in slow.proxies.values():
        proxy.delay(SLOWED_SECONDS)
    worker = bench.start(jobs.request.process, env=slow.env, until="started")
    jobs.await_first(worker)
    return jobs, worker


@check(
    id="ix-worker-sigterm",
    factor="IX",
    promise="A worker that is told to end finishes its job or gives it back; none is lost",
    fix="Acknowledge a job when it is done, not when it comes; stop taking more at SIGTERM.",
    needs=["backing", "request:job"],
    turn="workers",
    long=True,
)
def worker_sigterm(bench: Bench) -> list[str]:
    """SIGTERM a worker amid jobs, start another one."""
    jobs, worker = interrupted(bench)
    worker.terminate()
    ended = clean_exit(worker, IDLE_SECONDS + bench.contract.grace_seconds)
    left = len(jobs.paths) - len(jobs.done())
    another = bench.start(jobs.request.process, until="started")
    seconds = jobs.await_done(another, len(jobs.paths), f"{left} jobs were left by a worker at SIGTERM")
    return [f"SIGTERM amid jobs: {ended}, {left} left", f"all done by the next one after {seconds:.2f} s"]


@check(
    id="ix-worker-kill-9",
    factor="IX",
    promise="kill -9 of a worker loses no job",
    fix="Acknowledge a job after its effect is committed; let the broker hand it out again.",
    needs=["backing", "request:job"],
    turn="workers",
    long=True,
)
def worker_killed(bench: Bench) -> list[str]:
    """Kill -9 a worker amid jobs, start another one."""
    jobs, worker = interrupted(bench)
    worker.signal(signal.SIGKILL)
    worker.wait(DEATH_SECONDS)
    left = len(jobs.paths) - len(jobs.done())
    if not left:
        raise Late(f"all {len(jobs.paths)} jobs were done before the worker could be killed")
    another = bench.start(jobs.request.process, until="started")
    seconds = jobs.await_done(another, len(jobs.paths), f"{left} jobs were left by a worker at kill -9")
    return [f"kill -9 amid jobs: {left} left", f"all done by the next one after {seconds:.2f} s"]
