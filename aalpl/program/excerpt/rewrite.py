"""Values with other places: a generic walk over nodes, sizes and containers that changes texts and spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from aalpl.program.size import (
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Size,
    Sym,
    apply,
    big,
    given,
    indexed,
    sym,
)
from aalpl.program.size.atoms import Monomial
from aalpl.report import Span


@attrs.define(eq=False)
class Rewriting:
    """What becomes of a text and a number, each with the name of the field it is in, and of a span.

    Equal values become the same value, down to the order in which sizes have their terms."""

    text: Callable[[str, str], str]
    span: Callable[[Span], Span]
    number: Callable[[int, str], int]
    _sizes: dict[Size, Size] = attrs.field(factory=dict, init=False)
    _ordered_sizes: dict[Size, Size] = attrs.field(factory=dict, init=False)

    def value(self, of: Any, field: str = "") -> Any:
        """The value, rewritten at every depth; what is not data stays as it is."""
        if isinstance(of, str):
            return self.text(of, field)
        if isinstance(of, Size):
            return self.size(of)
        if isinstance(of, Span):
            return self.span(of)
        if type(of) is int:
            return self.number(of, field)
        if type(of) in (tuple, list):
            return type(of)([self.value(each, field) for each in of])
        if isinstance(of, frozenset):
            return frozenset(self.value(each, field) for each in of)
        if isinstance(of, Mapping):
            return {self.value(key, field): self.value(each, field) for key, each in of.items()}
        if attrs.has(type(of)):
            return self._attributes(of)
        return of

    def _attributes(self, of: Any) -> Any:
        kept = [(field, getattr(of, field.name)) for field in attrs.fields(type(of)) if field.init]
        return type(of)(**{field.alias or field.name: self.value(part, field.name) for field, part in kept})

    def size(self, of: Size) -> Size:
        """The size with its names rewritten, and its terms in order."""
        if of not in self._sizes:
            new = of
            if any(self.text(name, "") != name for name in of.free):
                new = of.map_atoms(self._atom)
            self._sizes[of] = self._ordered(new)
        return self._sizes[of]

    def _ordered(self, of: Size) -> Size:
        if of in self._ordered_sizes:
            return self._ordered_sizes[of]
        terms = [(tuple((self._inside(a), e) for a, e in m), value) for m, value in of.whole.items()]
        found = self._ordered_sizes[of] = Size(dict(sorted(terms, key=_reading)), of.under)
        return found

    def _inside(self, atom: Atom) -> Atom:
        """The atom with the sizes in it in order."""
        match atom:
            case Sym():
                return atom
            case Indexed(name, indices):
                return Indexed(name, tuple(map(self._ordered, indices)))
            case Apply(function, args):
                return Apply(function, tuple(map(self._ordered, args)))
            case Big(operator, index, low, high, body):
                return Big(operator, index, self._ordered(low), self._ordered(high), self._ordered(body))
            case Given(condition):
                return Given(self._ordered(condition))

    def _atom(self, atom: Atom) -> Size:
        match atom:
            case Sym(name):
                return sym(self.text(name, ""))
            case Indexed(name, indices):
                return indexed(self.text(name, ""), *map(self.size, indices))
            case Apply(function, args):
                return apply(function, *map(self.size, args))
            case Big(operator, index, low, high, body):
                return big(operator, index, self.size(low), self.size(high), self.size(body))
            case Given(condition):
                return given(self.size(condition))


def _reading(term: tuple[Monomial, int]) -> tuple[int, list[tuple[tuple[str, str], int]]]:
    """Highest degree first, then by name."""
    return -sum(e for _, e in term[0]), [(atom.order, e) for atom, e in term[0]]
