"""The service is its own server, on the port that it is told."""

import socket

from scaffold.verify import client, ports
from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, Late, NotApplicable, Skipped, check
from scaffold.verify.service import Service


@check(
    id="vii-default-port",
    factor="VII",
    promise="Without its port variable the service listens on the declared default",
    fix="State the same default in the code and in the contract.",
    needs=["host"],
)
def default_port(bench: Bench) -> str:
    """Start without the port variable."""
    variable = bench.contract.variable(bench.contract.http.port_variable)
    if variable is None or not variable.default:
        raise NotApplicable("the contract declares no default port")
    port = int(variable.default)
    if not ports.is_free(port):
        raise Skipped(f"the default port {port} is taken on this machine")
    bench.start(env={variable.name: None}, port=port)
    return f"without {variable.name} it is ready on port {port}"


@check(
    id="vii-all-interfaces",
    factor="VII",
    promise="The service listens on every address, not only on 127.0.0.1",
    fix="Bind to 0.0.0.0 (or ::), never to localhost: a container's traffic comes from outside.",
    needs=["host"],
)
def all_interfaces(bench: Bench) -> str:
    """Connect to another address of this machine."""
    answer = client.request("127.0.0.2", bench.shared.address[1], "GET", bench.contract.http.liveness)
    if not answer.ok:
        raise Failed(f"on 127.0.0.2: {answer}")
    return "answered 200 on 127.0.0.2 too"


@check(
    id="vii-two-instances",
    factor="VII",
    promise="Two instances run side by side on one machine, different in their port only",
    fix="Take no second fixed port, no lock file and no fixed name in /tmp.",
)
def two_instances(bench: Bench) -> str:
    """Start two processes that share /tmp."""
    temporary = bench.folder()
    pair = [bench.start(temporary=temporary) for _ in range(2)]
    for service in pair:
        service.await_status(bench.contract.http.readiness, 200, 2)
    return f"both ready, on ports {' and '.join(str(service.address[1]) for service in pair)}"


def turned_away(bench: Bench) -> Service:
    """Start on a port that is taken, once for all checks."""

    def start(lasting: Bench) -> Service:
        port = ports.reserve()
        with socket.socket() as holder:
            holder.bind(("0.0.0.0", port))  # noqa: S104 - every address must be taken
            holder.listen()
            service = lasting.start(port=port, until="started")
            service.wait(lasting.patience)
        return service

    return bench.once("turned-away", start)


@check(
    id="vii-port-in-use",
    factor="VII",
    promise="When its port is taken the process says so and ends",
    fix="Let a failed bind end the process with an error line that names the port; retry nothing.",
    needs=["host"],
)
def port_in_use(bench: Bench) -> list[str]:
    """Start on a port that something else listens on."""
    service = turned_away(bench)
    code, port = service.poll(), service.address[1]
    if code is None:
        raise Late(f"it still runs {bench.patience:g} s after a start on a taken port", service.log.tail())
    if code == 0:
        raise Failed("it ended with exit code 0 although its port was taken", service.log.tail())
    words = (str(port), "in use", "EADDRINUSE")
    said = [line for line in service.log.lines if any(word in line for word in words)]
    if not said:
        raise Failed(f"it ended with {code} and did not say that port {port} is taken", service.log.tail())
    return [f"exit code {code}", said[-1][:300]]
