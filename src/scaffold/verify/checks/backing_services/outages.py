"""Backing services go away and come back; the process stays."""

from scaffold.verify.bench import Bench
from scaffold.verify.checks.admin.migrations import spare_up
from scaffold.verify.proxy import Proxy
from scaffold.verify.registry import Failed, check

from .faults import NOTICE_SECONDS, PROBE_SECONDS, Broken, behind_proxies, each_broken

ANSWER_SECONDS = 12.0
SLOW_SECONDS = 0.1


@check(
    id="iv-down-at-start",
    factor="IV",
    promise="A backing service that is down at start keeps the process alive, and ready by the contract",
    fix="Connect in the background; let liveness touch nothing, and readiness tell.",
    needs=["backing"],
)
def down_at_start(bench: Bench) -> list[str]:
    """Start with one service down at a time, then heal it."""
    evidence = []
    bench.prepare()
    for service in bench.contract.services:
        broken = Broken(bench)
        broken.proxies[service.id].refuse()
        process = bench.start(env=broken.env, until="live")
        what = f"{service.id} down at start"
        evidence.append(broken.judged(process, service, what))
        broken.proxies[service.id].heal()
        process.await_healthy(service, NOTICE_SECONDS)
        evidence.append(f"{service.id} up again: ready without a restart")
        process.close()
    return evidence


@check(
    id="iv-liveness",
    factor="IV",
    promise="Liveness is 200 at once, whatever the backing services do",
    fix="Let liveness touch nothing but the process itself.",
    needs=["backing"],
    turn="outages",
)
def liveness(bench: Bench) -> list[str]:
    """Ask liveness while every service refuses, then while every one hangs."""
    with behind_proxies(bench) as (broken, process):
        for proxy in broken.proxies.values():
            proxy.refuse()
        evidence = [broken.alive(process, "all down")]
        for proxy in broken.proxies.values():
            proxy.heal()
            proxy.hang()
        return [*evidence, broken.alive(process, "all hanging")]


@check(
    id="iv-down",
    factor="IV",
    promise="Readiness follows an outage by the contract: 503 with the culprit, or 200 and degraded",
    fix="Ping each backing service in readiness, with a timeout, and weigh it as the contract says.",
    needs=["backing"],
    turn="outages",
)
def down(bench: Bench) -> list[str]:
    """Take one service away at a time."""
    return each_broken(bench, Proxy.refuse, "down")


@check(
    id="iv-hanging",
    factor="IV",
    promise="Readiness tells of a service that accepts and never answers, within its timeout",
    fix="Bound every ping and every connection attempt by a few seconds.",
    needs=["backing"],
    turn="outages",
)
def hanging(bench: Bench) -> list[str]:
    """Let one service hang at a time."""
    return each_broken(bench, Proxy.hang, "hanging")


@check(
    id="iv-bounded-answers",
    factor="IV",
    promise="While a backing service is down or hangs, requests are answered in bounded time",
    fix="Give every call a timeout; answer 503 with Retry-After when it is over.",
    needs=["backing", "request:sample"],
    turn="outages",
)
def bounded_answers(bench: Bench) -> list[str]:
    """Send the sample request while one service at a time is down, then hangs."""
    with behind_proxies(bench) as (broken, process):
        sample, evidence = bench.contract.requests["sample"], []
        for service in bench.contract.services:
            proxy = broken.proxies[service.id]
            for what, fault in (("down", proxy.refuse), ("hanging", proxy.hang)):
                fault()
                answer = process.send(sample, timeout=ANSWER_SECONDS)
                if answer.status not in (sample.status, 503):
                    raise Failed(f"{service.id} {what}: {sample.method} {sample.path} was {answer}")
                evidence.append(f"{service.id} {what}: {answer.status} after {answer.seconds:.2f} s")
                proxy.heal()
                process.await_healthy(service, NOTICE_SECONDS)
        return evidence


