"""Workers share a queue."""

from scaffold.verify.bench import Bench
from scaffold.verify.checks.disposability.crews import Crew, crew
from scaffold.verify.jobs import Jobs, logged
from scaffold.verify.registry import Failed, Late, Skipped, check
from scaffold.verify.service import Service


@check(
    id="viii-job-once",
    factor="VIII",
    promise="Two workers on one queue do each job once in effect",
    fix="Take a job so that no other worker sees it; let doing it twice change nothing.",
    needs=["backing", "request:job"],
    turn="workers",
    long=True,
)
def job_once(bench: Bench) -> list[str]:
    """Start two workers, leave jobs, wait for all, count what the workers told of each."""
    request = bench.contract.requests["job"]
    with crew(bench, request.process) as processes:
        workers = side_by_side(processes)
        jobs = Jobs(bench)
        seconds = jobs.await_done(workers[0], len(jobs.paths), "two workers")
        evidence = [f"{len(jobs.paths)} jobs done by two workers after {seconds:.2f} s"]
        if request.log is None:
            return [*evidence, "how often is not told: the contract's `requests.job` has no `log`"]
        for worker in workers:
            worker.settle()
        counts = {path: logged(workers, request, path) for path in jobs.paths}
        if wrong := [f"{path}: {count} times" for path, count in counts.items() if count != 1]:
            raise Failed(f"`{request.log}` was not logged once for each job, but for {', '.join(wrong[:5])}")
        return [*evidence, f"`{request.log}` was logged once for each of them"]


def side_by_side(processes: Crew) -> list[Service]:
    """Return two running workers.

    Raises:
        Skipped: the second one refuses to start, which is another check's business.
    """
    try:
        return processes.grown(2)
    except Late:
        raise
    except Failed as reason:
        raise Skipped(
            f"two workers do not run side by side, as `viii-process-types` tells: {reason}"
        ) from reason
