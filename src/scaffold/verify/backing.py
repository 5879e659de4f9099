"""Finds the backing services that a run uses: given, in the environment, or in the project's compose file."""

import os
import socket
from collections.abc import Mapping, Sequence

from scaffold.verify.compose import Compose
from scaffold.verify.contract import BackingService, Contract
from scaffold.verify.endpoint import Endpoint
from scaffold.verify.registry import Skipped
from scaffold.verify.scratch import Scratch

CONNECT_SECONDS = 2.0


class Backing:
    """The backing services of a run: the main one of each, and a spare."""

    def __init__(self, contract: Contract, given: Mapping[str, Sequence[str]], scratch: Scratch) -> None:
        self._contract = contract
        self._given = given
        self._compose = [Compose(contract, scratch, name) for name in ("main", "spare")]

    def start(self) -> dict[str, Endpoint | str]:
        """Find each service's main instance; a text says why there is none."""
        found: dict[str, Endpoint | str] = {}
        missing = [service for service in self._contract.services if self._direct(service, 0) is None]
        started = self._compose[0].up(missing)
        for service in self._contract.services:
            direct = self._direct(service, 0) or started.get(service.id)
            example = self._example(service)
            found[service.id] = (
                direct if isinstance(direct, Endpoint) else example or direct or "it is not running"
            )
        return found

    def spare(self, service: BackingService) -> Endpoint:
        """Find a second, empty instance.

        Raises:
            Skipped: there is none, with the reason.
        """
        direct = self._direct(service, 1)
        found = direct or self._compose[1].up([service]).get(service.id, "no second one was given")
        if isinstance(found, str):
            raise Skipped(f"no second instance of {service.id}: {found}")
        return found

    def _direct(self, service: BackingService, number: int) -> Endpoint | None:
        given = self._given.get(service.id, ())
        if len(given) > number:
            return Endpoint(given[number], own=True)
        url = os.environ.get(service.variable)
        if number == 0 and url and _answers(Endpoint(url, own=False)):
            return Endpoint(url, own=False)
        return None

    def _example(self, service: BackingService) -> Endpoint | None:
        variable = self._contract.variable(service.variable)
        if variable is None or not variable.example:
            return None
        endpoint = Endpoint(variable.example, own=False)
        return endpoint if _answers(endpoint) else None


def _answers(endpoint: Endpoint) -> bool:
    try:
        with socket.create_connection(endpoint.address, CONNECT_SECONDS):
            return True
    except OSError:
        return False
