import asyncio
import io
import json
import logging
import sys
import threading

import pytest
import structlog

from python_bare import logging as logs
from python_bare.about import NAME, VERSION

log = structlog.stdlib.get_logger("python_bare.x")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_has_what_the_contract_asks_for(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    log.info("Hello", answer=42)
    (line,) = lines(capsys)
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "level": "info",
        "message": "Hello",
        "service": NAME,
        "version": VERSION,
        "answer": 42,
    }


def test_libraries_log_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("uvicorn.error").warning("two\nlines: %s", "a")
    (line,) = lines(capsys)
    assert (line["message"], line["level"]) == ("two\nlines: a", "warning")


def test_libraries_do_not_log_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug")
    logging.getLogger("some.library").debug("the password is ...")
    log.debug("mine")
    assert [line["message"] for line in lines(capsys)] == ["mine"]


def test_the_level_hides_less_severe_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("error")
    log.warning("hidden")
    log.error("seen")
    assert [line["message"] for line in lines(capsys)] == ["seen"]


def test_a_crash_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    sys.excepthook(RuntimeError, RuntimeError("boom"), None)
    (line,) = lines(capsys)
    assert line["level"] == "critical"
    assert "RuntimeError: boom" in str(line["exception"])


def test_a_crash_of_a_thread_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    (line,) = lines(capsys)
    assert "ZeroDivisionError" in str(line["exception"])


async def test_lines_of_requests_come_before_later_ones_and_have_the_same_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure()
    logs.access_log("info", "json")("Request", status=200)
    log.info("Request", status=200)
    first, second = lines(capsys)
    assert str(first.pop("timestamp")) <= str(second.pop("timestamp"))
    assert first == second


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(format="text")
    log.info("Hello", answer=42)
    out = capsys.readouterr().out
    assert "Hello" in out
    assert "answer=42" in out
    assert not out.startswith("{")


async def test_lines_of_one_turn_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    # As Python makes it with PYTHONUNBUFFERED.
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, write_through=True))
    write = logs.access_log("info", "json")
    write("Request")
    write("Request")
    assert written.getvalue() == b""
    await asyncio.sleep(0)
    assert written.getvalue().count(b"\n") == 2
