"""`console`: a Python shell with the service's context, in which `await` works."""

import ast
import asyncio
import code
import inspect
import os
import sys
from collections.abc import Mapping
from types import CodeType, FunctionType
from typing import Any

import click

from .. import adapters
from ..about import NAME
from . import configured


@click.command()
@click.pass_obj
def command(environ: Mapping[str, str]) -> None:
    """Opens a shell with the service's context."""
    config = configured(environ)
    with asyncio.Runner() as runner:
        context = adapters.opened(config)
        opened = runner.run(context.__aenter__())
        names = {adapter.name: adapter for adapter in opened}
        console = Console(runner, {"config": config, "adapters": opened, **names})
        try:
            console.interact(*_greeting(names))
        finally:
            runner.run(context.__aexit__(None, None, None))
    sys.exit(os.EX_SOFTWARE if console.failed and not sys.stdin.isatty() else os.EX_OK)


class Console(code.InteractiveConsole):
    """A shell that runs what is awaited in `runner`, and reads a script where there is no terminal."""

    def __init__(self, runner: asyncio.Runner, names: dict[str, Any]) -> None:
        super().__init__(names)
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self.runner = runner
        self.failed = False

    def raw_input(self, prompt: str = "") -> str:
        if sys.stdin.isatty():
            return super().raw_input(prompt)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def runcode(self, code: CodeType) -> None:
        try:
            result = FunctionType(code, self.locals)()
            if inspect.iscoroutine(result):
                self.runner.run(result)
        except SystemExit:
            raise
        except BaseException:
            self.showtraceback()

    def showtraceback(self) -> None:
        self.failed = True
        super().showtraceback()

    def showsyntaxerror(self, filename: str | None = None, **kwargs: Any) -> None:
        self.failed = True
        super().showsyntaxerror(filename, **kwargs)


def _greeting(names: Mapping[str, object]) -> tuple[str, str]:
    if not sys.stdin.isatty():
        return "", ""
    return f"{NAME}: {', '.join(['config', 'adapters', *names])}; `await` works here", ""
