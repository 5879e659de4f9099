"""The image needs no privilege."""

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, check
from scaffold.verify.runners.docker import DockerRunner

from .hardened import ANY_USER, UNPRIVILEGED, ready_under


@check(
    id="sec-any-uid",
    factor="SEC",
    promise="The image runs as any numeric user",
    fix="Make files readable by all, write only below /tmp, look no user name up.",
    needs=["docker"],
)
def any_uid(bench: Bench) -> str:
    """Start as a user that the image does not know."""
    return ready_under(bench, ANY_USER)


@check(
    id="sec-no-capabilities",
    factor="SEC",
    promise="The image runs without capabilities, and may not gain any",
    fix="Listen on a port above 1023; run no setuid program.",
    needs=["docker"],
)
def no_capabilities(bench: Bench) -> str:
    """Start with all capabilities dropped and no-new-privileges."""
    return ready_under(bench, UNPRIVILEGED)


@check(
    id="sec-unprivileged-user",
    factor="SEC",
    promise="The image's own user is a number other than 0",
    fix="End the Dockerfile with USER 65532:65532: Kubernetes cannot prove of a name that it is not root.",
    needs=["docker"],
)
def unprivileged_user(bench: Bench) -> str:
    """Read the image's user."""
    runner = bench.site.runner
    assert isinstance(runner, DockerRunner)  # noqa: S101 - `needs` says so
    user = str(runner.configuration().get("User") or "")
    number = user.partition(":")[0]
    if not number.isdecimal() or int(number) == 0:
        raise Failed(f"the image's user is `{user or 'root'}`")
    return f"the image's user is {user}"
