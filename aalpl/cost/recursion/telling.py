"""The equation of a recursion as a step: what a call pays by what the calls in it pay."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.result import Step, related
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Apply, Atom, Size, apply, sym

SHOWN = 30
"""Equations of more terms are not told."""


def equation(of: Recurrence, found: Solution) -> tuple[Step, ...]:
    """T(v) = …; where a solution is exact it is put in, to be checked."""
    if len(of.body.whole) > SHOWN:
        return ()
    body = _with(of, lambda args: apply("T", *args))
    text = f"what a call of `{of.function}` pays, by what the calls in it pay"
    mine = apply("T", *map(sym, of.params))
    return (related(of.span.line, text, (mine, "=", body), check=_check(of, found)),)


def _check(of: Recurrence, found: Solution) -> tuple[Size, Size] | None:
    """Both sides with the solution for T, where that is one over the parameters."""
    names = [of.start[param] for param in of.params]
    plain = [next(iter(size.free)) for size in names if size.free and size == sym(min(size.free))]
    if found.exact is None or of.arrays or len(set(plain)) < len(of.params):
        return None
    exact, entered = found.exact, dict(zip(of.params, names, strict=True))

    def solution(args: tuple[Size, ...]) -> Size:
        return exact.replace(dict(zip(plain, args, strict=True)))

    return solution(tuple(map(sym, of.params))).replace(entered), _with(of, solution).replace(entered)


def _with(of: Recurrence, change: Callable[[tuple[Size, ...]], Size]) -> Size:
    """The body with something for what a call in it pays."""

    def replaced(atom: Atom) -> Size:
        if isinstance(atom, Apply) and atom.function == of.unknown:
            return change(atom.args)
        return alone(atom)

    return of.body.map_atoms(replaced)
