"""A call of a function that calls itself: what it pays and what it returns.

Execute one activation for an arbitrary entry -> see what all calls hand on as it is, and what holds at every entry ->
solve what calls return -> execute it again with that known -> for each quantity that is asked for, the fold of the
ledger is a recurrence, which goes to the solvers.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.engine.ends import filled
from aalpl.cost.engine.ledger import Charge, Ledger, Lost, Recurring, critical, losses, work
from aalpl.cost.engine.run import Run, Scope
from aalpl.cost.engine.state import Array, State, is_lost
from aalpl.cost.form.nodes import Form, Invoke
from aalpl.cost.recursion.activation import Activation, Call, entry_symbol
from aalpl.cost.recursion.descent import unsolved
from aalpl.cost.recursion.invariants import kept
from aalpl.cost.recursion.portfolio import solved
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.results import returned
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.result import Asked, Range, Unknown
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import gathered, tidy
from aalpl.program.size import ZERO, Apply, Size, sym
from aalpl.report import Span


@attrs.frozen
class Entered:
    """The outermost call: what it hands over, where it is made, and what is known there."""

    form: Form
    values: Mapping[str, Size]
    arrays: Mapping[str, Array]
    scope: Scope
    place: str
    span: Span


def enter(entered: Entered, wanted: tuple[str, ...], run: Run) -> tuple[Ledger, dict[str, Size]]:
    """What the call pays, and those of its results that are wanted."""
    bare = Activation(entered.form, {}, {}, {})
    here = _inside(entered, bare, entered.scope.known)
    rehearsal = run.dry()
    rehearsal.is_dry = False
    bare.execute(here, rehearsal)
    given, given_arrays = _handed_on(entered, bare.calls)
    act = Activation(entered.form, given, given_arrays, {})
    start = {entry_symbol(name, act.function): entered.values.get(name, sym(name)) for name in act.params}
    known = kept(act, start, bare.calls, _inside(entered, act, entered.scope.known).known)
    found = returned(act, start, wanted, known, _inside(entered, act, known), run)
    act = Activation(entered.form, given, given_arrays, found.inner)
    ledger, _ = act.execute(_inside(entered, act, known), run)
    if (lost := _cannot(act, ledger)) is not None:
        return (Lost(lost),), found.outer
    book = _Book(entered, act, ledger, known, start, run)
    return (Recurring(book.pays, ledger),), found.outer


def _inside(entered: Entered, act: Activation, known: Known) -> Scope:
    """The scope of an arbitrary activation: what its types say holds."""
    scope, form = entered.scope, entered.form
    state = act.state()
    domain = tuple(state.read(size, known) for size in form.domain)
    return attrs.evolve(scope, function=form.function, known=known.plus(*domain), stack=(form.function,))


def _handed_on(entered: Entered, calls: list[Call]) -> tuple[dict[str, Size], dict[str, Array]]:
    """Entry variables and lists that every call hands on as they are."""
    function = entered.form.function
    values = {
        name: entered.values.get(name, sym(name))
        for name in entered.form.entry
        if all(call.values.get(name) == sym(entry_symbol(name, function)) for call in calls)
    }
    lists = {
        name: array
        for name, array in entered.arrays.items()
        if all(_same(call.arrays.get(name), name, function, call) for call in calls)
    }
    return values, lists


def _same(array: Array | None, name: str, function: str, call: Call) -> bool:
    if array is None or array.writes:
        return False
    at = array.at(tuple(map(sym, array.index)), call.known)
    atoms = at.atoms()
    return at.free - set(array.index) <= {f"{name}°{function}", f"{name}°{function}~"} and all(
        getattr(atom, "indices", None) == tuple(map(sym, array.index)) and at == alone(atom) for atom in atoms
    )


def _cannot(act: Activation, ledger: Ledger) -> Unknown | None:
    """What keeps a recurrence from being set up."""
    for lost in losses(ledger):
        return lost
    for call in act.calls:
        for name in act.params:
            if is_lost(call.values.get(name, ZERO)):
                why = f"the call at line {call.span.line} hands over a `{name}` that is not known before it is made"
                return Unknown(why, call.span)
    return None


@attrs.define
class _Book:
    """Answers what the call pays, each quantity once."""

    entered: Entered
    act: Activation
    ledger: Ledger
    known: Known
    start: Mapping[str, Size]
    run: Run
    _found: dict[tuple[Charge, Asked, bool], Size] = attrs.field(factory=dict)

    def pays(self, charge: Charge, asked: Asked, longest: bool) -> Size:
        """The closed form; where only bounds are known, a number between them that runs do not show."""
        key = (charge, asked, longest)
        if key not in self._found:
            self._found[key] = self._pays(charge, asked, longest)
        return self._found[key]

    def _pays(self, charge: Charge, asked: Asked, longest: bool) -> Size:
        known = _inside(self.entered, self.act, self.known).known
        fold = critical if longest else work
        body = tidy(gathered(fold(self.ledger, charge, asked, known)), known)
        unknown = self.act.unknown
        if not body.map_atoms(lambda a: ZERO if isinstance(a, Apply) and a.function == unknown else alone(a)):
            return ZERO
        of = Recurrence(
            self.act.function, self.act.symbols, unknown, body, known, self.start, self.entered.form.span
        )
        solution = solved(of, self.run)
        for step in solution.derivation:
            self.run.derivation[step] = None
        if solution.exact is not None:
            return tidy(solution.exact, self.entered.scope.known)
        return self._between(solution)

    def _between(self, solution: Solution) -> Size:
        span = self.entered.span
        words = f"what `{self.act.function}` pays{unsolved(self.act)}"
        limits = Range(solution.lower, solution.upper, words, mean=solution.expected, span=span)
        place = f"{self.entered.place}.{len(self._found)}"
        if solution.lower is not None and solution.upper is not None and not solution.rough:
            self.run.settled.add(place)
        found = self.run.observe("opaque", place, self.entered.scope, limits)
        if solution.reached is not None and not self.entered.scope.places:
            self.run.reached[f"opaque@{place}{self.entered.scope.suffix}"] = solution.reached
        return found


def entered_by(step: Invoke, state: State, scope: Scope, run: Run) -> Ledger:
    """A call from outside of a function that calls itself."""
    form = run.forms[step.function]
    values = {name: state.read(size, scope.known) for name, size in step.args}
    arrays = {fill.array: filled(fill, state, scope) for fill in step.arrays}
    inside = attrs.evolve(scope, outer=len(scope.indices), chain=(step.place, *scope.chain))
    entered = Entered(form, values, arrays, inside, step.place, step.span)
    ledger, results = enter(entered, tuple(theirs for _, theirs in step.results), run)
    for mine, theirs in step.results:
        state.values[mine] = results[theirs]
    for mine, _ in step.array_results:
        reason = f"what the elements of the list are that `{step.function}` returns"
        state.arrays[mine] = Array(("_",), run.lost(reason, step.span))
    return ledger


__all__ = ["Entered", "enter", "entered_by"]
