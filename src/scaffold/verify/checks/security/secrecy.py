"""Secrets stay where they are."""

from pathlib import Path

from scaffold.verify.bench import Bench
from scaffold.verify.checks.backing_services.faults import Broken
from scaffold.verify.checks.backing_services.outages import ANSWER_SECONDS
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.runners.docker import DockerRunner
from scaffold.verify.secrets import leaks, secrets


@check(
    id="sec-no-secret-in-log",
    factor="SEC",
    promise="No secret stands in the log or in an answer, at the most verbose level and during outages",
    fix="Log a URL without its user and password; keep configuration objects out of messages.",
    needs=["backing"],
)
def no_secret_in_log(bench: Bench) -> str:
    """Run verbosely, take the backing services away meanwhile, read everything."""
    found = secrets(bench)
    broken = Broken(bench)
    level = bench.contract.variable("LOG_LEVEL")
    verbose: dict[str, str | None] = {"LOG_LEVEL": level.values[0]} if level and level.values else {}
    service = bench.start(env={**broken.env, **verbose})
    texts = []
    for fault in (None, "refuse"):
        for proxy in broken.proxies.values() if fault else ():
            proxy.refuse()
        texts += [service.get(bench.contract.http.readiness, timeout=ANSWER_SECONDS).text]
        texts += [
            service.send(request, timeout=ANSWER_SECONDS).text for request in bench.contract.requests.values()
        ]
    service.stop(bench.patience)
    for where, text in (("the log", service.log.text), ("an answer", "\n".join(texts))):
        if shown := leaks(text, found):
            raise Failed(f"the secret of {', '.join(shown)} stands in {where}")
    return (
        f"{len(service.log.lines)} lines and {len(texts)} answers, none with the secret of {', '.join(found)}"
    )


@check(
    id="sec-no-secret-in-arguments",
    factor="SEC",
    promise="No secret stands in the command line of a process, where every user can read it",
    fix="Pass secrets on in the environment of the process, never as arguments.",
    needs=["host"],
)
def no_secret_in_arguments(bench: Bench) -> str:
    """Read the command lines of a process and its children."""
    found, tree = secrets(bench), bench.shared.tree()
    for pid in tree:
        file = Path(f"/proc/{pid}/cmdline")
        line = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
        if shown := leaks(line, found):
            raise Failed(f"the secret of {', '.join(shown)} stands in the command line of process {pid}")
    return f"{len(tree)} command line(s), none with the secret of {', '.join(found)}"


@check(
    id="sec-no-secret-inherited",
    factor="SEC",
    promise="No secret stands in the environment of another program that the service starts",
    fix="Give each program that you start an environment of its own, with what it needs.",
    needs=["host"],
)
def no_secret_inherited(bench: Bench) -> str:
    """Read /proc/PID/environ of every descendant that runs another program than the service."""
    found, tree = secrets(bench), bench.shared.tree()
    programs = {pid: _read_link(Path(f"/proc/{pid}/exe")) for pid in tree}
    own = next(iter(programs.values()))
    others = {pid: program for pid, program in programs.items() if program not in ("", own)}
    for pid, program in others.items():
        file = Path(f"/proc/{pid}/environ")
        text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
        if shown := leaks(text, found):
            raise Failed(f"process {pid}, {program}, has the secret of {', '.join(shown)} in its environment")
    return f"{len(others)} process(es) of another program than {own}, none with a secret in its environment"


def _read_link(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


@check(
    id="sec-image-secrets",
    factor="SEC",
    promise="The image holds no value of a secret variable, in its environment or its history",
    fix="Mount build secrets; set secrets when the container starts.",
    needs=["docker"],
)
def image_secrets(bench: Bench) -> str:
    """Look for secret variables in the image's environment and in the commands that made it."""
    runner = bench.site.runner
    assert isinstance(runner, DockerRunner)  # noqa: S101 - `needs` says so
    names = [variable.name for variable in bench.contract.variables if variable.secret]
    if not names:
        raise NotApplicable("the contract has no secret variable")
    made = "\n".join([*(runner.configuration().get("Env") or ()), runner.history()])
    if shown := [name for name in names if f"{name}=" in made]:
        raise Failed(f"the image sets {', '.join(shown)}")
    return f"neither environment nor history sets {', '.join(names)}"
