"""Addresses of repositories: which ones git may be given, and how they are shown without their secrets."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote

from scaffold.errors import ScaffoldError

PROTOCOLS = "file:git:http:https:ssh"
URL = re.compile(r"(?P<scheme>https?|ssh|git|file)://(?:(?P<user>[^/@\s]*)@)?(?P<rest>[^\s]+)")
SHORT = re.compile(r"(?P<user>[\w.][\w.-]*)@(?P<host>[\w.][\w.-]*):(?P<path>[^\s-][^\s]*)")
HIDDEN = "***"
LEAST = 3


def is_url(address: str) -> bool:
    """Whether `address` is not a path on this machine."""
    return "://" in address or "::" in address or address.startswith("-") or bool(SHORT.fullmatch(address))


def refuse_odd(address: str) -> None:
    """Raise for a URL that could make git do more than fetch (`ext::`, an option in place of a host)."""
    url, short = URL.fullmatch(address), SHORT.fullmatch(address)
    starts = ((url["user"] or "", url["rest"]) if url else ()) or ((short["path"],) if short else ())
    if not starts or any(start.startswith("-") for start in starts) or not address.isprintable():
        raise ScaffoldError(
            f"`{shown(address)}` is not an address that scaffold gives to git",
            hint="write https://, ssh://, git:// or file:// and the rest, or user@host:path",
        )


def shown(address: str) -> str:
    """`address` without password, token and query, to be printed and stored."""
    found = URL.fullmatch(address)
    if not found:
        return re.sub(r"://[^/@\s]*@", "://", address)
    user = (found["user"] or "").partition(":")[0]
    kept = f"{user}@" if user and found["scheme"] == "ssh" else ""
    return f"{found['scheme']}://{kept}{re.split('[?#]', found['rest'])[0]}"


def scrubbed(text: str, address: str) -> str:
    """`text` without the secrets of `address`, whichever way git writes them."""
    found = URL.fullmatch(address)
    user, _, query = (found["user"] or "", *found["rest"].partition("?")[1:]) if found else ("", "", "")
    parts = [part for part in (user, *user.split(":"), query) if len(part) >= LEAST]
    for part in sorted({form for p in parts for form in (p, unquote(p), quote(p, safe=""))}, key=len)[::-1]:
        text = text.replace(part, HIDDEN)
    return text


def as_remote(address: str, name: str = "fleet") -> dict[str, str]:
    """Environment in which git knows `address` as the remote `name`.

    Unlike an argument it cannot be taken for an option, and no list of processes shows it.
    """
    count = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    return {
        "GIT_ALLOW_PROTOCOL": PROTOCOLS,
        "GIT_CONFIG_COUNT": str(count + 1),
        f"GIT_CONFIG_KEY_{count}": f"remote.{name}.url",
        f"GIT_CONFIG_VALUE_{count}": address,
    }
