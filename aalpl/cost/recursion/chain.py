"""Recurrences in which all calls of one activation are handed the same: T(v) = a T(w(v)) + g(v), and b(v) at the end.

The entry of the i-th level is v_i, the i-th iterate of w, which the solvers of loops find in closed form; R levels call
themselves, as many as rounds of a loop with that condition. Then

    T(v) = sum_{i < R} a^i g(v_i) + a^R b(v_R)

which is exact. Trees of depth d (a^i nodes on level i), single recursion of any depth, halving, and calls that hand on
something grown are of this kind; so are calls on equal parts of a number that is c b^d, whatever is rounded how.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.closed import recurrences
from aalpl.cost.closed.recurrences import Rounds
from aalpl.cost.closed.sums import product, total
from aalpl.cost.engine.lists import array_at
from aalpl.cost.engine.portfolio import Test, held, mapped
from aalpl.cost.engine.state import Array, State
from aalpl.cost.form.nodes import All, Any, Condition, Holds
from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.levels import divisions
from aalpl.cost.recursion.proofs import holds, plainly
from aalpl.cost.recursion.recurrence import Case, Linear, Recurrence, brackets, cases, linear
from aalpl.cost.recursion.solution import Solution, exactly
from aalpl.cost.result import Step
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Size,
    apply,
    ceil,
    floor,
    given,
    is_whole,
    power,
    sym,
)

LEVEL = "level°"
BEFORE = "before°"


@attrs.frozen
class Chain:
    """The recurrence taken apart: `factor` calls with the updated entry under `condition`; what is paid then, and else."""

    factor: Size
    updates: Mapping[str, Size]
    condition: Condition
    paid: Size
    last: Size


def chain(of: Recurrence) -> Solution | None:
    """The closed form, where all calls hand over the same."""
    body = linear(of, of.body)
    found = None if body is None else taken_apart(of, body)
    return None if found is None else summed(of, found)


def taken_apart(of: Recurrence, body: Linear) -> Chain | None:
    """The parts of a recurrence with one kind of call."""
    if len(body.factors) != 1 or any(of.arrays.keys() & size.free for size in body.factors.values()):
        return None
    ((call, factor),) = body.factors.items()
    split = cases(factor, of.known, brackets(factor))
    if split is None:
        return None
    calling = [case for case in split if case.body]
    if len({case.body for case in calling}) != 1:
        return None
    number = calling[0].body
    condition = Any(tuple(All(tuple(map(Holds, case.facts))) for case in calling))
    last = [case for case in split if not case.body]
    updates = {name: _rounded(_under(calling, arg, of.known)) for name, arg in of.at(call).items()}
    return Chain(
        number,
        updates,
        condition,
        _under(calling, body.rest, of.known),
        _under(last, body.rest, of.known),
    )


def _under(split: list[Case], size: Size, known: Known) -> Size:
    """The size where one of the cases holds."""
    return plainly(size, known.plus(*split[0].facts)) if len(split) == 1 else size


def _rounded(size: Size) -> Size:
    """n - floor(n/2) as ceil(n/2)."""
    for atom in size.atoms():
        if isinstance(atom, Apply) and atom.function in ("floor", "ceil"):
            rest = size + alone(atom)
            if size.coefficients(atom).get(1) == -1 and is_whole(rest) and size.degree(atom) == 1:
                turn = ceil if atom.function == "floor" else floor
                return turn(rest - atom.args[0])
    return size


def summed(of: Recurrence, found: Chain) -> Solution | None:
    """The sum over the levels."""
    level = sym(LEVEL)
    values = entries(of, found.updates)
    if values is None:
        return None
    known = of.known.plus(level)
    lists = elements(of, values)
    condition, once = lasting(of, found)
    number = None if lists is None else depth(condition, values, known)
    if number is None or lists is None:
        return None
    number = tidy(once * number, of.known)
    inside = known.plus(number - 1 - level)
    settle = {name: tidy(_whole(value, inside), inside) for name, value in values.items()}
    growth = _growth(of, found.factor, values)
    paid = total(LEVEL, ZERO, number - 1, growth * _read(found.paid.replace(settle), lists, inside), of.known)
    known_last = of.known.plus(number)
    end = {
        name: tidy(_whole(value.replace({LEVEL: number}), known_last), known_last)
        for name, value in values.items()
    }
    ending = {name: array.replace({LEVEL: number}) for name, array in lists.items()}
    last = growth.replace({LEVEL: number}) * _read(found.last.replace(end), ending, known_last)
    return exactly(tidy(paid + last, of.known), *_told(of, found, values, number))


def _growth(of: Recurrence, factor: Size, values: Mapping[str, Size]) -> Size:
    """How many calls there are on a level: a power, or the product over the levels before."""
    level = sym(LEVEL)
    if not set(of.params) & factor.free:
        return power(factor, level)
    before = {name: value.replace({LEVEL: sym(BEFORE)}) for name, value in values.items()}
    return product(BEFORE, ZERO, level - 1, factor.replace(before), of.known.plus(level))


def entries(of: Recurrence, updates: Mapping[str, Size]) -> dict[str, Size] | None:
    """The entry variables on every level, in closed form; None where some are not solved."""
    solved: dict[str, Size] = {}
    rounds = Rounds(LEVEL, ZERO, of.known.plus(sym(LEVEL)))
    open_ = dict(updates)
    while open_:
        ready = [
            name
            for name, update in open_.items()
            if not (update.replace(solved).free & (set(of.params) - {name}))
        ]
        before = len(open_)
        for name in ready:
            value = recurrences.solve(name, open_[name].replace(solved), of.start[name], rounds)
            if value is not None:
                solved[name] = value
                del open_[name]
        if len(open_) == before:
            return None
    return solved


def elements(of: Recurrence, values: Mapping[str, Size]) -> dict[str, Array] | None:
    """The lists on every level; None where some are not solved, or where the lists decide how far it goes."""
    rounds = Rounds(LEVEL, ZERO, of.known.plus(sym(LEVEL)))
    solved: dict[str, Array] = {}
    for name, (update, start) in of.arrays.items():
        found = array_at(name, update.replace(values), start, rounds)
        if found is None:
            return None
        solved[name] = found
    return solved


def _read(size: Size, lists: Mapping[str, Array], known: Known) -> Size:
    """The size with the elements put in."""
    return tidy(State({}, dict(lists)).read(size, known) if lists else size, known)


def lasting(of: Recurrence, found: Chain) -> tuple[Condition, Size]:
    """The condition without what goes on to hold once it does, and whether that holds at first (1 or 0)."""
    match found.condition:
        case Any((All(parts),)) if len(parts) > 1:
            sizes = [part.size for part in parts if isinstance(part, Holds)]
            inside = of.known.plus(*sizes)
            kept = [size for size in sizes if not holds(inside, size.replace(found.updates))]
            if len(sizes) < len(parts) or not kept:
                return found.condition, ONE
            once = ONE
            for size in sizes:
                if size not in kept:
                    once = once * given(size.replace(of.start))
            return All(tuple(map(Holds, kept))), once
        case _:
            return found.condition, ONE


def depth(condition: Condition, values: Mapping[str, Size], known: Known) -> Size | None:
    """How many levels call themselves."""
    here = mapped(condition, lambda size: size.replace(values))
    divided = divisions(here, LEVEL, known)
    if divided is not None and not any(
        isinstance(a, Apply) and a.function == "floor" for a in divided.atoms()
    ):
        return divided  # of powers: no logarithm is left to be rounded
    found = held(Test(here, LEVEL, known))
    return divided if found is None else found


def _whole(size: Size, known: Known) -> Size:
    """The size without roundings of what is a product of whole numbers and powers with exponents >= 0."""

    def change(atom: Atom) -> Size:
        if isinstance(atom, Apply) and atom.function in ("floor", "ceil"):
            inner = _whole(atom.args[0], known)
            return inner if _integer(inner, known) else apply(atom.function, inner)
        return alone(atom)

    return size.map_atoms(change)


def _integer(size: Size, known: Known) -> bool:
    """Whether every term is a whole number: base^e / base^f with e >= f counts."""
    for monomial, value in size.terms.items():
        exponents: dict[Size, Size] = {}
        for atom, times in monomial:
            if isinstance(atom, Apply) and atom.function == "pow":
                base = atom.args[0]
                exponents[base] = exponents.get(base, ZERO) + atom.args[1] * times
            elif times < 0 or not is_whole(alone(atom)):
                return False
        for base, exponent in exponents.items():
            number = base.constant()
            while number is not None and number > 1 and (value * number).denominator < value.denominator:
                value, exponent = value * number, exponent - 1
            if not (is_whole(base) and is_whole(exponent) and known.proves(exponent)):
                return False
        if value.denominator != 1:
            return False
    return True


def _told(of: Recurrence, found: Chain, values: Mapping[str, Size], number: Size) -> tuple[Step, ...]:
    line = of.span.line
    call = ", ".join(plain(found.updates[name]) for name in of.params)
    mine = ", ".join(plain(sym(name)) for name in of.params)
    times = "" if found.factor == 1 else f"{plain(found.factor)}*"
    steps = [
        Step(
            line,
            f"`{of.function}` calls itself; what a call pays where it does",
            f"T({mine}) = {times}T({call}) + {plain(found.paid)}",
        ),
        Step(line, "the depth of the calls", plain(number)),
    ]
    return tuple(steps)
