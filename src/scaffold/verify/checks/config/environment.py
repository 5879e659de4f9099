"""The environment is the only configuration."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from scaffold.verify.bench import Bench
from scaffold.verify.client import Answer
from scaffold.verify.contract import Variable
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.service import Service
from scaffold.verify.trace import traced

FAMOUS = {
    "ENV": "production",
    "ENVIRONMENT": "production",
    "APP_ENV": "production",
    "NODE_ENV": "production",
    "GO_ENV": "production",
    "RAILS_ENV": "production",
    "FLASK_ENV": "development",
    "SPRING_PROFILES_ACTIVE": "dev",
    "DEBUG": "1",
    "HOST": "192.0.2.1",
    "LOGLEVEL": "error",
}
CONFIGURATION = re.compile(
    r"(\.env.*|.*\.(env|ini|cfg|conf|ya?ml|toml|properties)|(config|settings|appsettings).*\.json)\Z",
    re.IGNORECASE,
)
INSTALLED = {".venv", "venv", "node_modules", "site-packages", "dist-packages", "__pycache__", "vendor"}


def optional(bench: Bench) -> list[Variable]:
    """Variables that may be absent; the port and the backing services are the suite's own business."""
    kept = {bench.contract.http.port_variable, *bench.contract.backing_variables}
    return [
        variable
        for variable in bench.contract.variables
        if not variable.required and variable.set_by is None and variable.name not in kept
    ]


@check(
    id="iii-declared-defaults",
    factor="III",
    promise="Each declared default is a value that the service accepts",
    fix="State the same default in the code and in the contract.",
)
def declared_defaults(bench: Bench) -> str:
    """Start with every default set explicitly."""
    env = {variable.name: variable.default for variable in optional(bench) if variable.default is not None}
    if not env:
        raise NotApplicable("the contract declares no default")
    bench.start(env=env)
    return f"ready with {', '.join(f'{name}={value}' for name, value in env.items())}"


@check(
    id="iii-empty-is-absent",
    factor="III",
    promise="An empty value means the same as an absent one",
    fix="Treat an empty string as unset before parsing: compose files and manifests pass empty values on.",
)
def empty_is_absent(bench: Bench) -> str:
    """Start with every optional variable empty."""
    names = [variable.name for variable in optional(bench)]
    if not names:
        raise NotApplicable("the contract has no optional variable")
    bench.start(env=dict.fromkeys(names, ""))
    return f"ready with {', '.join(names)} empty"


@check(
    id="iii-undeclared-variables",
    factor="III",
    promise="A variable that the contract does not declare changes nothing",
    fix="Read no environment name and no undeclared switch; declare what you read.",
)
def undeclared_variables(bench: Bench) -> str:
    """Compare a process that is given the famous undeclared variables with one that is not."""
    env = {name: value for name, value in FAMOUS.items() if bench.contract.variable(name) is None}
    with_them, without = behaviour(bench.start(env=env), bench), behaviour(bench.shared, bench)
    for what, seen in with_them.items():
        if seen != without[what]:
            raise Failed(f"with {', '.join(env)} set, {what} became {seen}; it was {without[what]}")
    return f"{len(env)} famous variables set ({', '.join(env)}): same answers and log fields"


def behaviour(service: Service, bench: Bench) -> Mapping[str, str]:
    """What a process shows of itself: the shape of its answers and of its log."""
    paths = [bench.contract.http.liveness, "/no-such-route", "/docs", "/debug"]
    seen = {f"GET {path}": shape(service.get(path)) for path in paths}
    record = (
        service.record(lambda record: str(record.get("status")) == "404")
        or (service.log.records() or [{}])[-1]
    )
    return {**seen, "the fields of a log line": ", ".join(sorted(record))}


def shape(answer: Answer) -> str:
    """Describe an answer without what differs each time."""
    return f"{answer.status} {answer.headers.get('content-type')} with {', '.join(sorted(answer.headers))}"


@check(
    id="iii-two-configurations",
    factor="III",
    promise="One artefact serves two configurations at once: LOG_LEVEL alone changes what is logged",
    fix="Read LOG_LEVEL at start and let the logger drop what is below it.",
    needs=["variable:LOG_LEVEL"],
)
def two_configurations(bench: Bench) -> list[str]:
    """Start one process with the least verbose level, beside one with the default."""
    variable = bench.contract.variable("LOG_LEVEL")
    level = (variable.values if variable else ())[-1:] or ("error",)
    quiet = bench.start(env={"LOG_LEVEL": level[0]})
    path = bench.contract.http.liveness
    quiet.get(path)
    bench.shared.get(path)
    if bench.shared.record(lambda record: str(record.get("level")).lower() == "info") is None:
        raise Failed("the default configuration logs nothing at level info")
    if loud := [line for line in quiet.log.lines if '"info"' in line.lower()]:
        raise Failed(f"with LOG_LEVEL={level[0]} it still wrote `{loud[0][:200]}`")
    return [
        f"both run {bench.site.artefact}",
        f"LOG_LEVEL={level[0]}: {len(quiet.log.lines)} lines, none at level info; the default logs them",
    ]


@check(
    id="iii-no-file",
    factor="III",
    promise="No configuration file is read",
    fix="Take everything that differs between deployments from the environment, nothing from a file.",
    needs=["strace"],
)
def no_file(bench: Bench) -> str:
    """Trace a whole life and look for configuration files among what was opened."""
    read = traced(bench).read
    root = str(bench.contract.root)
    suspects = {
        path
        for path in read
        if path.startswith(root)
        and CONFIGURATION.match(PurePath(path).name)
        and not INSTALLED & set(PurePath(path).parts)
    }
    if suspects:
        raise Failed(f"it read {', '.join(sorted(suspects))}")
    return f"{len(read)} files opened from start to end, no configuration file of the project among them"
