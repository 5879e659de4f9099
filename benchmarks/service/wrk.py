"""Kinds of requests, and what wrk sees when it sends them."""

import json
import re
import secrets
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from typing import Any

from process import Server

CONNECTIONS = 50
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
SEEDED = 200_000
"""Orders that are there before the load, so that each reading may ask for another one."""
THIS_RUN = secrets.token_hex(4)
"""What the ids of those orders begin with: an earlier run may have left its own in the cache."""
SEED = (
    "INSERT INTO orders (id, item, quantity, status) "  # noqa: S608 - numbers of ours
    f"SELECT ('{THIS_RUN}-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'tea', 2, 'confirmed' "
    f"FROM generate_series(1, {SEEDED}) n"
)

OPENING_SECONDS = 1
OPEN_FIRST = f"""local opened = 0
function delay()
  opened = opened + 1
  return opened <= {CONNECTIONS} and {OPENING_SECONDS * 1000} or 0
end
"""
"""Opens every connection before one is used. A server takes one of them a turn of its loop, the last
after all others have asked: what they wait for would be the slowest hundredth."""

POST = """wrk.method = "POST"
wrk.body = '{"item": "tea", "quantity": 2}'
wrk.headers["Content-Type"] = "application/json"
"""
ANOTHER = f"""local number = %d
request = function()
  number = number + 1
  return wrk.format("GET", string.format("/orders/{THIS_RUN}-0000-4000-8000-%%012x", number))
end
"""
MIXED = """local number = 0
local body = '{"item": "tea", "quantity": 2}'
local json = {["Content-Type"] = "application/json"}
request = function()
  number = number + 1
  if number %% 4 == 0 then return wrk.format("POST", "/orders", json, body) end
  return wrk.format("GET", "%s")
end
"""


@dataclass
class Scenario:
    """One kind of request; `script` is for wrk, and `{}` in it for the number of the next order."""

    name: str
    path: str
    script: str = ""
    _asked: int = 0

    def next_script(self) -> str:
        """Return the script of the next run, which asks for orders that no run has asked for."""
        return self.script % self._asked if "%d" in self.script else self.script


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw, and what it took of the server's processor."""

    per_second: float
    p99_ms: float
    cpu_ms: float


def load(server: Server, scenario: Scenario, seconds: int) -> Load:
    """Run wrk once; any answer but 2xx ends the benchmark."""
    before = server.cpu_seconds()
    output = run(server.url + scenario.path, scenario.next_script(), seconds)
    used = server.cpu_seconds() - before
    requests = re.search(r"(\d+) requests in", output)
    if requests is None or requests[1] == "0":
        sys.exit(f"error: nothing was answered\n{output}")
    answered = int(requests[1])
    # Those that were on their way at the end are not counted as answered.
    scenario._asked += answered + CONNECTIONS
    slow, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", output)[0]
    return Load(answered / seconds, float(slow) * UNITS[unit], 1000 * used / answered)


def run(url: str, script: str, seconds: int) -> str:
    """What wrk prints of `seconds` under load."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(OPEN_FIRST + script)
        file.flush()
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds + OPENING_SECONDS}s", "--latency"]
        options += ["--timeout", "30s", "-s", file.name]
        output = subprocess.run(["wrk", *options, url], check=True, text=True, stdout=subprocess.PIPE).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"error: {url} failed\n{output}")
    return output


def place(url: str) -> str:
    """Place an order and return its path."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        url + "/orders", b'{"item": "tea", "quantity": 2}', {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
        order: dict[str, Any] = json.load(answer)
    return f"/orders/{order['id']}"
