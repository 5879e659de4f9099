"""What a person at a terminal is asked, and how they leave."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

DOWN, SPACE, ENTER, CTRL_C = "\x1b[B", " ", "\r", "\x03"
SECONDS = 30
# Nobody answers here when the terminal is asked where its cursor is.
NO_CURSOR_QUERY = {"PROMPT_TOOLKIT_NO_CPR": "1"}
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")

Spawn = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def terminal(template: Path, work: Path) -> Spawn:
    def spawn(*arguments: str, **variables: str) -> "pexpect.spawn[str]":
        words = ["-m", "scaffold", "new", "--template", str(template), *arguments]
        surroundings = {**os.environ, "TERM": "xterm-256color", **NO_CURSOR_QUERY, **variables}
        return pexpect.spawn(
            sys.executable, words, env=surroundings, encoding="utf-8", timeout=SECONDS, dimensions=(40, 120)
        )

    return spawn


def end(child: "pexpect.spawn[str]") -> int:
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus is not None
    return int(child.exitstatus)


def answer_all(child: "pexpect.spawn[str]") -> None:
    for question, keys in (
        ("Name of the thing", "\x15" + "some-thing" + ENTER),
        ("Title", ENTER),
        ("Colour", DOWN + ENTER),
        ("Extras", DOWN + SPACE + ENTER),
    ):
        child.expect(question)
        child.send(keys)


def test_it_asks_shows_and_confirms(terminal: Spawn, work: Path) -> None:
    child = terminal()
    answer_all(child)
    child.expect("README.md")
    child.expect("Make it in")
    assert not list(work.iterdir())
    child.send(ENTER)
    assert end(child) == 0
    recorded = (work / "some-thing/.copier-answers.yml").read_text()
    assert "colour: blue\nextras:\n- pepper\nproject_name: some-thing\ntitle: The some-thing\n" in recorded
    assert "scaffold new some-thing --answers" not in (child.before or "")


def test_a_flag_is_not_asked_again(terminal: Spawn, work: Path) -> None:
    child = terminal("some-thing")
    child.expect("Title")
    assert "Name of the thing" not in (child.before or "")
    child.sendcontrol("c")
    assert end(child) == 130


def test_defaults_ask_nothing(terminal: Spawn, work: Path) -> None:
    child = terminal("some-thing", "--defaults")
    assert end(child) == 0
    assert (work / "some-thing/README.md").is_file()


def test_a_bad_answer_is_explained_on_the_spot(terminal: Spawn, work: Path) -> None:
    child = terminal()
    child.expect("Name of the thing")
    child.send("\x15UP" + ENTER)
    child.expect("small letters only")
    child.sendcontrol("c")
    assert end(child) == 130


def test_no_makes_nothing(terminal: Spawn, work: Path) -> None:
    child = terminal()
    answer_all(child)
    child.expect("Make it in")
    child.send("n")
    assert end(child) == 0
    assert "nothing was made" in (child.before or "")
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("question", ["Colour", "Make it in"])
def test_ctrl_c_at_any_question_leaves_nothing(terminal: Spawn, work: Path, question: str) -> None:
    child = terminal()
    for asked, keys in (
        ("Name of the thing", "\x15some-thing" + ENTER),
        ("Title", ENTER),
        ("Colour", ENTER),
        ("Extras", ENTER),
        ("Make it in", ""),
    ):
        child.expect(asked)
        if asked == question:
            break
        child.send(keys)
    child.send(CTRL_C)
    assert end(child) == 130
    assert "error: interrupted" in (child.before or "")
    assert "Traceback" not in (child.before or "")
    assert list(work.iterdir()) == []


def test_a_taken_destination_is_told_before_any_question(terminal: Spawn, work: Path) -> None:
    (work / "some-thing").write_text("mine")
    child = terminal("some-thing")
    assert end(child) == 3
    assert "Title" not in (child.before or "")


def test_no_color_is_obeyed(terminal: Spawn) -> None:
    colours = re.compile(r"\x1b\[(?:3[0-7]|38|9[0-7])[;m]")
    found = {}
    for value in ("", "1"):
        child = terminal(NO_COLOR=value)
        child.expect("Name of the thing")
        child.sendcontrol("c")
        end(child)
        found[value] = bool(colours.search(str(child.before) + str(child.after)))
    assert found["1"] is False
