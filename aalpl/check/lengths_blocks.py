"""Statements on a walk: what each does to the state."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.check.lengths import Comparison, Perhaps, Row, Truth, Value, Whole, Words, joined
from aalpl.check.lengths_calls import call
from aalpl.check.lengths_loops import counted, repeated
from aalpl.check.lengths_parallel import contribute, side_by_side
from aalpl.check.lengths_paths import chooser, merged
from aalpl.check.lengths_requests import ask, consult
from aalpl.check.lengths_results import returned
from aalpl.check.lengths_truth import NEVER, certain, truth_of
from aalpl.check.lengths_values import int_of, value_of
from aalpl.check.state import Book, State, of_type, unknown
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import ZERO, Size


def run(block: p.Block, state: State, book: Book) -> State | None:
    """The state after a block; None where its end is never reached."""
    here: State | None = state
    for statement in block:
        if here is None:
            return None
        here = step(statement, here, book)
    return here


def step(of: p.Statement, state: State, book: Book) -> State | None:
    """The state after a statement."""
    match of:
        case p.Let(target, value):
            state.values[target] = value_of(value, state, book)
        case p.Ask():
            ask(of, state, book)
        case p.Call():
            call(of, state, book, run)
        case p.Consult():
            consult(of, state, book, run)
        case p.Sample():
            state.values[of.target] = _drawn(of, state, book)
        case p.Choose():
            state.values[of.target] = _chosen(of, state, book)
        case p.If():
            return _branch(of, state, book)
        case p.For():
            return counted(of, state, book, run)
        case p.Contribute():
            contribute(of, state, book)
        case p.Parallel():
            return side_by_side(of, state, book, run)
        case p.Loop():
            return repeated(of, state, book, run)
        case p.Return():
            returned(of, state, book)
            return None
    return state


def _drawn(of: p.Sample, state: State, book: Book) -> Value:
    args = [int_of(arg, state, book) if isinstance(arg.type, k.Int) else ZERO for arg in of.law.args]
    match of.law.name:
        case "flip":
            return Truth()
        case "Uniform":
            low, high = args[0], args[-1]
        case "Binomial":
            low, high = ZERO, args[0]
        case _:
            return Whole(unknown(state, book, of.target, 1, free=True))
    value = unknown(state, book, of.target, low, free=True)
    state.facts = state.facts.adding(high - value)
    return Whole(value)


def _chosen(of: p.Choose, state: State, book: Book) -> Value:
    value = of_type(of.type, state, book, of.target, free=True)
    if of.bounds is None:
        return value
    low, high = (int_of(bound, state, book) for bound in of.bounds)
    if low == high:
        state.facts = state.facts.adding(low) if isinstance(value, Words | Row) else state.facts
        size = low
    else:
        size = unknown(state, book, of.target, low, free=True)
        state.facts = state.facts.adding(high - size)
    match value:
        case Words():
            return Words(size)
        case Row(_, element):
            return Row(size, element)
        case Whole():
            return Whole(size)
        case _:
            return value


def _branch(of: p.If, state: State, book: Book) -> State | None:
    truth = truth_of(of.test, state, book)
    yes, no = state.copy(), state.copy()
    yes.know(truth.yes)
    no.know(truth.no)
    yes.exact = no.exact = state.exact and certain(truth, state, book)
    _present(of.test, yes)
    then = run(of.then, yes, book) if not yes.facts.contradictory else None
    orelse = run(of.orelse, no, book) if not no.facts.contradictory else None
    if then is None or orelse is None:
        return then or orelse
    if then.facts.contradictory or orelse.facts.contradictory:  # the end of one way is never reached
        return orelse if then.facts.contradictory else then
    _remember(of.test, state, then, orelse)
    return meet(state, then, orelse, book)


def _remember(test: p.Expr, before: State, then: State, orelse: State) -> None:
    """A bool that was asked, and that one way has set anew, is still what it was on the other."""
    if not isinstance(test, p.Variable) or then.values.get(test.name) is orelse.values.get(test.name):
        return
    old = before.values[test.name]
    known = old if isinstance(old, Truth) else Truth()
    if then.values.get(test.name) is old:
        then.values[test.name] = Truth(known.yes, NEVER)
    elif orelse.values.get(test.name) is old:
        orelse.values[test.name] = Truth(NEVER, known.no)


def _present(test: p.Expr, state: State) -> None:
    """Where a `T?` is known to be there, it is a `T`."""
    if isinstance(test, p.Present) and isinstance(test.value, p.Variable):
        held = state.values.get(test.value.name)
        if isinstance(held, Perhaps) and held.value is not None:
            state.values[test.value.name] = held.value


def meet(before: State, left: State, right: State, book: Book) -> State:
    """One state for two ways that come together."""
    after = State({}, merged(before.facts, left.facts, right.facts), before.sizes, before.exact)
    which = chooser(after, book)
    for name, value in left.values.items():
        if name in right.values:
            after.values[name] = (
                value
                if value is right.values[name]
                else _either(value, right.values[name], left, right, before, which)
            )
    if which.symbol is not None:
        after.exact = False
    return after


def _either(
    one: Value, other: Value, left: State, right: State, before: State, which: Callable[[], Size]
) -> Value:
    """One value for two. A bool that cannot be true on one of the ways says, where it is true, that the other was taken."""
    if not isinstance(one, Truth) or not isinstance(other, Truth) or one == other:
        return joined(one, other, which)
    return Truth(_told(one.yes, other.yes, left, right, before), _told(one.no, other.no, left, right, before))


def _told(
    one: tuple[Comparison, ...], other: tuple[Comparison, ...], left: State, right: State, before: State
) -> tuple[Comparison, ...]:
    """What holds on either way where its comparisons do."""
    for mine, here, theirs, there in ((one, left, other, right), (other, right, one, left)):
        tried = there.copy()
        tried.know(theirs)
        if tried.facts.contradictory:
            gained = [size for size in here.facts.known if size not in before.facts.known]
            return (*mine, *((">=", size, ZERO) for size in gained))
    return tuple(comparison for comparison in one if comparison in other)