@check(
    id="iv-recovery",
    factor="IV",
    promise="After an outage the process works again without a restart",
    fix="Drop broken connections from the pool; connect again on demand.",
    needs=["backing", "request:sample"],
    turn="outages",
)
def recovery(bench: Bench) -> list[str]:
    """Take one service away, wait until it is noticed, heal it, send the sample request."""
    with behind_proxies(bench) as (broken, process):
        sample, evidence = bench.contract.requests["sample"], []
        for service in bench.contract.services:
            broken.proxies[service.id].refuse()
            process.send(sample, timeout=ANSWER_SECONDS)
            broken.proxies[service.id].heal()
            seconds = process.await_healthy(service, NOTICE_SECONDS)
            answer = process.send(sample)
            if answer.status != sample.status:
                raise Failed(f"{service.id} is back, and {sample.method} {sample.path} is {answer}")
            evidence.append(f"{service.id} back: ready after {seconds:.1f} s, {answer.status}")
        return evidence


@check(
    id="iv-cut",
    factor="IV",
    promise="Connections cut by the other side are replaced, and readiness is 200 again",
    fix="Check a pooled connection before use, or retry once on a fresh one.",
    needs=["backing", "request:sample"],
    turn="outages",
)
def cut(bench: Bench) -> list[str]:
    """Reset every open connection, then send requests."""
    with behind_proxies(bench) as (broken, process):
        sample, evidence = bench.contract.requests["sample"], []
        process.send(sample)
        for service in bench.contract.services:
            broken.proxies[service.id].cut()
            answers = [process.send(sample, timeout=ANSWER_SECONDS) for _ in range(3)]
            process.await_healthy(service, NOTICE_SECONDS)
            if answers[-1].status != sample.status:
                raise Failed(f"{service.id} cut: the third request after it was {answers[-1]}")
            evidence.append(f"{service.id} cut: then {', '.join(str(answer.status) for answer in answers)}")
        return evidence


@check(
    id="iv-slow",
    factor="IV",
    promise=f"A backing service that takes {SLOW_SECONDS:g} s longer slows requests, and breaks nothing",
    fix="Choose timeouts of seconds, not of milliseconds.",
    needs=["backing", "request:sample"],
    turn="outages",
)
def slow(bench: Bench) -> list[str]:
    """Delay each piece of data in both directions."""
    with behind_proxies(bench) as (broken, process):
        sample = bench.contract.requests["sample"]
        for proxy in broken.proxies.values():
            proxy.delay(SLOW_SECONDS)
        what = f"with {SLOW_SECONDS:g} s of delay"
        process.await_readiness(lambda answer: answer.ok, NOTICE_SECONDS, what)
        answer = process.send(sample, timeout=ANSWER_SECONDS)
        if answer.status != sample.status:
            raise Failed(f"{what} {sample.method} {sample.path} was {answer}")
        alive = broken.alive(process, f"within {PROBE_SECONDS:g} s")
        return [
            f"{sample.method} {sample.path}: {answer.status} after {answer.seconds:.2f} s",
            "ready",
            alive,
        ]


@check(
    id="iv-swap",
    factor="IV",
    promise="Another instance of a backing service is used by changing its URL alone",
    fix="Take host, port, user and name from the URL, nothing from the code.",
    needs=["backing", "request:sample"],
    turn="spare",
    long=True,
)
def swap(bench: Bench) -> list[str]:
    """Start with the URLs of the spare instances."""
    sample = bench.contract.requests["sample"]
    env = bench.spare_environment()
    if "up" in bench.contract.migrations:
        spare_up(bench, env)
    before = bench.spare_connections()
    answer = bench.start(env=env).send(sample)
    if answer.status != sample.status:
        raise Failed(f"on the other instances {sample.method} {sample.path} is {answer}")
    used = {name: count - before[name] for name, count in bench.spare_connections().items()}
    if unused := [name for name, count in used.items() if not count]:
        raise Failed(f"it did not connect to the other {', '.join(unused)}")
    return [f"ready on the other {name}: {count} connection(s)" for name, count in used.items()]
