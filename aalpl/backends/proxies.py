"""Which proxy a request goes through, by the variables that other programs follow too (`HTTPS_PROXY`, `NO_PROXY`)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

HERE = ("localhost", "::1")


def proxy(address: str, environment: Mapping[str, str]) -> str | None:
    """The proxy for an address; None where it is reached directly, as this machine itself always is."""
    parts = urlsplit(address)
    name, port = parts.hostname or "", parts.port
    if name in HERE or name.startswith("127."):
        return None
    asked = (f"{parts.scheme}_proxy", "all_proxy")
    found = next((value for each in asked if (value := _of(each, environment))), None)
    if found is None or not found.startswith(("http://", "https://")):
        return None
    spared = (each.strip().lower() for each in _of("no_proxy", environment).split(","))
    return None if any(_covers(each, name, port) for each in spared) else found


def _covers(spared: str, name: str, port: int | None) -> bool:
    """Whether a name that goes without a proxy is this one, or one that it ends in; perhaps for one port."""
    if spared == "*":
        return True
    own, _, at = spared.partition(":")
    own = own.removeprefix("*").removeprefix(".")
    return bool(own) and (name == own or name.endswith(f".{own}")) and at in ("", str(port))


def _of(name: str, environment: Mapping[str, str]) -> str:
    return (environment.get(name) or environment.get(name.upper()) or "").strip()
