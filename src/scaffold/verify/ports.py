"""Free TCP ports, below the range that the system hands to outgoing connections."""

import random
import socket
import threading

LOWEST, HIGHEST = 15000, 32000

_taken: set[int] = set()
_lock = threading.Lock()


def reserve() -> int:
    """Return a free port that this process hands out once."""
    with _lock:
        for port in random.sample(range(LOWEST, HIGHEST), 500):
            if port not in _taken and is_free(port):
                _taken.add(port)
                return port
    raise RuntimeError(f"no free port between {LOWEST} and {HIGHEST}")


def is_free(port: int) -> bool:
    """Tell whether a service could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - every address must be free
        except OSError:
            return False
    return True
