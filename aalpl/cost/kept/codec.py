"""Records as text and back: JSON in which sizes are numbered, of a few known classes and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import attrs

from aalpl.cost import result
from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym
from aalpl.report import Source, Span

BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)
"""What reading a text that was not written here, or writing what is no data, ends in."""


@cache
def classes() -> Mapping[str, Any]:
    """The classes that a text may name."""
    from aalpl.cost.growth.classes import Growth
    from aalpl.cost.kept.record import Facts, Portrait
    from aalpl.cost.sizes.known import Known
    from aalpl.cost.words.summary import Grown, Line
    from aalpl.program.types import Bernoulli, Binomial, Geometric, Uniform

    own = (
        result.Answer,
        result.Asked,
        result.Condition,
        result.Expected,
        result.Hypothesis,
        result.Part,
        result.Quantity,
        result.Range,
        result.Step,
        result.Unknown,
    )
    more = (Growth, Facts, Portrait, Known, Grown, Line, Bernoulli, Binomial, Geometric, Uniform)
    return {kind.__name__: kind for kind in (*own, *more)}


@cache
def _fields(kind: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a class, and what the parameters that set them are called."""
    return tuple((f.name, f.alias or f.name) for f in attrs.fields(kind) if f.init)


def encode(value: object) -> str:
    """The value as text; one of `BROKEN` where something in it is no data."""
    writer = _Writer()
    body = writer.value(value)
    return json.dumps([writer.rows, body], separators=(",", ":"))


def decode(text: str, source: Source) -> Any:
    """The value of a text, with its spans in `source`; one of `BROKEN` where it is no such text."""
    rows, body = json.loads(text)
    return _Reader(source).read(rows, body)


@attrs.define(eq=False)
class _Writer:
    rows: list[Any] = attrs.Factory(list)
    _known: dict[Size | Atom, int] = attrs.Factory(dict)

    def value(self, of: Any) -> Any:
        if of is None or isinstance(of, bool | str | int):
            return of
        if isinstance(of, Size):
            return ["#", self.size(of)]
        if isinstance(of, Span):
            return ["@", of.start, of.end]
        if isinstance(of, Fraction):
            return ["/", of.numerator, of.denominator]
        if isinstance(of, tuple):
            return ["(", *map(self.value, of)]
        if isinstance(of, frozenset):
            return ["<", *sorted(map(self.value, of))]
        if isinstance(of, Mapping):
            return ["{", *([self.value(key), self.value(each)] for key, each in of.items())]
        name = type(of).__name__
        if classes()[name] is not type(of):
            raise TypeError(name)
        return [name, *(self.value(getattr(of, field)) for field, _ in _fields(classes()[name]))]

    def size(self, of: Size) -> int:
        if of not in self._known:
            terms = [
                [value, *([self.atom(atom), power] for atom, power in monomial)]
                for monomial, value in of.whole.items()
            ]
            self._known[of] = self._row([of.under, *terms])
        return self._known[of]

    def atom(self, of: Atom) -> int:
        if of not in self._known:
            self._known[of] = self._row(self._parts(of))
        return self._known[of]

    def _parts(self, of: Atom) -> list[Any]:
        match of:
            case Sym(name):
                return ["Sym", name]
            case Indexed(name, sizes):
                return ["Indexed", name, *map(self.size, sizes)]
            case Apply(name, sizes):
                return ["Apply", name, *map(self.size, sizes)]
            case Big(operator, index, low, high, body):
                return ["Big", operator, index, *map(self.size, (low, high, body))]
            case Given(condition):
                return ["Given", self.size(condition)]

    def _row(self, row: list[Any]) -> int:
        self.rows.append(row)
        return len(self.rows) - 1


@attrs.define(eq=False)
class _Reader:
    source: Source
    rows: list[Any] = attrs.Factory(list)

    def read(self, rows: list[Any], body: Any) -> Any:
        for row in rows:
            self.rows.append(self.size(row) if isinstance(row[0], int) else self.atom(row))
        return self.value(body)

    def value(self, of: Any) -> Any:
        if not isinstance(of, list):
            return of
        match of:
            case ["#", int(number)]:
                return self.rows[number]
            case ["@", int(start), int(end)]:
                return Span(self.source, start, end)
            case ["/", int(above), int(below)]:
                return Fraction(above, below)
            case ["(", *items]:
                return tuple(map(self.value, items))
            case ["<", *items]:
                return frozenset(map(self.value, items))
            case ["{", *items]:
                return {self.value(key): self.value(each) for key, each in items}
            case [str(name), *parts]:
                kind = classes()[name]
                fields = [alias for _, alias in _fields(kind)]
                return kind(**dict(zip(fields, map(self.value, parts), strict=True)))
            case _:
                raise ValueError(of)

    def size(self, row: list[Any]) -> Size:
        under, *terms = row
        return Size({tuple((self.rows[a], e) for a, e in powers): value for value, *powers in terms}, under)

    def atom(self, row: list[Any]) -> Atom:
        match row:
            case ["Sym", name]:
                return Sym(name)
            case ["Indexed", name, *sizes]:
                return Indexed(name, tuple(self.rows[i] for i in sizes))
            case ["Apply", name, *sizes]:
                return Apply(name, tuple(self.rows[i] for i in sizes))
            case ["Big", operator, index, low, high, body]:
                return Big(operator, index, self.rows[low], self.rows[high], self.rows[body])
            case ["Given", condition]:
                return Given(self.rows[condition])
            case _:
                raise ValueError(row)
