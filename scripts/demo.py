"""Generate ./demo with the command line, start it, ask it a few things and stop it.

Usage: python scripts/demo.py [FOLDER]

The service keeps its cache in the process, so it needs no server: only Python, git and make. A folder that is
there already is started as it is.
"""

import contextlib
import http.client
import http.cookiejar
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
START_SECONDS = 15
STOP_SECONDS = 30


def say(text: str) -> None:
    """Print a line at once, in order with what the commands print."""
    print(text, flush=True)


def run(*command: str, folder: Path = ROOT) -> None:
    """Show a command and run it to its end; its failure ends the demo."""
    say(f"\n$ {' '.join(command)}")
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(command, cwd=folder, env=environment, check=True)


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> float:
    """Return the seconds until the service says that it is ready; its log goes with a failure."""
    start = time.monotonic()
    while time.monotonic() - start < START_SECONDS and process.poll() is None:
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            urllib.request.urlopen(f"{address}/readyz", timeout=1),  # noqa: S310 - our own loopback address
        ):
            return time.monotonic() - start
        time.sleep(0.05)
    sys.exit(f"error: the service did not become ready\n{log.read_text()}")


@contextlib.contextmanager
def service(folder: Path, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the process `web` of the project's Procfile; end it whatever happens."""
    web = next(line for line in (folder / "Procfile").read_text().splitlines() if line.startswith("web:"))
    command = web.removeprefix("web:").split()
    variables = {"PORT": str(port), "COOKIE_SECURE": "false"}
    shown = " ".join(f"{name}={value}" for name, value in variables.items())
    say(f"\n$ {shown} {' '.join(command)} > {log.name} &")
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=folder, env={"PATH": path, **variables}, stdout=sink)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def ask(opener: urllib.request.OpenerDirector, address: str, path: str, body: object = None) -> None:
    """Send one request and print what came back."""
    data = None if body is None else json.dumps(body).encode()
    shown = "" if data is None else f" --json '{data.decode()}'"
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        address + path, data, {"Content-Type": "application/json"} if data else {}
    )
    with opener.open(request, timeout=5) as response:
        say(f"\n$ curl{shown} '{address}{path}'\n{response.read().decode()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the service to stop and say how it ended."""
    say(f"\n$ kill -TERM {process.pid}")
    start = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=STOP_SECONDS)
    say(f"stopped cleanly: exit code {code} after {time.monotonic() - start:.1f} s")


def next_steps(folder: Path) -> list[str]:
    """Return what to type next; tools that only our environment has are put on PATH first."""
    tools = [] if shutil.which("uv") else [f'export PATH="$PATH:{BIN}"    # uv, which the project uses']
    return [
        *tools,
        f"cd {folder.name}",
        "make check test",
        "make dev    # with Docker: reloads on every edit",
    ]


def main() -> None:
    """Run the demo."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "demo").resolve()
    begin = time.monotonic()
    if folder.exists():
        say(f"{folder.name}/ is there already and is started as it is; remove it to start over")
    else:
        run("scaffold", "new", "demo", "--service", "redis", "--defaults", "--into", str(folder))
    run("make", "--silent", "setup", folder=folder)
    port = free_port()
    address, log = f"http://127.0.0.1:{port}", ROOT / ".cache" / "demo.log"
    log.parent.mkdir(exist_ok=True)
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(cookies)
    with service(folder, port, log) as process:
        say(f"ready after {wait_until_ready(address, process, log):.1f} s")
        ask(opener, address, "/hello?name=Ada")
        ask(opener, address, "/cart/items", {"item": "tea", "quantity": 2})
        ask(opener, address, "/cart")
        ask(opener, address, "/stats")
        stop(process)
    say(f"\ndone in {time.monotonic() - begin:.0f} s. {folder.name}/ is yours; try next:")
    for line in next_steps(folder):
        say(f"  {line}")


if __name__ == "__main__":
    main()
