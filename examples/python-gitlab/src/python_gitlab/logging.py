"""Logs: one JSON object a line on stdout, for this service's code and for every library."""

import json
import logging
import sys
import threading
from types import TracebackType
from typing import Literal

import structlog
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
        processors=[*_common_processors(), *_renderers(format)],
        logger_factory=structlog.WriteLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(severity),
    )
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def _common_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderers(format: Format) -> list[Processor]:
    if format == "text":
        return [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())]
    return [
        structlog.processors.format_exc_info,
        _arrange,
        structlog.processors.JSONRenderer(json.dumps, default=str),
    ]


def _formatter(format: Format) -> logging.Formatter:
    """Gives lines of libraries the form of ours."""
    return ProcessorFormatter(
        foreign_pre_chain=_common_processors(),
        processors=[ProcessorFormatter.remove_processors_meta, *_renderers(format)],
    )


def _arrange(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Puts what every line has in front, by the names of the service's contract."""
    return {
        "timestamp": event.pop("timestamp"),
        "level": event.pop("level"),
        "message": event.pop("event"),
        "service": NAME,
        "version": VERSION,
        **event,
    }


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    logging.getLogger(__package__).critical("Crashed", exc_info=(kind, error, trace))


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None:
        _log_crash(crash.exc_type, crash.exc_value, crash.exc_traceback)
