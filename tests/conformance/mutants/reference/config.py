"""Configuration from the environment, parsed once; every fault is found before any is told."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from switch import broken

LEVELS = ("debug", "info", "warning", "error")


class Faults(Exception):  # noqa: N818 - several of them
    """Everything that is wrong with the environment."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Config:
    """What the service is told."""

    port: int
    level: str
    grace: float
    delay: float
    database: str
    cache: str
    collector: str
    revision: str


def read(default_port: int) -> Config:
    """Parse the environment.

    Raises:
        Faults: a variable is missing or malformed.
    """
    faults: list[str] = []

    def take(name: str, parse: Callable[[str], object], default: object) -> object:
        text = os.environ.get(name, "")
        if not text and not (broken("iii-empty-is-absent") and name == "LOG_LEVEL" and name in os.environ):
            if default is None:
                faults.append(f"{name} is missing")
            return default
        try:
            return parse(text)
        except ValueError as error:
            faults.append(
                f"{name} {error}" if not broken("iii-secret-in-refusal") else f"{name}={text} {error}"
            )
            return default

    values = {
        "port": take("PORT", between(1, 65535), default_port + broken("vii-default-port")),
        "level": take("LOG_LEVEL", one_of(*accepted_levels()), "info"),
        "grace": take("SHUTDOWN_GRACE_SECONDS", between(0 if broken("iii-range") else 1, 3600), 25),
        "delay": take("SHUTDOWN_DELAY_SECONDS", between(0, 3599), 0),
        "database": take("DATABASE_URL", url, "" if broken("iii-missing-required") else None),
        "cache": take("CACHE_URL", url, ""),
        "collector": take("OTEL_EXPORTER_OTLP_ENDPOINT", url, ""),
        "revision": take("SERVICE_REVISION", str, "unknown"),
    }
    if broken("iii-malformed-named"):
        faults = [fault for fault in faults if not fault.startswith("LOG_LEVEL")]
    if faults:
        raise Faults(faults)
    return Config(**values)  # type: ignore[arg-type]


def accepted_levels() -> tuple[str, ...]:
    """The levels that LOG_LEVEL may name."""
    return tuple(level for level in LEVELS if level != "info" or not broken("iii-declared-defaults"))


def between(low: int, high: int) -> Callable[[str], int]:
    """Parse a whole number within bounds."""

    def parse(text: str) -> int:
        if not text.lstrip("-").isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    """Parse one of some words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    return parse


def url(text: str) -> str:
    """Parse a URL with a scheme and a host."""
    parts = urlsplit(text)
    if not parts.scheme or not parts.hostname:
        raise ValueError("must be a URL")
    return text
