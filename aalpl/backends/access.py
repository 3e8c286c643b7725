"""Where a model is reached and with which key, from its binding and from the variables of an environment.

A key that is not named in the binding goes only where the environment or the provider itself says: a file of models that
names an address of its own must name the key for it, so that no file can send a key elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import attrs

from aalpl.live.binding import Binding
from aalpl.live.stops import Unanswered


@attrs.frozen
class Provider:
    """The variables that a provider's users already have (addresses in order), and where it is."""

    key: str
    addresses: tuple[str, ...]
    home: str


PROVIDERS = {
    "openai": Provider("OPENAI_API_KEY", ("OPENAI_BASE_URL", "OPENAI_API_BASE"), "https://api.openai.com/v1"),
    "anthropic": Provider("ANTHROPIC_API_KEY", ("ANTHROPIC_BASE_URL",), "https://api.anthropic.com/v1"),
}


@attrs.frozen
class Access:
    """An address that ends in `/v1` or where the user says, and a key; None where there is none."""

    address: str | None = None
    key: str | None = attrs.field(default=None, repr=False)


def access(binding: Binding, environment: Mapping[str, str]) -> Access:
    """How the model is reached. Raises `Unanswered` where a key is needed or named and there is none."""
    named = None if binding.key is None else _key(binding.key, environment)
    if named == "":
        raise _missing(f"{binding.key}")
    provider = PROVIDERS.get(binding.backend or "")
    if provider is None:
        return Access(binding.address, named)
    theirs = next((found for name in provider.addresses if (found := environment.get(name, "").strip())), "")
    address = based(binding.address or theirs or provider.home)
    if named is not None:
        return Access(address, named)
    trusted = {_origin(based(each)) for each in (theirs, provider.home) if each}
    known = _key(provider.key, environment) if _origin(address) in trusted else ""
    if not known and _origin(address) == _origin(provider.home):
        raise _missing(provider.key)
    return Access(address, known or None)


def _key(name: str, environment: Mapping[str, str]) -> str:
    key = environment.get(name, "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        hint = "a key is one line of letters, digits and signs"
        raise Unanswered("no-key", f"what `{name}` holds is no key", hint)
    return key


def based(address: str) -> str:
    """An address as requests need it: `/v1` where it says no path, no slash at its end. Raises `Unanswered`."""
    try:
        parts = urlsplit(address.strip())
        _ = parts.port  # raises where it is no number that a port can be
    except ValueError:
        raise Unanswered(
            "unreachable-backend", f"`{address}` is no address", "write `http://host:port/v1`"
        ) from None
    if "@" in parts.netloc:
        title = f"the address of {host(address)} has a name or a password in it"
        raise Unanswered(
            "unreachable-backend", title, "put the key into the environment, and name it with `key`"
        )
    path = parts.path.rstrip("/") or "/v1"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def below(address: str, path: str) -> str:
    """The address of one operation; what is asked for after `?` stays at the end."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path}/{path}", parts.query, ""))


def host(address: str) -> str:
    """The host and port of an address, without a name or password that may stand before them."""
    return urlsplit(address).netloc.rpartition("@")[2] or address


def _origin(address: str) -> tuple[str, str]:
    return urlsplit(address).scheme.lower(), host(address).lower()


def _missing(name: str) -> Unanswered:
    return Unanswered("no-key", f"`{name}` is not set", f"put the key into the environment variable `{name}`")
