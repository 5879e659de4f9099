"""More load is more processes, and one request does not hold up another."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from scaffold.verify.bench import Bench
from scaffold.verify.checks.disposability.crews import crew
from scaffold.verify.checks.disposability.process_types import others
from scaffold.verify.checks.processes.replicas import pair
from scaffold.verify.client import head
from scaffold.verify.registry import Failed, check

SLOW_CLIENTS = 20
REQUESTS = 60
THREADS = 12


@check(
    id="viii-process-types",
    factor="VIII",
    promise="Each other process type scales on its own: two of it run side by side, by its own command",
    fix="Let no process start or need another one; they meet in the backing services only.",
    turn="workers",
    long=True,
)
def process_types(bench: Bench) -> list[str]:
    """Start two processes of each type but `web`, that share /tmp."""
    evidence = []
    for name in others(bench):
        with crew(bench, name) as processes:
            processes.grown(2)
        evidence.append(f"two of {name} run side by side")
    return evidence


@check(
    id="viii-concurrent-requests",
    factor="VIII",
    promise=f"{REQUESTS} requests by {THREADS} clients at once are all answered by two replicas",
    fix="Bound pools, not clients; let excess wait instead of failing.",
    needs=["request:sample"],
    alone=True,
    measures=True,
)
def concurrent_requests(bench: Bench) -> str:
    """Send many requests at once to two replicas in turn; the throughput is told, not judged."""
    replicas, sample = pair(bench), bench.contract.requests["sample"]
    begun = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(
            pool.map(lambda number: replicas[number % 2].send(sample, timeout=10), range(REQUESTS))
        )
    seconds = time.monotonic() - begun
    if wrong := [answer for answer in answers if answer.status != sample.status]:
        raise Failed(f"{len(wrong)} of {REQUESTS} answers were not {sample.status}: {wrong[0]}")
    return f"{REQUESTS} answers, {REQUESTS / seconds:.0f} a second with two replicas (measured, not judged)"


@check(
    id="viii-slow-clients",
    factor="VIII",
    promise=f"{SLOW_CLIENTS} clients that stop in the middle of a request hold up nobody else",
    fix="Serve each connection on its own; a worker that waits for a client serves nobody.",
    turn="quiet",
)
def slow_clients(bench: Bench) -> str:
    """Leave many requests half sent and ask for something else."""
    path = bench.contract.http.liveness
    with bench.quiet() as service:
        with ExitStack() as stack:
            for _ in range(SLOW_CLIENTS):
                connection = stack.enter_context(service.connect())
                connection.send(head("GET", path, {"Host": "service"})[:-4])
            answer = service.get(path, timeout=3.0)
        if not answer.ok:
            raise Failed(f"beside {SLOW_CLIENTS} half-sent requests {path} was {answer}")
        return (
            f"beside {SLOW_CLIENTS} half-sent requests {path} was answered in {answer.seconds * 1000:.0f} ms"
        )
