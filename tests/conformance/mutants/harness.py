"""Runs the suite against the reference service, whole or with one promise broken."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scaffold.verify import contract as contracts
from scaffold.verify.report import Report, Result
from scaffold.verify.run import Options, run

from . import project
from .database import Database
from .project import REFERENCE, document

__all__ = ["REFERENCE", "Surroundings", "document", "surroundings", "verify"]


@dataclass(frozen=True)
class Surroundings:
    """What stands around the reference service: a main and a spare instance of each database."""

    databases: tuple[Database, ...]
    caches: tuple[Database, ...]

    def options(self, only: Sequence[str]) -> Options:
        """Choose checks to run against them."""
        given = {
            "database": [database.url for database in self.databases],
            "cache": [cache.url for cache in self.caches],
        }
        return Options(runner="host", only=only, given=given)


@contextmanager
def surroundings() -> Iterator[Surroundings]:
    """Start two databases and two caches; the first database is the one that the service calls home."""
    with Database() as main, Database() as spare, Database() as cache, Database() as other:
        main.values["home"] = "yes"
        yield Surroundings((main, spare), (cache, other))


def verify(folder: Path, broken: str | None = None, only: Sequence[str] = ()) -> Report:
    """Write a project for the reference service, start its databases, and run the suite against it."""
    project.write(folder, broken)
    with surroundings() as around:
        return run(contracts.load(folder), around.options(only), _quiet)


def _quiet(_: Result) -> None:
    return
