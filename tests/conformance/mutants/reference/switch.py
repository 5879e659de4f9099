"""The one promise that this start breaks, by the id of the check that must notice."""

PREFIX = "--break="


def take(arguments: list[str]) -> list[str]:
    """Read `--break=ID` off the command line; return the rest."""
    _broken.update(word.removeprefix(PREFIX) for word in arguments if word.startswith(PREFIX))
    return [word for word in arguments if not word.startswith(PREFIX)]


def broken(check: str) -> bool:
    """Tell whether the promise of a check is to be broken."""
    return check in _broken


_broken: set[str] = set()
