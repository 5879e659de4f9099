"""Signals as exceptions, and stretches of work that no signal may cut in two."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)
HELD = (signal.SIGINT, *ENDING)
_waiting: list[int] | None = None
"""The signals that came while they are deferred; None while they are not."""


class Signalled(BaseException):
    """A signal asks this process to end; SIGINT is KeyboardInterrupt, as ever."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def as_exceptions() -> Iterator[None]:
    """Raise for a signal while this lasts, so that what was begun is tidied up.

    KeyboardInterrupt for SIGINT, Signalled for SIGTERM and SIGHUP.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in HELD}
    try:
        for number in HELD:
            if before[number] != signal.SIG_IGN:
                signal.signal(number, _raise)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held() -> Iterator[None]:
    """Keep signals waiting until this ends."""
    with _mask(signal.SIG_BLOCK):
        yield


@contextmanager
def let_through() -> Iterator[None]:
    """Inside `held()`: let signals in again until this ends."""
    with _mask(signal.SIG_UNBLOCK):
        yield


@contextmanager
def deferred() -> Iterator[None]:
    """Raise for a signal when this ends: as `held()`, for the start of a child, which inherits what is held.

    Works within `as_exceptions()`, in the main thread, where alone signals are raised.
    """
    global _waiting  # noqa: PLW0603 a process has one set of signal handlers
    if threading.current_thread() is not threading.main_thread() or _waiting is not None:
        yield
        return
    _waiting = []
    try:
        yield
    finally:
        came, _waiting = _waiting, None
        if came:
            _raise(came[0], None)


@contextmanager
def _mask(how: int) -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(how, HELD)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore() -> None:
    """From here on the work is done: no signal stops the last lines from being printed.

    Until the end of `as_exceptions()`, which puts back what was before.
    """
    if threading.current_thread() is threading.main_thread():
        for number in HELD:
            signal.signal(number, signal.SIG_IGN)


def _raise(number: int, _frame: FrameType | None) -> None:
    if _waiting is not None:
        _waiting.append(number)
        return
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Signalled(number)
