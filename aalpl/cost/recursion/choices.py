"""Recurrences with a choice: which call is made, or where something is cut in parts.

From above, T(n) <= max_u E(n, T, u). If there is one call, and what it is handed lies between e_low(n) and e_high(n), the
closed form C of the recurrence with e_high in its place is the answer, provided that C grows: then C(e) <= C(e_high).
If there are several calls whose parts sum up to the same for every choice, all is put into one of them, and C is the
answer if it is convex: then the sum is largest where the parts are most unequal. From below the other way round: the
least that one call is handed, and parts that are equal, by Jensen's inequality for the convex closed form.

As each choice is the adversary's or a draw, the bound from above is what some behaviour pays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import attrs

from aalpl.cost.recursion.alternatives import alternatives
from aalpl.cost.recursion.curves import convex, grows
from aalpl.cost.recursion.ends import CHOICE
from aalpl.cost.recursion.guarded import Guarded, guarded
from aalpl.cost.recursion.master import equal_parts
from aalpl.cost.recursion.proofs import holds
from aalpl.cost.recursion.recurrence import Recurrence, settled
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Apply, Atom, Size, Sym, sym

Solve = Callable[[Recurrence], Solution | None]


def choices(of: Recurrence, solve: Solve) -> Solution | None:
    """A bound on the side of the recurrence, by what the choice is at its worst (best)."""
    if not of.side or len(of.params) != 1:
        return None
    options = alternatives(of)
    split = [] if options is None else [guarded(option) for option in options]
    whole = [each for each in split if each is not None]
    if not whole or len(whole) < len(split) or options is None:
        return None
    if len(whole) == 1 and not _chosen(whole[0]):
        return None
    if all(len(each.calls) == 1 and each.calls[0][1] == 1 for each in whole):
        return _one_call(of, options, whole, solve)
    if len(whole) == 1 and of.side > 0:
        return _unequal(of, options[0], whole[0], solve)
    return equal_parts(of, whole[0]) if len(whole) == 1 else None


def _chosen(split: Guarded) -> set[str]:
    """The choices in what calls are handed."""
    return {name for args, _ in split.calls for arg in args for name in arg.free if name.startswith(CHOICE)}


def _one_call(
    of: Recurrence, options: list[Recurrence], split: list[Guarded], solve: Solve
) -> Solution | None:
    """The largest (smallest) of all that may be handed over, with the largest (smallest) of what is paid beside."""
    (name,) = of.params
    if not all(holds(each.inside, each.calls[0][0][0]) for each in split):
        return None  # that a closed form grows is known for numbers that are not negative
    candidates: list[tuple[Recurrence, Size]] = []
    for option, each in zip(options, split, strict=True):
        candidates += [(option, end) for end in _ends(each.calls[0][0][0], each.inside, of.side)]
    for option, end in candidates:
        known = split[0].inside
        if not all(holds(known, (end - other) * of.side) for _, other in candidates):
            continue
        if not all(_paid_most(option, other, of) for other in options):
            continue
        body = settled(attrs.evolve(option, body=_with(option, end))).body
        if any(symbol.startswith(CHOICE) for symbol in body.free):
            continue
        return _checked(of, attrs.evolve(option, body=body), solve, lambda c, k: grows(c, name, k))
    return None


def _paid_most(option: Recurrence, other: Recurrence, of: Recurrence) -> bool:
    """Whether no other alternative pays more (less) beside the call."""

    def rest(each: Recurrence) -> Size:
        return each.body.map_atoms(lambda a: sym("call°") if _is_call(of, a) else alone(a))

    gap = tidy(rest(option) - rest(other), of.known)
    return not gap or of.known.plus(sym("call°")).proves(gap * of.side)


def _unequal(of: Recurrence, option: Recurrence, split: Guarded, solve: Solve) -> Solution | None:
    """All in one part."""
    (name,) = of.params
    names = _chosen(split)
    if len(names) != 1 or any(times.constant() is None for _, times in split.calls):
        return None
    (choice,) = names
    if not all(holds(split.inside, arg) for (arg,), _ in split.calls):
        return None  # the shape of a closed form is known for numbers that are not negative
    if any(arg.degree(Sym(choice)) != 1 or choice in _rest(arg, choice).free for (arg,), _ in split.calls):
        return None
    for low, high in product(*(_limits(choice, split.inside, side) for side in (1, -1))):
        for end, other in ((low, high), (high, low)):
            body = settled(attrs.evolve(option, body=option.body.replace({choice: end}))).body
            again = option.body.replace({choice: other})
            if body.free & {choice} or of.unknown not in body.free:
                continue

            def worst(closed: Size, known: Known, body: Size = body, again: Size = again) -> bool:
                if not convex(closed, name, known):
                    return False
                gap = tidy(of.put(body, closed) - of.put(again, closed), known)
                return known.proves(gap)

            found = _checked(of, attrs.evolve(option, body=body), solve, worst)
            if found is not None:
                return found
    return None


def _rest(arg: Size, choice: str) -> Size:
    return arg.coefficients(Sym(choice)).get(1, sym(choice))


def _checked(
    of: Recurrence, simple: Recurrence, solve: Solve, holds: Callable[[Size, Known], bool]
) -> Solution | None:
    """The closed form for any entry, if it has the shape that the argument needs; then where the outermost call enters."""
    general = {name: sym(name) for name in of.params}
    found = solve(attrs.evolve(simple, start=general))
    if found is None:
        return None
    closed = found.upper if of.side > 0 else found.lower
    if closed is None or not holds(closed, of.known):
        return None
    bound = tidy(closed.replace(of.start), of.known)
    if of.side > 0:
        reached = bound if found.exact is not None else None
        return Solution(upper=bound, reached=reached, derivation=found.derivation)
    return Solution(lower=bound, derivation=found.derivation)


def _with(of: Recurrence, arg: Size) -> Size:
    """The body with something else handed over."""
    return of.body.map_atoms(lambda a: alone(Apply(of.unknown, (arg,))) if _is_call(of, a) else alone(a))


def _is_call(of: Recurrence, atom: Atom) -> bool:
    return isinstance(atom, Apply) and atom.function == of.unknown


def _ends(arg: Size, known: Known, side: int) -> Iterator[Size]:
    """What the argument is at most (at least), over the choices in it."""
    names = sorted(name for name in arg.free if name.startswith(CHOICE))
    if not names:
        yield arg
        return
    choice = names[0]
    parts = arg.coefficients(Sym(choice))
    slope = parts.get(1)
    if set(parts) - {0, 1} or slope is None or slope.constant() is None:
        return
    up = 1 if (slope.constant() or 0) > 0 else -1
    for end in _limits(choice, known, -up * side):
        yield from _ends(arg.replace({choice: end}), known, side)


def _limits(choice: str, known: Known, side: int) -> Iterator[Size]:
    """Limits of a choice from below (1) or above (-1), by the facts about it."""
    for fact in known.facts:
        parts = fact.coefficients(Sym(choice))
        slope = parts.get(1)
        number = None if slope is None else slope.constant()
        if set(parts) <= {0, 1} and number is not None and abs(number) == 1 and number * side > 0:
            yield -parts.get(0, sym(choice) * 0) / number
