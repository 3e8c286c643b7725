"""A function with unknown coefficients at every node, and what it is before and after a turn.

The functions are combinations of products of *factors*: names, and `max(0, e)`. In the coordinates of a frame a factor
is a polynomial: of `max(0, e)` the sign of e must be known there, so a turn that leaves it open is looked at twice, once
with e >= 0 and once with e <= -1. That is exact, where facts about `max` would lose something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement

import attrs

from aalpl.cost.potentials.frames import Frame, framed
from aalpl.cost.potentials.moments import expected
from aalpl.cost.potentials.programs import CONSTANT, Program
from aalpl.cost.potentials.turns import Turn, Values
from aalpl.cost.potentials.work import TooLarge, Work
from aalpl.program.size import ONE, ZERO, Apply, Size, maximum

Product = tuple[Size, ...]
Form = dict[int, Size]
CASES = 12
FACTOR, FRAMED = 15, 100  # what it costs to put a factor in coordinates, and to find coordinates


@attrs.frozen(eq=False)
class Template:
    """The products at each node, and the column of the first one."""

    products: tuple[tuple[Product, ...], ...]
    first: tuple[int, ...]
    work: Work

    def chosen(self, node: int, values: Sequence[int | Fraction]) -> Size:
        """The function at a node, with the coefficients of a solution."""
        result = ZERO
        for i, product in enumerate(self.products[node]):
            if coefficient := values[self.first[node] + i]:
                part = ONE * coefficient
                for factor in product:
                    part = part * factor
                result = result + part
        return result


def template(program: Program, products: Sequence[Sequence[Product]]) -> Template:
    """A template with new columns in the program."""
    first = []
    for each in products:
        first.append(len(program.columns))
        for _ in each:
            program.unknown()
    return Template(tuple(map(tuple, products)), tuple(first), program.work)


def powers(factors: Sequence[Size], degree: int) -> list[Product]:
    """All products of at most so many factors."""
    return [p for d in range(degree + 1) for p in combinations_with_replacement(factors, d)]


def edge(factor: Size) -> Size | None:
    """The e of `max(0, e)`, None of other factors."""
    for atom in factor.atoms():
        if isinstance(atom, Apply) and atom.function == "max":
            inside = [arg for arg in atom.args if arg != ZERO]
            return inside[0] if len(inside) == 1 and len(atom.args) == 2 else None
    return None


@attrs.define(eq=False)
class View:
    """Products seen in the coordinates of a frame, before and after moves."""

    frame: Frame
    decided: Mapping[Size, int]
    work: Work
    _seen: dict[tuple[int, Size], Size] = attrs.field(factory=dict)
    _products: dict[tuple[int, Product], Size] = attrs.field(factory=dict)

    def product(self, product: Product, values: Values) -> Size:
        """A product of factors after the values were set."""
        if not product:
            return ONE
        key = (id(values), product)
        if key not in self._products:
            head = self.product(product[:-1], values)
            last = self._factor(product[-1], values)
            self.work.pay(4 + 2 * len(head.whole) * len(last.whole))
            self._products[key] = head * last
        return self._products[key]

    def _factor(self, factor: Size, values: Values) -> Size:
        key = (id(values), factor)
        if key not in self._seen:
            self.work.pay(FACTOR)
            self._seen[key] = self._put(factor, values)
        return self._seen[key]

    def _put(self, factor: Size, values: Values) -> Size:
        inside = edge(factor)
        if inside is None:
            return self.frame.at(factor.replace(values) if values else factor)
        after = inside.replace(values) if values else inside
        sign = self.decided.get(after) or self.frame.sign(after)
        if sign is None:
            raise TooLarge
        return self.frame.at(after) if sign > 0 else ZERO


NOTHING: Values = {}


def change(turn: Turn, view: View, of: Template) -> tuple[Form, Form]:
    """The template before a turn, and the expectation of it after, by column."""
    draws = dict(turn.draws)
    before: Form = {}
    if turn.node >= 0:
        for i, product in enumerate(of.products[turn.node]):
            before[of.first[turn.node] + i] = view.product(product, NOTHING)
    after: Form = {}
    for move in turn.moves:
        weight = view.frame.at(move.weight)
        for i, product in enumerate(of.products[move.node]):
            size = view.product(product, move.values)
            if draws:
                size = expected(size, draws)
            if weight != ONE:
                size = weight * size
            column = of.first[move.node] + i
            after[column] = after[column] + size if column in after else size
    return before, after


def minus(left: Mapping[int, Size], right: Mapping[int, Size]) -> Form:
    """The difference of two forms."""
    result = dict(left)
    for column, size in right.items():
        result[column] = result[column] - size if column in result else -size
    return {column: size for column, size in result.items() if size}


def views(turn: Turn, of: Template, reals: Sequence[str]) -> Iterator[View]:
    """The cases of a turn: in each, every `max` in the template, before and after, is decided. Raises `TooLarge`."""
    drawn = {name for name, _ in turn.draws}
    undecided = list(dict.fromkeys(_edges(turn, of, drawn)))
    cases: list[_Case] = [(turn.facts, {})]
    for e in undecided:
        of.work.pay(FRAMED * len(cases))
        cases = [case for old in cases for case in _split(old, e, reals)]
        if len(cases) > CASES:
            raise TooLarge
    for facts, decided in cases:
        frame = framed(facts, reals)
        if not frame.dead:
            of.work.pay(FRAMED)
            yield View(frame, decided, of.work)


_Case = tuple[tuple[Size, ...], dict[Size, int]]


def _split(case: _Case, e: Size, reals: Sequence[str]) -> Iterator[_Case]:
    facts, decided = case
    sign = framed(facts, reals).sign(e)
    if sign is not None:
        yield facts, {**decided, e: sign}
        return
    for fact, side in ((e, 1), (-e - 1, -1)):
        if not framed((*facts, fact), reals).dead:
            yield (*facts, fact), {**decided, e: side}


def _edges(turn: Turn, of: Template, drawn: set[str]) -> Iterator[Size]:
    places: list[tuple[int, Values]] = [(move.node, move.values) for move in turn.moves]
    if turn.node >= 0:
        places.append((turn.node, NOTHING))
    for node, values in places:
        for factor in _factors(of.products[node]):
            inside = edge(factor)
            if inside is not None:
                after = inside.replace(values) if values else inside
                if not drawn.isdisjoint(after.free):
                    raise TooLarge
                yield after


def _factors(products: Iterable[Product]) -> list[Size]:
    return list(dict.fromkeys(factor for product in products for factor in product))


def positive_part(e: Size) -> Size:
    """max(0, e), as a factor."""
    return maximum(0, e)


__all__ = [
    "CONSTANT",
    "Template",
    "View",
    "change",
    "edge",
    "minus",
    "positive_part",
    "powers",
    "template",
    "views",
]
