"""Requests caught in the middle: half sent, or asked and not yet answered."""

from collections.abc import Iterator
from contextlib import contextmanager

from scaffold.verify.client import Answer, Connection, head
from scaffold.verify.contract import Request
from scaffold.verify.registry import NotApplicable
from scaffold.verify.service import Service, encoded


class HalfSent:
    """A request with a body of which the service has only half."""

    def __init__(self, connection: Connection, method: str, rest: bytes) -> None:
        self._connection, self._method, self._rest = connection, method, rest

    def finish(self, timeout: float = 10.0) -> Answer:
        """Send the rest and read the answer."""
        self._connection.send(self._rest)
        return self._connection.answer(self._method, timeout=timeout)


@contextmanager
def half_sent(service: Service, declared: Request) -> Iterator[HalfSent]:
    """Send a request's head and half of its body, and hold the rest."""
    body, headers = encoded(declared)
    if body is None:
        raise NotApplicable("the contract's `requests.create` has no body to hold back")
    headers |= {"Host": "service", "Content-Length": str(len(body))}
    middle = len(body) // 2
    with service.connect() as connection:
        connection.send(head(declared.method, declared.path, headers) + body[:middle])
        service.settle()  # a request that it has not seen is not in flight
        yield HalfSent(connection, declared.method, body[middle:])
