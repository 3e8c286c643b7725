"""What a function that calls itself returns: sizes over its entry variables.

Candidates are what it returns where it makes no call, and what the solvers of recurrences find. A candidate is taken
if it is right wherever the results of the calls are as it says: induction over the calls, so that no termination needs
to be proved: a call that does not return has no result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import is_lost
from aalpl.cost.recursion.activation import Activation, unknown_result
from aalpl.cost.recursion.chain import chain
from aalpl.cost.recursion.recurrence import Recurrence, brackets, cases
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Apply, Atom, Indexed, Size, sym


@attrs.frozen
class Returned:
    """What calls of itself return (`inner`, over entry symbols), and what the outermost call returns (`outer`)."""

    inner: Mapping[str, Size]
    outer: dict[str, Size]


def returned(
    act: Activation, start: Mapping[str, Size], wanted: tuple[str, ...], known: Known, scope: Scope, run: Run
) -> Returned:
    """The results that are wanted outside, or by calls of itself."""
    rehearsal = run.dry()
    rehearsal.is_dry = False
    _, state = act.execute(scope, rehearsal)
    span = act.form.span
    inner: dict[str, Size] = {}
    outer: dict[str, Size] = {}
    for name in dict.fromkeys((*sorted(act.asked), *wanted)):
        value = state.values.get(name)
        found = None if value is None or is_lost(value) else _solved(act, name, value, scope.known)
        lost = run.lost(f"what `{act.function}` returns", span)
        inner[name] = lost if found is None else found
        if name in wanted:
            outer[name] = lost if found is None else tidy(found.replace(start), scope.known)
    return Returned(inner, outer)


def _solved(act: Activation, name: str, value: Size, known: Known) -> Size | None:
    unknown = unknown_result(name, act.function)
    if any(FRESH in other for other in value.free - {unknown}):
        return None
    for candidate in _candidates(act, value, known, unknown):
        if not any(FRESH in other for other in candidate.free) and _right(
            candidate, value, act, known, unknown
        ):
            return candidate
    return None


def _candidates(act: Activation, value: Size, known: Known, unknown: str) -> Iterator[Size]:
    """What it returns without a call, its entry variables, what is constant; then closed forms."""
    found = cases(value, known, brackets(value)) or []
    for case in found:
        if unknown not in case.body.free:
            yield case.body
    yield from (sym(name) for name in act.symbols)
    general = {name: sym(name) for name in act.symbols}
    called = value.map_atoms(lambda atom: _call(atom, unknown))
    if unknown not in called.free - {unknown}:
        of = Recurrence(act.function, act.symbols, unknown, called, known, general, act.form.span)
        solution = chain(of)
        if solution is not None and solution.exact is not None:
            yield solution.exact


def _call(atom: Atom, unknown: str) -> Size:
    """Calls as functions of what they hand over."""
    if isinstance(atom, Indexed) and atom.name == unknown:
        return alone(Apply(unknown, atom.indices))
    return alone(atom)


def _right(candidate: Size, value: Size, act: Activation, known: Known, unknown: str) -> bool:
    """Whether the candidate is what is returned, if calls return what it says."""

    def change(atom: Atom) -> Size:
        if isinstance(atom, Indexed) and atom.name == unknown:
            return candidate.replace(dict(zip(act.symbols, atom.indices, strict=True)))
        return alone(atom)

    split = cases(value, known)
    for case in split or []:
        inside = known.plus(*case.facts)
        difference = tidy(case.body.map_atoms(change) - candidate, inside)
        if difference and not (inside.proves(difference) and inside.proves(-difference)):
            return False
    return bool(split)


__all__ = ["Returned", "returned"]
