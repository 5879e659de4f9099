"""What a pipeline talks to: a real registry, and the service's address that is also its provider's API."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.support import lab
from tests.support.tools import call

PATIENCE_SECONDS = 30


@contextmanager
def registry() -> Iterator[str]:
    """An empty image registry; its host and port."""
    lab.image("registry:2")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = f"scaffold-delivery-{os.getpid()}"
    command = ("run", "--detach", "--name", name, "--publish", f"127.0.0.1:{port}:5000", "registry:2")
    started = call("docker", *command)
    assert started.returncode == 0, started.stderr
    try:
        _wait_for(f"http://localhost:{port}/v2/")
        yield f"localhost:{port}"
    finally:
        call("docker", "rm", "--force", "--volumes", name)
        pushed = call("docker", "images", "--quiet", "--filter", f"reference=localhost:{port}/*").stdout
        for image in set(pushed.split()):
            call("docker", "rmi", "--force", image)


def _wait_for(url: str) -> None:
    """Wait until the address answers; before that, Docker takes connections and drops them."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            httpx.get(url, timeout=2).raise_for_status()
        except httpx.TransportError:
            assert time.monotonic() < end, f"{url} does not answer"
            time.sleep(0.1)
        else:
            return


@contextmanager
def outside() -> Iterator["Outside"]:
    """A server that answers until the test ends."""
    server = Outside(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Outside(ThreadingHTTPServer):
    """Answers 503 while the service is `broken`, and gives files of the paths in `known` away."""

    broken = False
    known: dict[str, bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:
        known = getattr(self.server, "known", {}).get(self.path)
        self.send_response(503 if self.server.broken or (known is None and self.path != "/") else 200)
        self.end_headers()
        self.wfile.write(known or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""
