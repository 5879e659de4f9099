"""One container under every restriction at once: where it gets ready, it does under each of them."""

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed

READ_ONLY = ("--read-only", "--tmpfs", "/tmp")  # noqa: S108 - in the container
ANY_USER = ("--user", "64321:0")
UNPRIVILEGED = ("--cap-drop", "ALL", "--security-opt", "no-new-privileges")


def ready_under(bench: Bench, restriction: tuple[str, ...]) -> str:
    """Start a container under a restriction; return how that went.

    The first start is under all of them, once for all checks; where that fails each check starts its own.

    Raises:
        Failed: it does not get ready.
    """
    every: tuple[str, ...] = (*READ_ONLY, *ANY_USER, *UNPRIVILEGED)
    try:
        seconds, words = bench.once("hardened", lambda lasting: started(lasting, every)), every
    except Failed:
        seconds, words = started(bench, restriction), restriction
    return f"ready under `{' '.join(words)}` after {seconds:.2f} s"


def started(bench: Bench, options: tuple[str, ...]) -> float:
    """Start a container with options of `docker run`; return the seconds until it was ready."""
    return bench.start(options={"docker": options}).ready_after
