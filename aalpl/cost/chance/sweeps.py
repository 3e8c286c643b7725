"""Loops that go round and round over n places until each has been filled: the largest of n geometric waiting times.

The condition says that not all of B[0..n-1] are 1; a round fills B[i mod n] with a chance of at least p, whatever has
been, never empties a place, and counts i up by one. In n rounds in a row each place is tried once, so after s times n
rounds a given place is empty with a chance of at most q^s, q = 1 - p, and the number of times S that all are gone through has

    E S = sum over s of P(S > s) <= sum of min(1, n q^s) <= ceil(log n / log(1/q)) + 1/p

(union bound; compare Szpankowski and Rego 1990, Eisenberg 2008, on the largest of geometric variables).
"""

from __future__ import annotations

import attrs

from aalpl.cost.chance import brackets
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.rational import normal
from aalpl.cost.chance.walker import Walker, Where
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.conditions import facts
from aalpl.cost.form.nodes import All, Any, Branch, Condition, Cycle, Event, Holds, Set, Step, Steps, Store
from aalpl.cost.form.steps import blocks, every, writes
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ONE, ZERO, Apply, Atom, Big, Indexed, Size, apply, ceil, sym

HIT = "%hit"


def sweep(of: Cycle, after: Size, at: Where, walker: Walker) -> Size | None:
    """A bound of the expectation before a loop of this kind, from above or below as the walker goes."""
    found = _places(of.condition)
    if found is None or of.before or of.probability is not None:
        return None
    array, number = found
    stores = [step for step in every(of.body) if (array, True) in {key for key, _ in writes(step)}]
    if len(stores) != 1 or not isinstance(stores[0], Store) or not _in_turn(of.body, stores[0], number):
        return None
    names, lists = changed(of.body)
    inside = at.under(*facts(of.condition))
    price = walker.steps(of.body, ZERO, inside)
    chance = _filled(of.body, stores[0], inside, walker)
    wanted = price.free | chance.free | after.free | number.free
    if not wanted.isdisjoint(names | lists) or not at.known.proves(number - 1) or not at.known.proves(price):
        return None
    walker.exact = False
    if walker.up < 0:
        return after
    return after + price * number * _times(number, chance)


def _times(number: Size, chance: Size) -> Size:
    if chance == 1:
        return ONE
    if not chance:
        raise Declined("a place that is never filled")
    return ceil(apply("log", number) / apply("log", normal(1 / (1 - chance)))) + 1 / chance


def _places(condition: Condition) -> tuple[str, Size] | None:
    """The array and the number n of its places, where the condition is n - 1 - sum of B[0..n-1] >= 0."""
    match condition:
        case All((one,)):
            return _places(one)
        case Holds(size):
            return next((found for atom in size.atoms() if (found := _summed(size, atom)) is not None), None)
        case All() | Any():
            return None


def _summed(size: Size, atom: Atom) -> tuple[str, Size] | None:
    """The array and n, where the size is n - 1 less the sum `atom` of all its places."""
    if not isinstance(atom, Big) or atom.operator != "sum" or atom.low or size.degree(atom) != 1:
        return None
    family = next((a for a in atom.body.atoms() if isinstance(a, Indexed)), None)
    if family is None or atom.body != alone(family) or family.indices != (sym(atom.index),):
        return None
    parts = size.coefficients(atom)
    return (family.name, atom.high + 1) if parts[1] == -1 and parts.get(0, ZERO) == atom.high else None


def _in_turn(body: Steps, store: Store, number: Size) -> bool:
    """Whether the store is at i mod n for a variable i that every round counts up by one."""
    index = next(iter(store.index.atoms()), None)
    if store.more or not isinstance(index, Apply) or store.index != Size({((index, 1),): 1}):
        return False
    if index.function != "mod" or index.args[1] != number:
        return False
    for name in sorted(index.args[0].free):
        change = [value for step in every(body) for key, value in writes(step) if key == (name, False)]
        steady = any(isinstance(step, Set) and (name, sym(name) + 1) in step.values for step in body)
        offset = index.args[0] - sym(name)
        if change == [sym(name) + 1] and steady and name not in offset.free:
            others = {key[0] for step in every(body) for key, _ in writes(step)}
            return offset.free.isdisjoint(others)
    return False


def _filled(body: Steps, store: Store, at: Where, walker: Walker) -> Size:
    """With which chance at least a round puts a 1 there; Declined where it may put something else."""
    _only_ones(body, store, at)
    marked = _marked(body, store)
    silent = Walker(walker.forms, _nothing, walker.asked, -1)
    before = silent.steps(marked, sym(HIT), at).replace({HIT: ZERO})
    return normal(brackets.reduced(brackets.flat(before), at.known), at.known)


def _only_ones(body: Steps, store: Store, at: Where) -> None:
    """Declines unless what is stored is at least 1 under the branches around."""
    for step in body:
        if step == store:
            if not at.known.proves(store.value - 1):
                raise Declined("a place may be emptied", store.span)
        elif isinstance(step, Branch) and store in every((step,)):
            side = step.then if store in every(step.then) else step.orelse
            holds = facts(step.condition) if side is step.then else ()
            _only_ones(side, store, at.under(*holds))
        elif any(store in every(block) for block in blocks(step)):
            raise Declined("a place is filled inside an inner loop", store.span)
        at = at.past(step)


def _marked(body: Steps, store: Store) -> Steps:
    """The steps with the store noted."""
    made: list[Step] = []
    for step in body:
        if step == store:
            made.append(Set(((HIT, ONE),), span=store.span))
        elif isinstance(step, Branch):
            then, orelse = _marked(step.then, store), _marked(step.orelse, store)
            made.append(attrs.evolve(step, then=then, orelse=orelse))
        else:
            made.append(step)
    return tuple(made)


def _nothing(_: Event) -> Size:
    return ZERO
