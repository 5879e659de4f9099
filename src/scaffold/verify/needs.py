"""What a check needs before it can be run, and what is said where that is missing."""

import shutil
from collections.abc import Callable, Iterable

from scaffold.verify.registry import NotApplicable, Skipped
from scaffold.verify.site import Site


def require(names: Iterable[str], site: Site) -> None:
    """Leave the check unless everything that it needs is there.

    Raises:
        NotApplicable: the service has no such thing.
        Skipped: a tool or a backing service is missing.
    """
    for name in names:
        kind, mark, rest = name.partition(":")
        if mark:
            _PARAMETRISED[kind](site, rest)
        else:
            _PLAIN[name](site)


def _host(site: Site) -> None:
    if site.runner.name != "host":
        raise NotApplicable("it looks at host processes; this run used the image")


def _docker(site: Site) -> None:
    if site.runner.name != "docker":
        raise NotApplicable("it looks at the image; this run used host processes")


def _strace(site: Site) -> None:
    _host(site)
    if shutil.which("strace") is None:
        raise Skipped("`strace` is not installed")


def _backing(site: Site) -> None:
    if not site.contract.services:
        raise NotApplicable("the contract names no backing service")


def _http(site: Site, name: str) -> None:
    if getattr(site.contract.http, name) is None:
        raise NotApplicable(f"the contract has no `http.{name}`")


def _request(site: Site, name: str) -> None:
    if name not in site.contract.requests:
        raise NotApplicable(f"the contract has no `requests.{name}`")


def _migration(site: Site, name: str) -> None:
    if name not in site.contract.migrations:
        raise NotApplicable(f"the contract has no `migrations.{name}`")


def _admin(site: Site, name: str) -> None:
    if name not in site.contract.admin:
        raise NotApplicable(f"the contract has no `admin.{name}`")


def _variable(site: Site, name: str) -> None:
    if site.contract.variable(name) is None:
        raise NotApplicable(f"the contract does not declare `{name}`")


def _file(site: Site, name: str) -> None:
    if not (site.contract.root / name).is_file():
        raise NotApplicable(f"the project has no `{name}`")


_PLAIN: dict[str, Callable[[Site], None]] = {
    "host": _host,
    "docker": _docker,
    "strace": _strace,
    "backing": _backing,
}
_PARAMETRISED: dict[str, Callable[[Site, str], None]] = {
    "http": _http,
    "request": _request,
    "migration": _migration,
    "admin": _admin,
    "variable": _variable,
    "file": _file,
}
