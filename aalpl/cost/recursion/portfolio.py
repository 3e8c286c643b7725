"""The solvers of recurrences, in the order in which they are asked; each may decline.

Where something is observed the recurrence is solved from above and from below. A solution of the recurrence from above
is a bound: it is never negative and satisfies S(v) >= E(v, S), so no part of a run pays more. One from below comes from
finitely many levels, on each of which at least so much is paid.
"""

from __future__ import annotations

import attrs

from aalpl.cost.bounds.witness import FREE
from aalpl.cost.engine.run import Run
from aalpl.cost.engine.state import is_lost
from aalpl.cost.recursion.alternatives import spelled
from aalpl.cost.recursion.averages import averaged
from aalpl.cost.recursion.choices import choices
from aalpl.cost.recursion.cutoffs import cutoffs, thresholds
from aalpl.cost.recursion.dominant import dominant
from aalpl.cost.recursion.ends import Ends, ends
from aalpl.cost.recursion.exact import closed_form
from aalpl.cost.recursion.master import master
from aalpl.cost.recursion.measures import measures
from aalpl.cost.recursion.recurrence import Recurrence, brackets, put_in
from aalpl.cost.recursion.reduce import by_difference, every_call, reduced
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.result import Step
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ONE, ZERO, Given

BOUNDS = (cutoffs, thresholds, master, dominant, measures)
"""Solvers that answer bounds."""


DEEP = 3
"""How many conditions that are the same in all calls are looked at apart."""


def solved(of: Recurrence, run: Run, deep: int = 0) -> Solution:
    """What the outermost call pays; apart where a condition holds that is the same in all calls, and where it does not."""
    seen = bool(of.body.free & run.observables.keys())  # whose ranges may speak of all that is handed over
    of = of if seen else _slim(of)
    fixed = [a for a in brackets(of.body) if not a.condition.free & (set(of.params) | run.observables.keys())]
    if fixed and deep < DEEP:
        return _apart(of, fixed[0], run, deep)
    if (reason := _unknown(of)) is not None:
        return Solution(reason=reason)
    of = attrs.evolve(of, arrays={name: each for name, each in of.arrays.items() if name in of.body.free})
    if not seen:
        found = _closed(of)
        return _bounded(Ends(attrs.evolve(of, side=1), attrs.evolve(of, side=-1))) if found is None else found
    around = ends(of, run.observables)
    above, below = (None if each is None else _slim(each) for each in (around.above, around.below))
    around = attrs.evolve(around, above=above, below=below)
    found, mean = _bounded(around), _expected(of, run)
    if mean is not None:
        told = (*found.derivation, *_about("expected", mean))
        found = attrs.evolve(found, expected=mean.exact, derivation=told)
    return found if around.reached and _free(of, run) else attrs.evolve(found, reached=None)


def _slim(of: Recurrence) -> Recurrence:
    """Over no more variables than what is paid depends on."""
    return spelled(by_difference(reduced(of)))


def _apart(of: Recurrence, atom: Given, run: Run, deep: int) -> Solution:
    """Both cases of a condition."""
    found = []
    for value, fact in ((ONE, atom.condition), (ZERO, -atom.condition - 1)):
        case = attrs.evolve(of, body=put_in(of.body, atom, value), known=of.known.plus(fact))
        found.append(solved(case, run, deep + 1))
    return found[0].where(alone(atom), found[1])


def _unknown(of: Recurrence) -> str | None:
    """What keeps a recurrence from being solved at all."""
    for call in every_call(of, of.body):
        if any(is_lost(arg) for arg in call.args):
            return "which hands over to itself what is not known before it is called"
        if any(arg.free & of.lists for arg in call.args):
            return "which hands over to itself what depends on the elements of a list"
    if of.body.free & of.lists - of.arrays.keys():
        return "which hands on different parts of a list"
    return None


def _expected(of: Recurrence, run: Run) -> Solution | None:
    """The expectation, where all that is observed is drawn."""
    mean = averaged(of, run.observables)
    found = None if mean is None else _closed(_slim(mean))
    return None if found is None or found.exact is None else found


def _about(case: str, found: Solution | None) -> tuple[Step, ...]:
    """The steps of a solution, which are about one case."""
    if found is None:
        return ()
    return tuple(attrs.evolve(s, text=f"{_SIDES[case]}: {s.text}", case=case) for s in found.derivation)


_SIDES = {"worst": "from above", "best": "from below", "expected": "on average"}


def _free(of: Recurrence, run: Run) -> bool:
    """Whether all that is observed may be anything in its range, at every call anew."""
    for name in of.body.free & run.observables.keys():
        kind, _, place = name.partition("@")
        if kind not in FREE or place.partition("<")[0] not in run.free:
            return False
    return True


def _bounded(around: Ends) -> Solution:
    """From above and from below."""
    above = None if around.above is None else _closed(around.above)
    below = None if around.below is None else _closed(around.below)
    found = [each for each in (above, below) if each is not None]
    steps = (*_about("worst", above), *_about("best", below))
    return Solution(
        None,
        None if below is None else below.lower,
        None if above is None else above.upper,
        None if above is None else above.reached,
        rough=any(each.rough for each in found),
        reason=around.reason,
        derivation=steps,
    )


def _closed(of: Recurrence) -> Solution | None:
    found = closed_form(of)
    if found is not None or of.arrays:
        return found
    found = choices(of, _closed)
    for solver in BOUNDS:
        found = solver(of) if found is None else found
    return found
