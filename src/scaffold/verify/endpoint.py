"""Where a backing service is."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Endpoint:
    """A running backing service, by the URL that this machine reaches it under."""

    url: str
    own: bool
    """Whether it may be emptied: it was started for this run, or given to it."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the URL."""
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or 0

    def moved(self, host: str, port: int) -> str:
        """Return the URL with another host and port; user, password and path stay."""
        return at(self.url, host, port)


def at(url: str, host: str, port: int) -> str:
    """Put another host and port into a URL."""
    parts = urlsplit(url)
    user, mark, _ = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}{mark}{host}:{port}").geturl()
