"""The command line: names, flags and help; each command's work is in scaffold.commands."""

import typer

app = typer.Typer(
    name="scaffold",
    help="Start, keep current and prove twelve-factor services.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """Start, keep current and prove twelve-factor services."""
