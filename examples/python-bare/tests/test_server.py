import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from environment import WITHOUT_SERVICES, example

from python_bare import main


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def service(port: int, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """The process `web`, from the moment when it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "python_bare", "web"],
        env=os.environ | example() | WITHOUT_SERVICES | {"PORT": str(port)} | variables,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and status(port, "/livez") is None:
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.communicate()


def status(port: int, path: str) -> int | None:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def test_an_open_connection_does_not_hold_up_the_end() -> None:
    port = free_port()
    with service(port) as process, socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(b"GET /livez HTTP/1.1\r\nHost: test\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        assert process.returncode == 0
    messages = [json.loads(line)["message"] for line in out.splitlines()]
    assert messages[-1] == "Stopped"
    assert messages.index("Draining") < messages.index("Stopped")


def test_it_serves_during_the_delay_and_a_second_signal_ends_it() -> None:
    port = free_port()
    with service(port, SHUTDOWN_DELAY_SECONDS="20") as process:
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        assert status(port, "/livez") == 200
        assert status(port, "/readyz") == 503
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=5)
        assert process.returncode == 128 + signal.SIGTERM


def test_a_port_that_is_taken_ends_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken_port = {"PORT": str(taken.getsockname()[1])}
        with pytest.raises(SystemExit) as ended:
            main.run(["web"], example() | WITHOUT_SERVICES | taken_port)
    assert ended.value.code == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["message"] == "Cannot listen"
