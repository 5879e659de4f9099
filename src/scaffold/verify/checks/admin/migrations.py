"""The schema moves by one-off commands, safely."""

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, check

from .one_off import SECONDS, finished, succeeded

UP = "migration:up"
INTERRUPT_BYTES = (1500, 4000)


@check(
    id="xii-migrate-twice",
    factor="XII",
    promise="Migrating again changes nothing and is no error",
    fix="Record which migrations were applied; skip those.",
    needs=["backing", UP],
)
def migrate_twice(bench: Bench) -> str:
    """Run the migration on a schema that is up to date."""
    bench.prepare()
    succeeded(bench, bench.contract.migrations["up"])
    return "on an up-to-date schema it ended with 0"


@check(
    id="xii-migrate-at-once",
    factor="XII",
    promise="Two migrations at once are as good as one",
    fix="Take a lock in the database before looking at what is applied.",
    needs=["backing", UP],
    turn="spare",
    long=True,
)
def migrate_at_once(bench: Bench) -> str:
    """Take the spare database's schema back, then start two migrations at the same moment."""
    command, env = bench.contract.migrations["up"], bench.spare_environment()
    take_back(bench, env)
    both = [bench.run(command, env=env) for _ in range(2)]
    codes = [service.ended(SECONDS) for service in both]
    if codes != [0, 0]:
        worst = next(service for service, code in zip(both, codes, strict=True) if code != 0)
        raise Failed(f"two at once ended with {codes[0]} and {codes[1]}", worst.log.tail())
    ready = bench.start(env=env)
    return f"two at once ended with 0 and 0; the service was ready on it after {ready.ready_after:.2f} s"


def spare_up(bench: Bench, env: dict[str, str | None]) -> None:
    """Bring the spare database's schema up to date, once; every check leaves it so.

    Raises:
        Failed: the migration fails.
    """
    up = bench.contract.migrations["up"]
    bench.once("spare-up", lambda lasting: succeeded(lasting, up, env))


def take_back(bench: Bench, env: dict[str, str | None]) -> None:
    """Undo the newest migration of the spare database, where there is a way back."""
    if "down" in bench.contract.migrations:
        spare_up(bench, env)
        finished(bench, bench.contract.migrations["down"], env)


@check(
    id="xii-down-and-up",
    factor="XII",
    promise="The newest migration can be taken back and applied again",
    fix="Give each migration a way back.",
    needs=["backing", UP, "migration:down"],
    turn="spare",
    long=True,
)
def down_and_up(bench: Bench) -> str:
    """Go up, down and up again on the spare database."""
    up, down = bench.contract.migrations["up"], bench.contract.migrations["down"]
    env = bench.spare_environment()
    spare_up(bench, env)
    for command in (down, up):
        succeeded(bench, command, env)
    bench.start(env=env)
    return "up, down, up: exit code 0 each; the service was ready on that schema"


@check(
    id="xii-failing-migration",
    factor="XII",
    promise="A migration that is cut in its middle fails, and the next one succeeds",
    fix="Run each migration in a transaction, with the record that it was applied.",
    needs=["backing", UP],
    turn="spare",
    long=True,
)
def failing_migration(bench: Bench) -> list[str]:
    """Lose the spare database after some bytes of a migration, then migrate again."""
    evidence, command = [], bench.contract.migrations["up"]
    env = bench.spare_environment()
    for size in INTERRUPT_BYTES:
        take_back(bench, env)
        cut = bench.cut_spare_environment(size)
        code = finished(bench, command, cut).poll()
        evidence.append(f"database lost after {size} bytes: exit code {code}")
        service = finished(bench, command, env)
        if service.poll() != 0:
            raise Failed(*evidence, f"then it ended with {service.poll()}", service.log.tail())
    if all(text.endswith("exit code 0") for text in evidence):
        raise Failed(*evidence, "a lost database was no failure")
    bench.start(env=env)
    return [*evidence, "up after each: exit code 0; the service was ready"]


@check(
    id="xii-migrate-without-database",
    factor="XII",
    promise="Without its database a migration fails in bounded time",
    fix="Bound the connection attempt; end with an error line and an exit code.",
    needs=["backing", UP],
)
def migrate_without_database(bench: Bench) -> str:
    """Run the migration while every backing service is down."""
    env: dict[str, str | None] = {}
    for service in bench.contract.services:
        proxy, env[service.variable] = bench.proxy(service)
        proxy.refuse()
    ended = finished(bench, bench.contract.migrations["up"], env)
    if ended.poll() == 0:
        raise Failed("every backing service was down, and it ended with 0", ended.log.tail())
    return f"exit code {ended.poll()} after {ended.uptime:.1f} s"
