"""A recurrence as a value, its cases, and what it is at small numbers.

    T(v) = body        over the symbols `params` of the entry and calls T(args) of itself

The body is what one activation pays: brackets [c >= 0] in it say which calls are made where. It is a polynomial in
these brackets, so the recurrence has one case for each way in which they can turn out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from aalpl.cost.engine.state import Array
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Apply, Atom, Big, Given, Indexed, Size, Sym, const
from aalpl.report import Span

FEW = 50
"""How many calls are worked out for the value at a number."""

CASES = 64
"""How many cases a recurrence may have."""


@attrs.frozen
class Recurrence:
    """What a call pays. `known` holds at every entry; `start` is where the outermost call enters.

    `unknown` is the name of the function T; `span` the place of the function. Where `side` is 1 the call pays at most
    what the body says, where it is -1 at least that; where it is 0, that. `chosen` are sizes >= 0 wherever calls are
    made: the ranges of choices, which mean nothing elsewhere."""

    function: str
    params: tuple[str, ...]
    unknown: str
    body: Size
    known: Known
    start: Mapping[str, Size]
    span: Span
    side: int = 0
    chosen: tuple[Size, ...] = ()
    arrays: Mapping[str, tuple[Array, Array]] = attrs.field(factory=dict)
    lists: frozenset[str] = frozenset()

    def calls(self, size: Size) -> list[Apply]:
        """The outermost calls in a size, in a fixed order."""
        found = (a for a in size.atoms() if isinstance(a, Apply) and a.function == self.unknown)
        return sorted(found, key=str)

    def at(self, call: Apply) -> dict[str, Size]:
        """What a call hands over, by symbol of the entry."""
        return dict(zip(self.params, call.args, strict=True))

    def put(self, size: Size, solution: Size) -> Size:
        """The size with a solution in the place of the unknown function."""

        def change(atom: Atom) -> Size:
            if isinstance(atom, Apply) and atom.function == self.unknown:
                return solution.replace(self.at(atom))
            return alone(atom)

        return size.map_atoms(change)


def settled(of: Recurrence) -> Recurrence:
    """With the values of calls that are handed numbers only, where they are decided."""

    def change(atom: Atom) -> Size:
        if isinstance(atom, Apply) and atom.function == of.unknown:
            numbers = [arg.constant() for arg in atom.args]
            if all(number is not None and number.denominator == 1 for number in numbers):
                at = {name: int(number or 0) for name, number in zip(of.params, numbers, strict=True)}
                value = unrolled(of, at, [FEW])
                return alone(atom) if value is None else value
        return alone(atom)

    return attrs.evolve(of, body=of.body.map_atoms(change))


@attrs.frozen
class Linear:
    """A body as a sum: what each call is multiplied with, and what is paid beside the calls."""

    factors: Mapping[Apply, Size]
    rest: Size


def linear(of: Recurrence, body: Size) -> Linear | None:
    """The body as a sum over calls; None where a call stands inside something else."""
    factors: dict[Apply, Size] = {}
    rest = body
    for call in of.calls(body):
        parts = body.coefficients(call)
        if set(parts) - {0, 1} or of.unknown in parts.get(1, ZERO).free:
            return None
        factors[call] = parts[1]
        rest = rest - parts[1] * alone(call)
    return None if of.unknown in rest.free else Linear(factors, rest)


@attrs.frozen
class Case:
    """One way in which conditions turn out: sizes that are >= 0 there, and the body without their brackets."""

    facts: tuple[Size, ...]
    body: Size


def brackets(size: Size) -> list[Given]:
    """The outermost conditions of a size."""
    return sorted((a for a in size.atoms() if isinstance(a, Given)), key=str)


def cases(body: Size, known: Known, wanted: list[Given] | None = None) -> list[Case] | None:
    """The cases by the conditions in the body (or by those wanted); None where there are too many."""
    found = list(_cases(body, known, (), wanted))
    return found if len(found) <= CASES else None


def _cases(body: Size, known: Known, facts: tuple[Size, ...], wanted: list[Given] | None) -> Iterator[Case]:
    open_ = [a for a in brackets(body) if wanted is None or a in wanted]
    if not open_ or len(facts) > 8:
        yield Case(facts, body)
        return
    atom = open_[0]
    for value, fact in ((ONE, atom.condition), (ZERO, -atom.condition - 1)):
        inside = known.plus(fact)
        if known.proves(-fact - 1) or inside.proves(const(-1)):
            continue
        yield from _cases(put_in(body, atom, value), inside, (*facts, fact), wanted)


def put_in(size: Size, atom: Atom, value: Size) -> Size:
    """The size with a value for an outermost atom."""
    return size.map_atoms(lambda other: value if other == atom else alone(other))


def unrolled(of: Recurrence, at: Mapping[str, int], budget: list[int]) -> Size | None:
    """What a call pays at numbers for all of its entry variables, over the other symbols; None where that is not decided.

    `budget` is how many calls may be made; it is shared."""
    found: dict[tuple[int, ...], Size | None] = {}

    def paid(values: tuple[int, ...]) -> Size | None:
        if values in found:
            return found[values]
        found[values] = None  # a call that leads to itself has no value
        budget[0] -= 1
        if budget[0] < 0:
            return None
        body = of.body.replace({name: const(value) for name, value in zip(of.params, values, strict=True)})
        result = _settled(of, tidy(body, of.known), paid)
        found[values] = result
        return result

    return paid(tuple(at[name] for name in of.params))


def _settled(of: Recurrence, body: Size, paid: object) -> Size | None:
    assert callable(paid)
    if any(of.unknown in size.free for atom in body.atoms() for size in _inside(atom)):
        return None
    for call in of.calls(body):
        numbers = [arg.constant() for arg in call.args]
        if any(number is None or number.denominator != 1 for number in numbers):
            return None
        value = paid(tuple(int(number) for number in numbers if number is not None))
        if value is None:
            return None
        body = put_in(body, call, value)
    return body


def _inside(atom: Atom) -> Iterator[Size]:
    """The sizes inside an atom that is no call."""
    match atom:
        case Big(_, _, low, high, body):
            yield from (low, high, body)
        case Given(condition):
            yield condition
        case Indexed(_, sizes) | Apply(_, sizes):
            yield from sizes
        case Sym():
            pass
