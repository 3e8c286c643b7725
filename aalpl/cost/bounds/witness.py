"""Feasible choices for what is observed: they show from below how bad the worst case is.

An upper bound by itself is an O. The worst case is a Theta only if some behaviour that the hypotheses allow reaches the
bound's class. What an LLM call answers, and what the adversary chooses, is free within its contract at every call
(semantics 9), so any choice of such observables is a behaviour: here all of them as high as they go, and families that
hold at most b times in the first, or the last, b rounds. Observables of another kind (how a condition over derived values
turns out) are not free; then nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import attrs

from aalpl.check.walk import nodes
from aalpl.cost.closed.sums import total
from aalpl.cost.result import Range
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.program import nodes as p
from aalpl.program.size import (
    ONE,
    ZERO,
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
    raised,
    sym,
)

FREE = ("out", "present", "pick", "size", "elem")

Window = Literal["first", "last"]


@attrs.frozen
class _Stuck(Exception):
    """No choice is known to be feasible."""


def free_places(program: p.Program) -> frozenset[str]:
    """Places of LLM calls and of the adversary's choices.

    A call of what was handed over is one where no oracle is ever handed over: a function's own calls have places of
    their own."""
    functions = program.functions.values()
    handed = (
        node.name for function in functions for node in nodes(function) if isinstance(node, p.FunctionName)
    )
    primitives = not any(name in program.oracles for name in handed)
    return frozenset(place for function in functions for place in _block(function.body, primitives))


def witnesses(
    exact: Size, observables: Mapping[str, Range], known: Known, free: frozenset[str], kept: frozenset[str]
) -> Iterator[Size]:
    """Values of the form at feasible choices; `kept` are the numbers of rounds that it is given in."""
    for window in ("first", "last"):
        try:
            yield _Choice(observables, known, free, kept, window).size(exact, {})
        except _Stuck:
            return


@attrs.frozen
class _Choice:
    observables: Mapping[str, Range]
    known: Known
    free: frozenset[str]
    kept: frozenset[str]
    window: Window

    def size(self, size: Size, ranges: Mapping[str, tuple[Size, Size]]) -> Size:
        """The size with a number chosen for each observable; `ranges` are those of the bound indices around."""
        if not any(name in self.observables and name not in self.kept for name in size.free):
            return size
        result = ZERO
        for monomial, value in size.terms.items():
            product = ONE * value
            for atom, exponent in monomial:
                product = product * raised(self.atom(atom, ranges), exponent)
            result = result + product
        return result

    def atom(self, atom: Atom, ranges: Mapping[str, tuple[Size, Size]]) -> Size:
        match atom:
            case Sym(name) | Indexed(name, _) if name in self.kept or name not in self.observables:
                return alone(atom)
            case Sym(name):
                return self.chosen(name, (), ranges)
            case Indexed(name, places):
                return self.chosen(name, places, ranges)
            case Apply(function, args):
                return apply(function, *(self.size(arg, ranges) for arg in args))
            case Given(condition):
                return given(self.size(condition, ranges))
            case Big(operator, index, low, high, body):
                return self.fold(
                    operator, index, self.size(low, ranges), self.size(high, ranges), body, ranges
                )

    def fold(
        self,
        operator: str,
        index: str,
        low: Size,
        high: Size,
        body: Size,
        ranges: Mapping[str, tuple[Size, Size]],
    ) -> Size:
        inside = attrs.evolve(self, known=self.known.plus(sym(index) - low, high - sym(index)))
        chosen = inside.size(body, {**ranges, index: (low, high)})
        if operator == "sum":
            return total(index, low, high, chosen, self.known)
        return big(operator, index, low, high, chosen)

    def chosen(self, name: str, places: tuple[Size, ...], ranges: Mapping[str, tuple[Size, Size]]) -> Size:
        """The highest value in range; where only b rounds may have it, in the window."""
        limits = self.observables[name]
        kind, _, place = name.partition("@")
        if kind not in FREE or place.partition("<")[0] not in self.free or len(places) != len(limits.indices):
            raise _Stuck
        if limits.high is None or limits.low is None:
            raise _Stuck
        names = dict(zip(limits.indices, places, strict=True))
        low, high = limits.low.replace(names), limits.high.replace(names)
        if limits.at_most is None:
            return high
        own = places[limits.outer :]
        index = next(iter(own[0].free), "") if len(own) == 1 else ""
        if index not in ranges or own[0] != sym(index):
            raise _Stuck
        start, end = ranges[index]
        most = limits.at_most.replace(names)
        inside = (
            given(start + most - 1 - own[0]) if self.window == "first" else given(own[0] - end + most - 1)
        )
        return low + (high - low) * inside


def _block(statements: p.Block, primitives: bool) -> Iterator[str]:
    for statement in statements:
        yield from _statement(statement, primitives)


def _statement(statement: p.Statement, primitives: bool) -> Iterator[str]:
    match statement:
        case p.Ask(place=place, indirect=False) | p.Choose(place=place):
            yield place
        case p.Ask(place=place) | p.Call(indirect=True, place=place) if primitives:
            yield place
        case p.Sample(law=p.Draw(name="Uniform"), place=place):  # each outcome has a positive probability
            yield place
        case p.If(then=one, orelse=two) | p.Loop(before=one, body=two):
            yield from _block(one, primitives)
            yield from _block(two, primitives)
        case p.For(body=body) | p.Parallel(body=body):
            yield from _block(body, primitives)
        case p.Ask() | p.Let() | p.Call() | p.Consult() | p.Sample() | p.Contribute() | p.Return():
            pass
