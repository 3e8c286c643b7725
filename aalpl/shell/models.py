"""Reads models.toml: what stands behind the models of a program, so that the program names no vendor.

    currency = "USD"
    source = "the provider's list of 2026-11-01"

    [models.dev]
    model = "openai/gpt-5"     # backend and the name it has there; or `backend = "python"` alone
    address = "http://127.0.0.1:8080/v1"    # where the backend's own default is not meant
    key = "MY_KEY"             # the environment variable that holds the key, never the key
    in = 3.00                  # prices: per million tokens read, written, read from the cache, put into it; per call
    out = 15.00
    cached = 0.30
    cache-write = 3.75
    call = 0
    size = 8                   # the value of the model's size symbol
    overhead = 12              # tokens that the provider adds to every call
    window = 128000            # the value of the model's window symbol
    concurrency = 16           # calls at a time; in a minute; tokens in a minute
    requests-per-minute = 500
    tokens-per-minute = 200000
    retries = 4                # when the way to the model fails; when an answer does not fit its contract
    again = 2
    ratio = 1.5                # the provider's tokens for one of ours, at most
    most = 4096                # the longest answer, in the provider's tokens, where the contract has no bound
    scores = true              # a primitive that gives a `real` is asked for yes or no, and gives P(yes)
    timeout = { connect = 10, first = 60, total = 600 }
    more = { temperature = 0.2 }            # goes into every request as it is

A model without a price has an unknown one, never zero; so has any sum with it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

from aalpl.live.binding import Binding, Timeouts
from aalpl.program.nodes import Program
from aalpl.shell.failure import Failure, nearest


@attrs.frozen
class Models:
    """The bindings of a file, by the program's own names for its models."""

    bindings: Mapping[str, Binding]
    currency: str = "USD"
    source: str | None = None

    def of(self, model: str) -> Binding:
        """The binding of a model; one about which nothing is known where the file does not name it."""
        return self.bindings.get(model, Binding())

    def sizes(self, program: Program) -> dict[str, Fraction]:
        """Values for the symbols of the program's models (size, window, overhead), where the file gives them."""
        found: dict[str, Fraction] = {}
        for name, binding in self.bindings.items():
            if (model := program.models.get(name)) is None:
                continue
            pairs = [
                (model.size, binding.size),
                (model.window, binding.window),
                (model.overhead, binding.overhead),
            ]
            found |= {str(symbol): Fraction(value) for symbol, value in pairs if symbol and value is not None}
        return {symbol: value for symbol, value in found.items() if symbol in program.sizes}


Reader = Callable[[Any, str], Any]


def _number(value: Any, where: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or value < 0:
        raise Failure(f"{where} is no number of at least 0", code="bad-models")
    return Fraction(value)


def _positive(value: Any, where: str) -> Fraction:
    if not (number := _number(value, where)):
        raise Failure(f"{where} is 0", "leave it out where there is no limit", code="bad-models")
    return number


def _count(value: Any, where: str) -> int:
    number = _number(value, where)
    if number.denominator != 1:
        raise Failure(f"{where} is no whole number", code="bad-models")
    return int(number)


def _some(value: Any, where: str) -> int:
    return _count(_positive(value, where), where)


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise Failure(f"{where} is neither true nor false", code="bad-models")
    return value


def _rate(value: Any, where: str) -> float:
    return float(_positive(value, where))


def _word(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Failure(f"{where} is no text", "write it in quotes", code="bad-models")
    return value


def _variable(value: Any, where: str) -> str:
    word = _word(value, where)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", word):
        hint = 'put the key into the environment and write the name of its variable: `key = "MY_KEY"`'
        raise Failure(f"{where} is no name of an environment variable", hint, code="bad-models")
    return word


def _address(value: Any, where: str) -> str:
    word = _word(value, where)
    if not re.match(r"https?://[^/\s]+", word):
        raise Failure(f"{where} is no address", "write `http://host:port/v1`", code="bad-models")
    return word.rstrip("/")


def _timeouts(value: Any, where: str) -> Timeouts:
    table = _table(value, where, "write `timeout = { connect = 10, first = 60, total = 600 }`")
    _only(table, ("connect", "first", "total"), where)
    return Timeouts(**{key: _rate(each, f"{where}.{key}") for key, each in table.items()})


def _more(value: Any, where: str) -> Mapping[str, Any]:
    """Goes into JSON bodies: fractions become numbers again."""
    table = _table(value, where, "write `more = { temperature = 0.2 }`")
    found: dict[str, Any] = json.loads(json.dumps(table, default=float))
    return found


def _table(value: Any, where: str, hint: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Failure(f"{where} is no table", hint, code="bad-models")
    return value


_FIELDS: Mapping[str, tuple[str, Reader]] = {
    "backend": ("backend", _word),
    "model": ("model", _word),
    "address": ("address", _address),
    "key": ("key", _variable),
    "in": ("price_in", _number),
    "out": ("price_out", _number),
    "cached": ("price_cached", _number),
    "cache-write": ("price_written", _number),
    "call": ("price_call", _number),
    "size": ("size", _number),
    "overhead": ("overhead", _number),
    "window": ("window", _some),
    "concurrency": ("concurrency", _some),
    "requests-per-minute": ("requests_per_minute", _rate),
    "tokens-per-minute": ("tokens_per_minute", _rate),
    "retries": ("retries", _count),
    "again": ("again", _count),
    "ratio": ("ratio", _positive),
    "most": ("most", _some),
    "timeout": ("timeouts", _timeouts),
    "scores": ("scores", _flag),
    "more": ("more", _more),
}


def read(path: str, known: tuple[str, ...] | None) -> Models:
    """The models of the TOML file at `path`; its names must be among `known`, the program's models, where that is given."""
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"), parse_float=Fraction)
    except FileNotFoundError:
        raise Failure(f"there is no file `{path}`", code="no-such-file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure(f"`{path}` is no TOML: {error}", code="bad-models") from None
    _only(document, ("currency", "source", "models"), path)
    tables = document.get("models", {})
    if not isinstance(tables, dict):
        raise Failure(f"`models` in `{path}` is no table", "write `[models.NAME]`", code="bad-models")
    if known is not None:
        _only(tables, known, f"{path}: models")
    bindings = {name: _binding(table, f"{path}: models.{name}") for name, table in tables.items()}
    return Models(bindings, str(document.get("currency", "USD")), document.get("source"))


def _binding(table: Any, where: str) -> Binding:
    table = _table(table, where, "write `model = …`, `in = …` and `out = …` below it")
    _only(table, tuple(_FIELDS), where)
    values = {
        field: reader(table[key], f"{where}.{key}")
        for key, (field, reader) in _FIELDS.items()
        if key in table
    }
    backend, slash, model = (values.get("model") or "").partition("/")
    if slash and "backend" not in values:  # provider/model
        values |= {"backend": backend, "model": model}
    return Binding(**values)


def _only(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            guess = nearest(key, known)
            hint = f"did you mean `{guess}`?" if guess else f"known here: {', '.join(known) or 'nothing'}"
            raise Failure(f"`{key}` means nothing in {where}", hint, code="bad-models")
