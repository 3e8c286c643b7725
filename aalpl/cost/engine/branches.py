"""Branches: decided by the facts, by sizes, by what was observed before, or observed themselves."""

from __future__ import annotations

import attrs

from aalpl.cost.engine.conditions import (
    compared,
    decided,
    denied,
    facts,
    free,
    indicator,
    narrowed,
    read_condition,
)
from aalpl.cost.engine.ledger import Ledger, Scaled
from aalpl.cost.engine.merge import merge
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import State
from aalpl.cost.form.nodes import All, Any, Branch, Condition, Holds
from aalpl.cost.result import Range
from aalpl.cost.sizes.known import LOST
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Apply, Atom, Indexed, Size, Sym, const, indexed, sym


def branch(step: Branch, state: State, scope: Scope, run: Run) -> Ledger:
    """Both sides, the one weighed with the indicator of the condition, the other with its complement."""
    condition = read_condition(step.condition, state, scope.known)
    verdict = decided(condition, scope.known)
    if verdict is not None:
        return run.execute(step.then if verdict else step.orelse, state, scope, run)
    condition = narrowed(condition, scope.known)
    chosen = _indicator(step, condition, state, scope, run)
    here, run_then, run_else = state.copy(), _relative(state), _relative(state)
    then_scope = scope.under((step.place, True), *facts(condition))
    else_scope = scope.under((step.place, False), *facts(denied(condition)))
    then = run.execute(step.then, run_then, then_scope, run)
    orelse = run.execute(step.orelse, run_else, else_scope, run)
    if not run_then.alive:
        _once(chosen, state, scope, run)
    absorb(state, merge(chosen, run_then, run_else, here, scope.known), scope)
    sides = (Scaled(chosen, then), Scaled(1 - chosen, orelse))
    return tuple(side for side in sides if side.body)


def _relative(state: State) -> State:
    """The state with nothing returned yet, for a block whose part in it is weighed afterwards."""
    copy = state.copy()
    copy.alive, copy.returned, copy.returned_arrays = ONE, {}, {}
    return copy


def absorb(state: State, after: State, scope: Scope) -> None:
    """Take over the state after a block that was run relative to this one."""
    alive = state.alive
    for name, value in after.returned.items():
        state.returned[name] = state.returned.get(name, ZERO) + alive * value
    for name, array in after.returned_arrays.items():
        state.returned_arrays[name] = array
    state.values, state.arrays, state.facts = after.values, after.arrays, after.facts
    state.alive = tidy(alive * after.alive, scope.known)


def _indicator(step: Branch, condition: Condition, state: State, scope: Scope, run: Run) -> Size:
    """1 where the branch is taken."""
    names = free(condition)
    if not any(FRESH in name or name.startswith(LOST) for name in names):
        seen = {name for name in names if name in run.observables}
        if not seen:
            return indicator(condition)
        if len(seen) == 1:
            same = _observed_before(step, condition, seen.pop(), state, scope, run)
            if same is not None:
                return same
    limits = Range(
        const(0),
        const(1),
        f"1 where the condition at line {step.span.line} holds, else 0",
        at_most=_limit(step.at_most, state, scope),
        probability=_limit(step.probability, state, scope),
        span=step.span,
    )
    _suppose(step, run)
    chosen = run.observe("taken", step.place, scope, limits)
    waits = frozenset(name for name in names if FRESH in name)
    if waits:
        name = f"taken@{step.place}{scope.suffix}"
        run.premature[name] = waits
        if all(_remainder(atom) for size in compared(condition) for atom in size.atoms()):
            run.parities[name] = chosen, indicator(condition)
    return chosen


def _remainder(atom: Atom) -> bool:
    """Whether this is what is left by a number."""
    return isinstance(atom, Apply) and atom.function == "mod" and atom.args[1].constant() is not None


def _once(chosen: Size, state: State, scope: Scope, run: Run) -> None:
    """A branch that leaves the function is taken at most once, and so is what alone decides it."""
    for name in chosen.free & run.observables.keys():
        limits = run.observables[name]
        alone_decides = chosen in (sym(name), indexed(name, *scope.places))
        if alone_decides and limits.at_most is None and run.reach[name] == scope.reach and state.alive == 1:
            run.observables[name] = attrs.evolve(limits, at_most=ONE)


def _observed_before(
    step: Branch, condition: Condition, name: str, state: State, scope: Scope, run: Run
) -> Size | None:
    """The indicator in terms of an observable that is 0 or 1 and that alone decides the condition."""
    if name.startswith("opaque@"):
        return None
    limits = run.observables[name]
    atoms = {atom for size in compared(condition) for atom in size.atoms()}
    if limits.low != 0 or limits.high != 1 or len(atoms) != 1:
        return None
    (atom,) = atoms
    if not isinstance(atom, Sym | Indexed):
        return None
    here = alone(atom)
    ends = [_at(condition, atom, value) for value in (0, 1)]
    if None in ends:
        return None
    low, high = int(bool(ends[0])), int(bool(ends[1]))
    if step.at_most is not None or step.probability is not None:
        if run.reach[name] != scope.reach or state.alive != 1 or (low, high) != (0, 1):
            return None
        _suppose(step, run)
        run.observables[name] = attrs.evolve(
            limits,
            at_most=_limit(step.at_most, state, scope) or limits.at_most,
            probability=_limit(step.probability, state, scope) or limits.probability,
        )
    return low + (high - low) * here


def _at(condition: Condition, atom: Sym | Indexed, value: int) -> bool | None:
    match condition:
        case Holds(size):
            number = size.map_atoms(lambda a: const(value) if a == atom else ZERO).constant()
            return None if number is None else number >= 0
        case All(parts):
            return all(_at(part, atom, value) for part in parts)
        case Any(parts):
            return any(_at(part, atom, value) for part in parts)


def _limit(size: Size | None, state: State, scope: Scope) -> Size | None:
    if size is None:
        return None
    value = state.read(size, scope.known)
    return None if any(FRESH in name or name.startswith(LOST) for name in value.free) else value


def _suppose(step: Branch, run: Run) -> None:
    if step.at_most is not None:
        run.suppose(
            "at most", f"the condition at line {step.span.line} holds at most {step.at_most} times", step.span
        )
    if step.probability is not None:
        run.suppose(
            "probability",
            f"the condition at line {step.span.line} holds with probability {step.probability}",
            step.span,
        )
