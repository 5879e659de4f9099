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
    structlog.configure(
        processors=[*_common_processors(), ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def _common_processors() -> list[Processor]:
    return [
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(format: Format) -> logging.Formatter:
    renderers: list[Processor]
    if format == "text":
        renderers = [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())]
    else:
        renderers = [
            structlog.processors.format_exc_info,
            _arrange,
            structlog.processors.JSONRenderer(json.dumps, default=str),
        ]
    return ProcessorFormatter(
        foreign_pre_chain=_common_processors()[1:],
        processors=[ProcessorFormatter.remove_processors_meta, *renderers],
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
