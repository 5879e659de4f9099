"""A small HTTP client with every deadline set and the bytes in the caller's hand."""

import contextlib
import http.client
import json
import select
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

from scaffold.verify.registry import Failed, Late


class Unanswered(Failed):
    """A request was not answered: refused, cut or late."""


class TimedOut(Unanswered, Late):
    """No answer came in time."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode(errors="replace")

    @property
    def ok(self) -> bool:
        """Tell whether the status is 200."""
        return self.status == HTTPStatus.OK

    def json(self) -> Any:
        """Return the parsed body.

        Raises:
            Failed: it is not JSON.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Failed(f"expected JSON, got `{self.text[:200]}`") from error

    def __str__(self) -> str:
        kind = self.headers.get("content-type", "no content type")
        return f"{self.status} {kind} `{self.text[:160]}`"


class NoConnection(Unanswered):
    """Nothing listens there."""


class Connection:
    """One TCP connection that HTTP is spoken on by hand."""

    def __init__(self, host: str, port: int, *, timeout: float = 5.0) -> None:
        self.name = f"{host}:{port}"
        try:
            self._socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise NoConnection(f"no connection to {self.name}: {error}") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Unanswered(f"sending to {self.name} failed: {error}") from error

    def answer(self, method: str = "GET", *, timeout: float = 5.0) -> Answer:
        """Read one whole answer; the connection stays usable if the service keeps it."""
        begun = time.monotonic()
        self._socket.settimeout(timeout)
        response = http.client.HTTPResponse(self._socket, method=method)
        try:
            response.begin()
            body = response.read()
        except TimeoutError as error:
            raise TimedOut(f"no whole answer from {self.name} within {timeout:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise Unanswered(f"no whole answer from {self.name}: {reason}") from error
        headers: dict[str, str] = {}
        for name, value in response.getheaders():
            known = headers.get(name.lower())
            headers[name.lower()] = f"{known}, {value}" if known else value
        return Answer(response.status, headers, body, time.monotonic() - begun)

    def readable(self) -> bool:
        """Tell whether the other side has sent something or closed."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def closed_within(self, seconds: float) -> float | None:
        """Wait for the other side to close; return after how many seconds it did, None if it did not."""
        begun = time.monotonic()
        while (left := begun + seconds - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                if not self._socket.recv(65536):
                    return time.monotonic() - begun
            except TimeoutError:
                return None
            except OSError:
                return time.monotonic() - begun
        return None

    def close(self) -> None:
        """Close without ceremony."""
        with contextlib.suppress(OSError):
            self._socket.close()


def head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    """Write a request's first lines; a header with an empty name is left out."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if name)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def request(
    host: str,
    port: int,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 5.0,
) -> Answer:
    """Send one request on a connection of its own and read the answer."""
    sent = {"Host": f"{host}:{port}", "Connection": "close", **(headers or {})}
    if body is not None:
        sent.setdefault("Content-Length", str(len(body)))
    with Connection(host, port, timeout=timeout) as connection:
        begun = time.monotonic()
        connection.send(head(method, path, sent) + (body or b""))
        answer = connection.answer(method, timeout=timeout)
        return Answer(answer.status, answer.headers, answer.body, time.monotonic() - begun)
