"""What a function that calls itself returns: sizes over its entry variables.

A candidate is what it returns where it makes no call, an entry variable, or what the solvers of recurrences find. It is
taken if it is right wherever the results of calls are as it says: induction over the calls, for which no termination
needs to be proved, as a call that does not return has no result. Where something is observed on the way the result is
bounded from above and from below, in the same way, provided that it grows with what the calls return.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import is_lost
from aalpl.cost.recursion.activation import Activation, Result, unknown_result
from aalpl.cost.recursion.ends import ends
from aalpl.cost.recursion.exact import closed_form
from aalpl.cost.recursion.recurrence import Recurrence, brackets, cases, linear
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Apply, Atom, Indexed, Size, sym


def returned(act: Activation, wanted: tuple[str, ...], scope: Scope, run: Run) -> dict[str, Result]:
    """The results that are wanted outside, or by calls of itself."""
    if not wanted and not act.asked:
        return {}
    rehearsal = run.dry()
    rehearsal.is_dry = False
    _, state = act.execute(scope, rehearsal)
    words, span = f"what `{act.function}` returns", act.form.span
    found: dict[str, Result] = {}
    for name in dict.fromkeys((*sorted(act.asked), *wanted)):
        value = state.values.get(name)
        if value is None or is_lost(value):
            found[name] = Result(None, None, None, words, span)
            continue
        exact = _solved(act, name, value, scope.known, run)
        low, high = (None, None) if exact is not None else _between(act, name, value, scope.known, run)
        found[name] = Result(exact, low, high, words, span)
    return found


def _solved(act: Activation, name: str, value: Size, known: Known, run: Run) -> Size | None:
    unknown = unknown_result(name, act.function)
    for candidate in _candidates(act, value, known, unknown):
        if any(FRESH in other or other in run.observables for other in candidate.free):
            continue
        if _right(candidate, value, act, known, unknown):
            return candidate
    return None


def _candidates(act: Activation, value: Size, known: Known, unknown: str) -> Iterator[Size]:
    """What it returns where there is no call, its entry variables, what is constant; then closed forms."""
    if unknown not in value.free:
        yield value
    for case in cases(value, known, brackets(value)) or []:
        if unknown not in case.body.free:
            yield case.body
    yield from (sym(name) for name in act.symbols)
    of = _recurrence(act, value, known, unknown)
    solution = closed_form(of) if unknown in of.body.free else None
    if solution is not None and solution.exact is not None:
        yield solution.exact


def _recurrence(act: Activation, value: Size, known: Known, unknown: str) -> Recurrence:
    """The result as a recurrence, for any entry."""
    general = {name: sym(name) for name in act.symbols}
    called = value.map_atoms(lambda atom: _call(atom, unknown))
    return Recurrence(act.function, act.symbols, unknown, called, known, general, act.form.span)


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


def _between(
    act: Activation, name: str, value: Size, known: Known, run: Run
) -> tuple[Size | None, Size | None]:
    """Limits of the result over all that is observed."""
    unknown = unknown_result(name, act.function)
    if any(FRESH in other for other in value.free - {unknown}):
        return None, None
    around = ends(_recurrence(act, value, known, unknown), run.observables)
    low, high = (_end(each) for each in (around.below, around.above))
    return low, high


def _end(of: Recurrence | None) -> Size | None:
    """The closed form of one end, if it grows with what the calls return."""
    body = None if of is None else linear(of, of.body)
    if of is None or body is None or not all(of.known.proves(factor) for factor in body.factors.values()):
        return None
    found = closed_form(attrs.evolve(of, side=0))
    return None if found is None else found.exact
