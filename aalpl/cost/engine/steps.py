"""One step after another: what each step does to the state, and what it pays."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.engine.branches import branch
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.ends import filled, finish
from aalpl.cost.engine.forks import fork, invoke
from aalpl.cost.engine.ledger import Entry, Ledger, Lost, Paid, Scaled
from aalpl.cost.engine.loops import loop
from aalpl.cost.engine.run import FIELD, Run, Scope
from aalpl.cost.engine.state import Array, State, is_lost
from aalpl.cost.form.nodes import (
    Beyond,
    Branch,
    Count,
    Cycle,
    Event,
    Fill,
    Fork,
    Form,
    Havoc,
    HavocArray,
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)
from aalpl.cost.recursion.front import Entered, enter
from aalpl.cost.recursion.groups import groups
from aalpl.cost.result import Part, Range, Unknown
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ZERO, Size, sym
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform


@attrs.frozen
class Executed:
    """A function's ledger, what is known at its entry, and what the run has noted."""

    ledger: Ledger
    known: Known
    run: Run
    state: State


def run_form(
    forms: Mapping[str, Form],
    function: str,
    facts: tuple[Size, ...] = (),
    free: frozenset[str] = frozenset(),
    exact: bool = False,
) -> Executed:
    """Execute `function` from any entry of its domain; `facts` are further sizes that are >= 0, `free` places whose
    answers are free. `exact`: only what needs no observation is asked for."""
    form = forms[function]
    run = Run(forms, execute, heads=groups(forms).heads, free=free, exact=exact)
    signed = frozenset(name for name in form.arrays if not name.startswith(("len(", "total(")))
    known = Known((*form.outset, *form.domain, *facts), form.equalities, run.observables, signed=signed)
    values, lists = changed(form.opening + form.body)
    state = State(
        {name: sym(name) for name in form.entry},
        {},
        variables=frozenset(values),
        lists=frozenset(lists - set(form.arrays)),
    )
    scope = Scope(function, known, stack=(function,))
    if function in run.heads:
        ledger = execute(form.opening, state, scope, run)
        entered = Entered(form, state.values, state.arrays, scope, function, form.span)
        ledger += enter(entered, (), run)[0]
    else:
        ledger = execute(form.opening + form.body, state, scope, run)
        finish(form, state, scope)
    return Executed(ledger, known, run, state)


def execute(steps: Steps, state: State, scope: Scope, run: Run) -> Ledger:
    """Run the steps; `state` becomes the state after them."""
    ledger: list[Entry] = []
    for step in steps:
        if not state.alive:
            break
        if run.spent():
            ledger.append(Lost(Unknown("the program is too deeply nested to be analysed", step.span)))
            break
        alive = state.alive
        entries = _step(step, state, scope.knowing(state.facts), run)
        if entries and alive != 1:
            ledger.append(Scaled(alive, entries))
        else:
            ledger.extend(entries)
    return tuple(ledger)


def _step(step: Step, state: State, scope: Scope, run: Run) -> Ledger:
    match step:
        case Set(values):
            state.values.update({name: state.read(size, scope.known) for name, size in values})
        case Fill(array=array):
            state.arrays[array] = filled(step, state, scope)
        case Store(array, index, value, more):
            places = tuple(state.read(size, scope.known) for size in (index, *more))
            state.write(array, places, state.read(value, scope.known), scope.known)
        case Havoc():
            state.values[step.variable] = _havoc(step, state, scope, run)
        case HavocArray():
            state.arrays[step.array] = _elements(step, state, scope, run)
        case Event():
            return (_paid(step, state, scope, run),)
        case Branch():
            return branch(step, state, scope, run)
        case Count() | Cycle():
            return loop(step, state, scope, run)
        case Fork():
            return fork(step, state, scope, run)
        case Invoke():
            return invoke(step, state, scope, run)
        case Leave():
            _leave(state, scope, run)
        case Beyond(reason):
            return (Lost(Unknown(reason, step.span)),)
    return ()


