"""Reads models.toml: what stands behind the models of a program. So far their prices, sizes and overheads.

    currency = "USD"
    source = "the provider's list of 2026-11-01"

    [models.dev]
    in = 3.00              # per million tokens read
    out = 15.00            # per million tokens written
    call = 0               # per call
    size = 8               # the value of the model's size symbol
    overhead = 12          # tokens that the provider adds to every call

A model without a price has an unknown one, never zero; so has any sum with it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

from aalpl.live.binding import Binding
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
        """Values for the size symbols of the program's models, where the file gives them."""
        symbols = {name: str(program.models[name].size) for name in self.bindings}
        given = {symbols[name]: binding.size for name, binding in self.bindings.items()}
        return {
            symbol: size for symbol, size in given.items() if size is not None and symbol in program.sizes
        }


_FIELDS = {"in": "price_in", "out": "price_out", "call": "price_call", "size": "size", "overhead": "overhead"}


def read(path: str, known: tuple[str, ...]) -> Models:
    """The models of the TOML file at `path`; its names must be among `known`, the program's models."""
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
    _only(tables, known, f"{path}: models")
    bindings = {name: _binding(table, f"{path}: models.{name}") for name, table in tables.items()}
    return Models(bindings, str(document.get("currency", "USD")), document.get("source"))


def _binding(table: Any, where: str) -> Binding:
    if not isinstance(table, dict):
        raise Failure(f"{where} is no table", "write `in = …` and `out = …` below it", code="bad-models")
    _only(table, tuple(_FIELDS), where)
    return Binding(**{_FIELDS[key]: _number(value, f"{where}.{key}") for key, value in table.items()})


def _number(value: Any, where: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or value < 0:
        raise Failure(f"{where} is no number of at least 0", code="bad-models")
    return Fraction(value)


def _only(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            guess = nearest(key, known)
            hint = f"did you mean `{guess}`?" if guess else f"known here: {', '.join(known) or 'nothing'}"
            raise Failure(f"`{key}` means nothing in {where}", hint, code="bad-models")
