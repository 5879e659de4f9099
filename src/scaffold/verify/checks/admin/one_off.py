"""One-off commands run like the service: same release, same configuration."""

from scaffold.verify import logs
from scaffold.verify.bench import Bench
from scaffold.verify.checks.config.refusals import shown
from scaffold.verify.registry import Failed, Late, NotApplicable, check
from scaffold.verify.service import Service

SECONDS = 30.0
CREATE_ADMIN = "create-admin"
EMAIL = "verify@example.com"


def finished(bench: Bench, command: tuple[str, ...], env: dict[str, str | None] | None = None) -> Service:
    """Run a one-off command to its end.

    Raises:
        Failed: it is not over in time.
    """
    return over(bench.run(command, env=env))


def over(service: Service) -> Service:
    """Wait for the end of a one-off command.

    Raises:
        Failed: it is not over in time.
    """
    if service.ended(SECONDS) is None:
        raise Late(f"`{service.name}` was not over after {SECONDS:g} s", service.log.tail())
    return service


def succeeded(bench: Bench, command: tuple[str, ...], env: dict[str, str | None] | None = None) -> Service:
    """Run a one-off command that has to end with 0.

    Raises:
        Failed: it ends otherwise, or not in time.
    """
    service = finished(bench, command, env)
    if service.poll() != 0:
        raise Failed(f"`{service.name}` ended with {service.poll()}", service.log.tail())
    return service


@check(
    id="xii-console",
    factor="XII",
    promise="The console starts by its command and ends with its input",
    fix="Offer a command that opens a shell with the service's context.",
    needs=["admin:console"],
)
def console(bench: Bench) -> str:
    """Open the console with an empty input."""
    bench.site.require_backing()
    service = succeeded(bench, bench.contract.admin["console"])
    return f"with an empty input it ended with 0 after {service.uptime:.2f} s"


@check(
    id="xii-same-configuration",
    factor="XII",
    promise="One-off commands refuse the configuration that the service refuses",
    fix="Parse the environment in one place, before any command.",
)
def same_configuration(bench: Bench) -> list[str]:
    """Run each one-off command with every variable malformed."""
    env: dict[str, str | None] = {
        variable.name: variable.malformed for variable in bench.contract.variables if variable.malformed
    }
    commands = {**bench.contract.admin, **bench.contract.migrations}
    if CREATE_ADMIN in commands:
        commands[CREATE_ADMIN] = (*commands[CREATE_ADMIN], EMAIL)
    if not env or not commands:
        raise NotApplicable("the contract has no one-off command, or no malformed value")
    evidence = []
    started = {name: bench.run(command, env=env) for name, command in commands.items()}
    for name, service in started.items():
        if over(service).poll() == 0:
            raise Failed(f"{name} ended with 0 although {shown(env)}")
        if faults := logs.faults(service.log.lines):
            raise Failed(f"{name}, refusing its configuration: {faults[0]}")
        if not any(variable in service.log.text for variable in env):
            raise Failed(f"{name} ended with {service.poll()} and named no variable", service.log.tail())
        evidence.append(f"{name}: exit code {service.poll()}, faults named")
    return evidence


@check(
    id="xii-create-admin",
    factor="XII",
    promise="create-admin makes an administrator, and making the same one again is no error",
    fix="Insert or update by e-mail address in one statement.",
    needs=["backing", f"admin:{CREATE_ADMIN}"],
)
def create_admin(bench: Bench) -> str:
    """Create one administrator twice."""
    bench.prepare()
    for _ in range(2):
        succeeded(bench, (*bench.contract.admin[CREATE_ADMIN], EMAIL))
    return f"create-admin {EMAIL} twice: exit code 0 both times"
