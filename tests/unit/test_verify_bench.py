"""The tools of the suite: processes that never survive, a proxy that breaks and heals, a bounded client."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scaffold.verify import client, guard, logs, ports, tools
from scaffold.verify.client import NoConnection, Unanswered
from scaffold.verify.endpoint import at
from scaffold.verify.openapi import Description
from scaffold.verify.processes import READ_BYTES, Guarded
from scaffold.verify.proxy import Loop, Proxy
from scaffold.verify.runners import CannotStart
from scaffold.verify.scratch import Scratch

ORPHANS = "import subprocess, time; subprocess.Popen(['sleep', '300'], start_new_session=True); {then}"


def guarded(folder: Path, *command: str) -> Guarded:
    (folder / "stdin").touch()
    return Guarded(command, dict(os.environ), folder, folder, None)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def await_death(pids: list[int], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in pids if is_alive(pid)]


def test_a_guarded_command_reports_its_exit_code_and_output(tmp_path: Path) -> None:
    command = guarded(tmp_path, "sh", "-c", "echo out; echo err >&2; exit 7")
    assert command.wait(10) == 7
    assert command.output() == ("out\n", "err\n")
    command.close()


def test_a_death_by_signal_is_128_and_the_signal(tmp_path: Path) -> None:
    command = guarded(tmp_path, "sleep", "300")
    command.signal(signal.SIGKILL)
    assert command.wait(10) == 137
    command.close()


def test_what_cannot_be_executed_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="no-such-program"):
        guarded(tmp_path, "no-such-program")


def test_closing_kills_descendants_that_left_the_session(tmp_path: Path) -> None:
    command = guarded(tmp_path, sys.executable, "-c", ORPHANS.format(then="time.sleep(300)"))
    deadline = time.monotonic() + 10
    while len(command.tree()) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    pids = list(command.tree())
    assert len(pids) == 2
    command.close()
    await_death(pids)


def test_a_command_that_floods_its_output_is_killed(tmp_path: Path) -> None:
    command = guarded(tmp_path, "cat", "/dev/zero")
    assert command.wait(60) == 137
    assert len(command.output()[0]) == READ_BYTES
    command.close()


def test_orphans_are_told_and_killed(tmp_path: Path) -> None:
    command = guarded(tmp_path, sys.executable, "-c", ORPHANS.format(then="pass"))
    assert command.wait(10) == 0
    (orphan,) = command.leftovers()
    command.close()
    await_death([int(orphan.split()[1])])


def test_kill_9_of_the_run_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    script = f"""
import os, time
from pathlib import Path
from scaffold.verify.processes import READ_BYTES, Guarded
from scaffold.verify.scratch import Scratch
scratch = Scratch()
(scratch.folder / "stdin").touch()
command = Guarded(("sh", "-c", "sleep 300 & sleep 300"), dict(os.environ), Path("/"), scratch.folder, None)
time.sleep(0.3)
Path({str(tmp_path / "told")!r}).write_text(f"{{scratch.folder}} {{' '.join(map(str, command.tree()))}}")
time.sleep(300)
"""
    run = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": "src"})
    deadline = time.monotonic() + 20
    while not (tmp_path / "told").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.1)
    folder, *pids = (tmp_path / "told").read_text().split()
    run.kill()
    run.wait()
    await_death([int(pid) for pid in pids])
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(folder).exists()


def test_the_scratch_folder_goes_and_orders_are_obeyed(tmp_path: Path) -> None:
    with Scratch() as scratch:
        scratch.at_end("touch", str(tmp_path / "done"))
        folder = scratch.folder
    assert (tmp_path / "done").exists()
    assert not folder.exists()


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    loop = Loop()
    opened = Proxy(loop, "127.0.0.1", ports.reserve(), ("127.0.0.1", server.server_address[1]))
    yield opened
    opened.close()
    loop.close()
    server.shutdown()
    server.server_close()


def get(proxy: Proxy, timeout: float = 5.0) -> client.Answer:
    return client.request("127.0.0.1", proxy.port, "GET", "/", timeout=timeout)


def test_the_proxy_passes_on(proxy: Proxy) -> None:
    assert get(proxy).ok
    assert proxy.connections == 1


def test_the_proxy_refuses_and_heals_on_the_same_port(proxy: Proxy) -> None:
    proxy.refuse()
    with pytest.raises(NoConnection):
        get(proxy)
    proxy.heal()
    assert get(proxy).ok


def test_the_proxy_hangs_and_lets_go_what_it_held(proxy: Proxy) -> None:
    proxy.hang()
    with client.Connection("127.0.0.1", proxy.port) as connection:
        connection.send(client.head("GET", "/", {"Host": "x"}))
        with pytest.raises(Unanswered):
            connection.answer(timeout=0.2)
    with client.Connection("127.0.0.1", proxy.port) as connection:
        connection.send(client.head("GET", "/", {"Host": "x"}))
        proxy.heal()
        assert connection.answer().ok


def test_the_proxy_cuts_open_connections_only(proxy: Proxy) -> None:
    with client.Connection("127.0.0.1", proxy.port) as connection:
        connection.send(client.head("GET", "/", {"Host": "x"}))
        assert connection.answer().ok
        proxy.cut()
        assert connection.closed_within(2) is not None
    assert get(proxy).ok


def test_the_proxy_delays_both_ways(proxy: Proxy) -> None:
    proxy.delay(0.2)
    assert get(proxy).seconds >= 0.4


def test_the_proxy_is_down_after_so_many_bytes(proxy: Proxy) -> None:
    proxy.cut_after(10)
    with pytest.raises(Unanswered):
        get(proxy)
    with pytest.raises(NoConnection):
        get(proxy)


def test_a_silent_server_is_left_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        begun = time.monotonic()
        with pytest.raises(Unanswered):
            client.request("127.0.0.1", listener.getsockname()[1], "GET", "/", timeout=0.3)
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("url", "moved"),
    [
        ("postgresql://app:p%40ss@db:5432/app?x=1", "postgresql://app:p%40ss@h:1/app?x=1"),
        ("redis://cache/0", "redis://h:1/0"),
    ],
)
def test_a_url_moves_to_another_host_and_keeps_the_rest(url: str, moved: str) -> None:
    assert at(url, "h", 1) == moved


LINE = {"level": "info", "message": "m", "service": "s", "version": "1"}


@pytest.mark.parametrize(
    ("stamp", "good"),
    [
        ("2026-01-02T03:04:05Z", True),
        ("2026-01-02T03:04:05.123456+00:00", True),
        ("2026-01-02T03:04:05", False),
        ("2026-01-02T03:04:05+01:00", False),
        ("2026-01-02 03:04:05Z", False),
        ("yesterday", False),
        (1735787045, False),
    ],
)
def test_timestamps_are_rfc_3339_in_utc(stamp: object, good: bool) -> None:
    assert (logs.moment({**LINE, "timestamp": stamp}) is not None) is good


@pytest.mark.parametrize(
    "line", ["plain text", "[1]", "{}", '{"timestamp": "2026-01-02T03:04:05Z"}', '"text"']
)
def test_what_is_no_log_line_is_told(line: str) -> None:
    assert logs.faults([line])


def test_the_description_finds_operations_and_makes_bodies() -> None:
    item = {
        "type": "object",
        "required": ["name", "size", "kind"],
        "properties": {
            "name": {"type": "string", "minLength": 5},
            "size": {"type": "integer", "minimum": 3},
            "kind": {"anyOf": [{"enum": ["a"]}, {"type": "null"}]},
            "note": {"type": "string"},
        },
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}
    paths = {"/items/{id}": {"put": {"requestBody": {"content": content}, "responses": {}}}}
    description = Description({"paths": paths, "components": {"schemas": {"Item": item}}})
    found = description.find("PUT", "/items/7?x=1")
    assert found is not None
    assert description.body(found) == {"name": "teaaa", "size": 3, "kind": "a"}
    assert description.find("PUT", "/items") is None


def test_a_tool_has_more_time_on_a_busy_machine_and_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Guarded, "slowed", lambda _: 100.0)
    assert tools.long(("sleep", "0.6"), tmp_path, 0.2, at_most=30).code == 0
    assert tools.long(("sleep", "60"), tmp_path, 0.2, at_most=0.4).code is None
    assert tools.long(("sleep", "60"), tmp_path, 0.2).code is None


def test_the_kernel_tells_how_much_a_busy_machine_slows_a_process() -> None:
    assert 1 <= guard.slowed(os.getpid()) < 10_000
    assert guard.slowed(2**22 + 1) == 1
