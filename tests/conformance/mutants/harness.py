"""Runs the suite against the reference service, whole or with one promise broken."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from scaffold.verify import contract as contracts
from scaffold.verify import ports
from scaffold.verify.report import Report, Result
from scaffold.verify.run import Options, run

from .database import Database

REFERENCE = Path(__file__).parent / "reference"


@dataclass(frozen=True)
class Surroundings:
    """What stands around the reference service: its databases."""

    databases: tuple[Database, ...]
    caches: tuple[Database, ...]

    def options(self, only: Sequence[str], jobs: int = 0) -> Options:
        """Choose checks to run against them."""
        given = {
            "database": [database.url for database in self.databases],
            "cache": [cache.url for cache in self.caches],
        }
        return Options(runner="host", only=only, given=given, jobs=jobs)


@contextmanager
def surroundings() -> Iterator[Surroundings]:
    """Start two databases and two caches."""
    with Database() as first, Database() as second, Database() as third, Database() as fourth:
        yield Surroundings((first, second), (third, fourth))


def verify(folder: Path, around: Surroundings, broken: str | None = None, only: Sequence[str] = ()) -> Report:
    """Write a project for the reference service, and run the suite against it."""
    project(folder, broken)
    return run(contracts.load(folder), around.options(only), _quiet)


def _quiet(_: Result) -> None:
    return


def project(folder: Path, broken: str | None = None) -> None:
    """Write the files that a project of the reference service has."""
    port = ports.reserve()
    switch = [f"--break={broken}"] if broken else []
    command = [sys.executable, "-I", "-S", "-B", str(REFERENCE), *switch, str(port)]
    (folder / contracts.FILE_NAME).write_text(yaml.safe_dump(document(command, port)), encoding="utf-8")


def document(command: list[str], port: int) -> dict[str, object]:
    """The reference service's contract."""
    grace = {"type": "integer", "required": False, "secret": False}
    return {
        "version": 1,
        "name": "reference",
        "processes": {"web": {"command": [*command, "web"], "http": True}},
        "http": {
            "port_variable": "PORT",
            "liveness": "/livez",
            "readiness": "/readyz",
            "metrics": "/metrics",
            "openapi": "/openapi.json",
            "version": "/version",
        },
        "variables": [
            {
                "name": "PORT",
                **grace,
                "default": str(port),
                "minimum": 1,
                "maximum": 65535,
                "malformed": "70000",
            },
            {
                "name": "LOG_LEVEL",
                **grace,
                "type": "enum",
                "values": ["debug", "info", "warning", "error"],
                "default": "info",
                "malformed": "loud",
            },
            {"name": "SHUTDOWN_GRACE_SECONDS", **grace, "default": "25", "minimum": 1, "malformed": "soon"},
            {"name": "SHUTDOWN_DELAY_SECONDS", **grace, "default": "0", "minimum": 0, "malformed": "-1"},
            {"name": "DATABASE_URL", "type": "url", "required": True, "secret": True, "malformed": "nowhere"},
            {"name": "CACHE_URL", "type": "url", "required": False, "secret": True, "malformed": "nowhere"},
            {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", **grace, "type": "url", "malformed": "collector"},
            {"name": "SERVICE_REVISION", **grace, "type": "string", "default": "unknown", "set_by": "image"},
        ],
        "services": [
            {"id": "database", "variable": "DATABASE_URL", "readiness": "required"},
            {"id": "cache", "variable": "CACHE_URL", "readiness": "reported"},
        ],
        "budgets": {"ready_seconds": 1, "grace_seconds": 25},
        "requests": {
            "sample": {"method": "GET", "path": "/hello", "status": 200},
            "create": {"method": "POST", "path": "/hello", "json": {"name": "Ada"}, "status": 200},
        },
    }
