"""One activation of a function that calls itself, executed for an arbitrary entry.

Its entry variables are symbols of their own (`n°f`), except those that every call hands on as they are. Calls of itself
are left as they are in the ledger: what such a call pays is the unknown function `T°f` of what it is handed, and the
fold of the ledger is then the right side of a recurrence. What such a call returns is an unknown function, too, unless
it is solved already.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.ends import filled, finish
from aalpl.cost.engine.ledger import Charge, Ledger, Recurring
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import Array, State, family, is_lost
from aalpl.cost.form.nodes import Form, Invoke
from aalpl.cost.form.steps import every
from aalpl.cost.result import Asked, Range
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Apply, Size, indexed, sym
from aalpl.report import Span

ENTRY = "°"
"""Between the name of an entry variable and the function whose activation it belongs to."""


def entry_symbol(name: str, function: str) -> str:
    """The symbol of an entry variable in an arbitrary activation."""
    return f"{name}{ENTRY}{function}"


def list_symbol(name: str, function: str) -> str:
    """The symbol of a list in an arbitrary activation. Of elements that are no lengths not even the sign is known."""
    return f"{name}{ENTRY}{function}" + ("" if name.startswith(("len(", "total(")) else FRESH)


def plain(size: Size) -> str:
    """A size as a person reads it, without the marks of entry variables."""
    return str(size.replace({name: sym(name.partition(ENTRY)[0]) for name in size.free if ENTRY in name}))


@attrs.frozen
class Call:
    """A call of itself: what it hands over, and what is known where it is made."""

    values: Mapping[str, Size]
    arrays: Mapping[str, Array]
    known: Known
    span: Span


@attrs.frozen
class Result:
    """What a call returns, as sizes over the entry symbols: exactly, or between limits (None: there is none)."""

    exact: Size | None
    low: Size | None
    high: Size | None
    words: str
    span: Span

    def at(self, values: Mapping[str, Size], place: str, scope: Scope, run: Run) -> Size:
        """The result of a call that is handed these values; where it is not known exactly, something observed."""

        def put(size: Size | None) -> Size | None:
            return None if size is None else tidy(size.replace(values), scope.known)

        if self.exact is not None:
            return tidy(self.exact.replace(values), scope.known)
        if self.low is None and self.high is None:
            return run.lost(self.words, self.span)
        limits = Range(put(self.low), put(self.high), self.words, span=self.span)
        return run.observe("opaque", place, scope, limits)


@attrs.define
class Activation:
    """An activation while it is executed: what it is entered with, what calls of itself return, which calls there are.

    `given` and `given_arrays` are the same in all activations. `results` are what calls return; `asked` are the results
    that some call's value is used of."""

    form: Form
    given: Mapping[str, Size]
    given_arrays: Mapping[str, Array]
    results: Mapping[str, Result]
    calls: list[Call] = attrs.field(factory=list)
    asked: set[str] = attrs.field(factory=set)

    @property
    def function(self) -> str:
        """The function that calls itself."""
        return self.form.function

    @property
    def unknown(self) -> str:
        """The name of the function that says what a call pays."""
        return f"T{ENTRY}{self.function}"

    @property
    def params(self) -> tuple[str, ...]:
        """The entry variables that change from call to call."""
        return tuple(name for name in self.form.entry if name not in self.given)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of the entry variables that change from call to call."""
        return tuple(entry_symbol(name, self.function) for name in self.params)

    def state(self) -> State:
        """The state at the entry."""
        values, lists = changed(self.form.body)
        state = State({}, {}, variables=frozenset(values), lists=frozenset(lists - set(self.form.arrays)))
        for name in self.form.entry:
            state.values[name] = self.given.get(name, sym(entry_symbol(name, self.function)))
        for name, arity in _arities(self.form).items():
            state.arrays[name] = self.given_arrays.get(name, family(list_symbol(name, self.function), arity))
        state.arrays.update(self.given_arrays)
        return state

    def execute(self, scope: Scope, run: Run) -> tuple[Ledger, State]:
        """What the activation pays and leaves behind."""
        state = self.state()
        run.active[self.function] = self
        try:
            ledger = run.execute(self.form.body, state, scope, run)
        finally:
            del run.active[self.function]
        finish(self.form, state, scope)
        return ledger, state

    def met(self, step: Invoke, state: State, scope: Scope, run: Run) -> Ledger:
        """A call of itself."""
        handed = {name: state.read(size, scope.known) for name, size in step.args}
        arrays = {fill.array: filled(fill, state, scope) for fill in step.arrays}
        if not run.is_dry:
            self.calls.append(Call(handed, arrays, scope.known, step.span))
        args = tuple(handed.get(name, sym(name)) for name in self.params)
        at = dict(zip(self.symbols, args, strict=True))
        for mine, theirs in step.results:
            self.asked.add(theirs)
            state.values[mine] = self._result(theirs, at, scope, run, step)
        for mine, _ in step.array_results:
            reason = f"what the elements of the list are that `{self.function}` returns"
            state.arrays[mine] = Array(("_",), run.lost(reason, step.span))
        return (Recurring(_Unknown(self.unknown, args).pays, ()),)

    def _result(self, theirs: str, at: Mapping[str, Size], scope: Scope, run: Run, step: Invoke) -> Size:
        if any(map(is_lost, at.values())):
            return next(value for value in at.values() if is_lost(value))
        if theirs in self.results:
            return self.results[theirs].at(at, f"{step.place}.{theirs}", scope, run)
        return indexed(unknown_result(theirs, self.function), *at.values())


def unknown_result(theirs: str, function: str) -> str:
    """The unknown function that says what a call returns; nothing is known of its values, not even their sign."""
    return f"{theirs}{FRESH}{ENTRY}{function}"


@attrs.frozen
class _Unknown:
    """What a call of itself pays, not solved yet."""

    name: str
    args: tuple[Size, ...]

    def pays(self, charge: Charge, asked: Asked, critical: bool) -> Size:
        """The unknown function at what is handed over."""
        return alone(Apply(self.name, self.args))


def _arities(form: Form) -> dict[str, int]:
    """The arrays that calls of itself hand over, with how many indices they have."""
    found = {}
    for step in every(form.body):
        if isinstance(step, Invoke) and step.function == form.function:
            found.update({fill.array: 1 + len(fill.more) for fill in step.arrays})
    return found
