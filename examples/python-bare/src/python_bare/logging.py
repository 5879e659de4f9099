"""Logs: one JSON object a line on stdout, for this service's code and for every library."""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import TextIOWrapper
from types import TracebackType
from typing import Literal

import structlog
from structlog.contextvars import get_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from .about import NAME, VERSION

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["json", "text"]


def configure(level: Level = "info", format: Format = "json") -> None:
    """Sends every log line, warning and crash to stdout, from here to the end of the process."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_formatter(format))
    severity = logging.getLevelNamesMapping()[level.upper()]
    # What libraries say at `debug` may hold values that must not be logged.
    logging.basicConfig(handlers=[handler], level=max(severity, logging.INFO), force=True)
    logging.getLogger(__package__).setLevel(severity)
    logging.captureWarnings(True)
    # Our own lines take the short way, past the standard library: one is written for each request.
    structlog.configure(
        processors=_processors(format),
        logger_factory=structlog.WriteLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(severity),
    )
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def _processors(format: Format) -> list[Processor]:
    if format == "json":
        return [_json_line]
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty()),
    ]


def _formatter(format: Format) -> logging.Formatter:
    """Gives lines of libraries the form of ours."""
    return ProcessorFormatter(
        processors=[ProcessorFormatter.remove_processors_meta, *_processors(format)],
    )


def access_log(level: Level, format: Format) -> Callable[..., None]:
    """`info` for the line that each request writes: the same line by the shortest way."""
    if format == "json" and level in ("debug", "info"):
        return _AccessLog()
    info: Callable[..., None] = structlog.stdlib.get_logger(__name__).info
    return info


class _AccessLog:
    """Lines of one turn of the event loop are written together, and before any other line."""

    def __init__(self) -> None:
        # With PYTHONUNBUFFERED each line would be a call of its own.
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(write_through=False)
        self._flushing: asyncio.Handle | None = None

    def __call__(self, message: str, **fields: object) -> None:
        sys.stdout.write(_line("info", message, fields) + "\n")
        if not self._flushing:
            self._flushing = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = None
        sys.stdout.flush()


def _json_line(logger: WrappedLogger, level: str, event: EventDict) -> str:
    if "exc_info" in event:
        event = structlog.processors.format_exc_info(logger, level, event)
    return _line(level, event.pop("event"), event)


_encode = json.JSONEncoder(default=str).encode


def _line(level: str, message: str, fields: Mapping[str, object]) -> str:
    """One object, by the names of the service's contract; what every line has comes first."""
    return _encode(
        {
            "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "level": level,
            "message": message,
            "service": NAME,
            "version": VERSION,
            **get_contextvars(),
            **fields,
        }
    )


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    logging.getLogger(__package__).critical("Crashed", exc_info=(kind, error, trace))


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None:
        _log_crash(crash.exc_type, crash.exc_value, crash.exc_traceback)
