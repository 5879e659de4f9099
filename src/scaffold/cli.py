"""The command line: finds the commands, runs one, and turns what goes wrong into `error:` and `hint:` lines.

A module in `scaffold.commands` is a command; its `register(app)` adds it. `--help` reads all of them,
so each imports at its top only what its flags need.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import traceback
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold import commands, signals
from scaffold.errors import ExitCode, ScaffoldError, did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

DISTRIBUTION = "twelvefactor-scaffold"


def build() -> typer.Typer:
    """The application with every command in `scaffold.commands`."""
    app = typer.Typer(
        name="scaffold",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


def run(argv: Sequence[str]) -> int:
    """Run the command line `argv` (without the program's name) and return its exit code."""
    debug = "--debug" in argv
    argv = [word for word in argv if word != "--debug"]
    try:
        with signals.as_exceptions():
            code = build()(args=argv or ["--help"], prog_name="scaffold", standalone_mode=False)
            sys.stdout.flush()
            if code == ExitCode.INTERRUPTED:  # Typer's word for Ctrl-C, without a line about it
                raise KeyboardInterrupt  # noqa: TRY301
            return code if isinstance(code, int) else ExitCode.OK
    except SystemExit as leaving:  # Typer's way out, for a reader that has gone too
        gone = isinstance(leaving.__context__, BrokenPipeError)
        return ExitCode.BROKEN_PIPE if gone else int(leaving.code or 0)
    except (Exception, KeyboardInterrupt, signals.Signalled) as error:
        if debug:
            traceback.print_exc()
        return _complain(error)


def _complain(error: BaseException) -> int:
    """Say what went wrong; the exit code that stands for it."""
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.BROKEN_PIPE
    shown = _explained(error)
    typer.echo(f"error: {printable(shown.message)}", err=True)
    if shown.hint:
        typer.echo(f"hint: {printable(shown.hint)}", err=True)
    return int(shown.code)


def _explained(error: BaseException) -> ScaffoldError:
    match error:
        case ScaffoldError():
            return error
        case KeyboardInterrupt() | typer.Abort():
            return ScaffoldError("interrupted", code=ExitCode.INTERRUPTED)
        case signals.Signalled():
            return ScaffoldError("ended by a signal", code=ExitCode(128 + error.number))
        case typer.TyperException():
            return _usage(error)
        case OSError():
            place = f"`{error.filename}`: " if error.filename else ""
            return ScaffoldError(f"{place}{error.strerror or error}", code=ExitCode.SURROUNDINGS)
    hint = "this is a defect of scaffold; please report it with what `--debug` shows"
    return ScaffoldError(f"{type(error).__name__}: {error}", hint=hint, code=ExitCode.DEFECT)


def _usage(error: typer.TyperException) -> ScaffoldError:
    """What Typer refuses, in our words."""
    context = getattr(error, "ctx", None)
    hint = f"`{context.command_path if context else 'scaffold'} --help` shows what it takes"
    option = getattr(error, "option_name", "")
    if option and hasattr(error, "possibilities"):
        known = [name for parameter in context.command.params for name in parameter.opts] if context else []
        return ScaffoldError(f"there is no option `{option}`", hint=did_you_mean(option, known) + hint)
    message = error.format_message().rstrip(".").replace("'", "`")
    return ScaffoldError(message[:1].lower() + message[1:], hint=hint)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 slow

        typer.echo(f"scaffold {version(DISTRIBUTION)}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Start, keep current and prove twelve-factor services."""
