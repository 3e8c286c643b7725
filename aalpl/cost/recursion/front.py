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
from aalpl.cost.engine.state import Array, State, family
from aalpl.cost.form.nodes import Form, Invoke
from aalpl.cost.recursion.activation import Activation, Call, entry_symbol, list_symbol
from aalpl.cost.recursion.descent import unsolved
from aalpl.cost.recursion.invariants import kept
from aalpl.cost.recursion.portfolio import solved
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.results import returned
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.recursion.telling import equation
from aalpl.cost.result import Asked, Range
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
    outside = entered.scope.known
    bare = Activation(entered.form, {}, {}, {})
    _rehearsed(bare, _inside(entered, bare, outside), run)
    given, given_arrays = _handed_on(entered, bare.calls)
    act = Activation(entered.form, given, given_arrays, {})
    start = {entry_symbol(name, act.function): entered.values.get(name, sym(name)) for name in act.params}

    def again(known: Known) -> list[Call]:
        trial = Activation(entered.form, given, given_arrays, {})
        _rehearsed(trial, _inside(entered, trial, known), run)
        act.asked |= trial.asked
        return trial.calls

    known = kept(act, start, outside, again)
    found = returned(act, wanted, _inside(entered, act, known), run)
    results = {
        name: found[name].at(start, f"{entered.place}.{name}", entered.scope, run)
        for name in wanted
        if name in found
    }
    act = Activation(entered.form, given, given_arrays, found)
    ledger, _ = act.execute(_inside(entered, act, known), run)
    for lost in losses(ledger):
        return (Lost(lost),), results
    book = _Book(entered, act, ledger, known, start, run)
    return (Recurring(book.pays, ledger),), results


def _rehearsed(act: Activation, scope: Scope, run: Run) -> None:
    """Execute the activation to see which calls there are; nothing else is kept."""
    rehearsal = run.dry()
    rehearsal.is_dry = False
    act.execute(scope, rehearsal)


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


def _lists(act: Activation) -> dict[str, str]:
    """The symbols of lists that change from call to call, and the lists."""
    state = act.state()
    return {list_symbol(name, act.function): name for name in state.arrays if name not in act.given_arrays}


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
            self.act.function,
            self.act.symbols,
            unknown,
            body,
            known,
            self.start,
            self.entered.form.span,
            arrays=self._arrays(),
            lists=frozenset(_lists(self.act)),
        )
        solution = solved(of, self.run)
        for step in (*equation(of, solution), *solution.derivation):
            self.run.derivation[step] = None
        if solution.exact is not None:
            return tidy(solution.exact, self.entered.scope.known)
        return self._between(solution)

    def _arrays(self) -> dict[str, tuple[Array, Array]]:
        """The lists that every call hands on alike, and what the outermost call hands over for them."""
        found: dict[str, tuple[Array, Array]] = {}
        for symbol, name in _lists(self.act).items():
            handed = {call.arrays.get(name) for call in self.act.calls}
            update, start = handed.pop(), self.entered.arrays.get(name)
            if not handed and update is not None:
                arity = len(update.index)
                found[symbol] = (update, family(name, arity) if start is None else start)
        return found

    def _between(self, solution: Solution) -> Size:
        span = self.entered.span
        why = f", {solution.reason}," if solution.reason else unsolved(self.act)
        words = f"what `{self.act.function}` pays{why}"
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