def _leave(state: State, scope: Scope, run: Run) -> None:
    form = run.forms[scope.function]
    for name in (*form.results, *form.array_results):
        if name in state.values:
            state.returned[name] = state.returned.get(name, ZERO) + state.alive * state.values[name]
        if name in state.arrays:
            array = state.arrays[name]
            places = tuple(map(sym, array.index))
            before = state.returned_arrays.get(name)
            value = state.alive * array.at(places, scope.known)
            if before is not None:
                value = value + before.at(places, scope.known)
            state.returned_arrays[name] = Array(array.index, value)
    state.alive = ZERO


_WORDS = {
    "out": "tokens written by the call at line {}",
    "present": "1 where the call at line {} answered something, 0 where nothing",
    "pick": "the value chosen at line {}",
    "size": "the length of the answer at line {}",
    "elem": "the lengths of the parts of the answer at line {}",
}


def _havoc(step: Havoc, state: State, scope: Scope, run: Run) -> Size:
    low, high = _limit(step.low, state, scope), _limit(step.high, state, scope)
    if low is not None and low == high:
        return low
    mean = None if step.law is None else mean_of(step.law, state, scope)
    if step.mean is not None:
        mean = state.read(step.mean, scope.known)
    words = _WORDS.get(step.kind, step.kind + " at line {}").format(step.span.line)
    law = None if step.law is None else at_state(step.law, state, scope)
    return run.observe(
        step.kind, step.place, scope, Range(low, high, words, mean=mean, law=law, span=step.span)
    )


def _limit(size: Size | None, state: State, scope: Scope) -> Size | None:
    """An end of a range, where it is known."""
    end = None if size is None else state.read(size, scope.known)
    return None if end is None or is_lost(end) else end


def at_state(law: Law, state: State, scope: Scope) -> Law:
    """The law at the current values."""

    def read(size: Size) -> Size:
        return state.read(size, scope.known)

    match law:
        case Bernoulli(p):
            return Bernoulli(read(p))
        case Binomial(n, p):
            return Binomial(read(n), read(p))
        case Uniform(low, high):
            return Uniform(read(low), read(high))
        case Geometric(p):
            return Geometric(read(p))


def mean_of(law: Law, state: State, scope: Scope) -> Size:
    """The expectation of a draw."""
    read = state.read
    match law:
        case Bernoulli(p):
            return read(p, scope.known)
        case Binomial(n, p):
            return read(n * p, scope.known)
        case Uniform(low, high):
            return read((low + high) / 2, scope.known)
        case Geometric(p):
            return read(1 / p, scope.known)


def _elements(step: HavocArray, state: State, scope: Scope, run: Run) -> Array:
    low, high = _limit(step.low, state, scope), _limit(step.high, state, scope)
    index = f"{step.array}.e{len(scope.indices)}"
    if low is not None and low == high:
        return Array((index,), low)
    within = attrs.evolve(scope, indices=(*scope.indices, index), places=(*scope.places, sym(index)))
    limits = Range(low, high, _WORDS["elem"].format(step.span.line), span=step.span)
    return Array((index,), run.observe("elem", step.place, within, limits))


def _paid(step: Event, state: State, scope: Scope, run: Run) -> Paid:
    def read(size: Size, field: str) -> Size:
        """Two sizes that are not known are not the same, so that their difference is not 0."""
        value = state.read(size, scope.known)
        return sym(f"{value}{FIELD}{field}") if is_lost(value) else value

    def optional(size: Size | None, field: str) -> Size | None:
        return None if size is None else read(size, field)

    event = attrs.evolve(
        step,
        weight=read(step.weight, "weight"),
        inputs=read(step.inputs, "inputs"),
        outputs=read(step.outputs, "outputs"),
        member=optional(step.member, "member"),
        overhead=optional(step.overhead, "overhead"),
        window=optional(step.window, "window"),
        hit=optional(step.hit, "hit"),
    )
    return Paid(Part(step.place, step.primitive, step.model, scope.chain, span=step.span), event)
