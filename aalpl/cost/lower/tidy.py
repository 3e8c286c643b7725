"""Makes a form short without changing what it says.

`forward` puts the values of temporaries where they are read, `used` drops what nobody reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from aalpl.cost.form.nodes import (
    Beyond,
    Branch,
    Count,
    Cycle,
    Event,
    Fill,
    Fork,
    Havoc,
    HavocArray,
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)
from aalpl.cost.form.steps import Key, blocks, conditioned, every, mapped, sizes, writes
from aalpl.cost.sizes.rewrite import reads
from aalpl.program.size import Size, indexed, sym

# -- temporaries ---------------------------------------------------------------------------------------------------

Now = dict[str, Size]
"""Temporaries whose value is still what it was when they were set."""


def forward(steps: Steps) -> Steps:
    """The steps with values of temporaries in the place of their names."""
    written = Counter(key[0] for step in every(steps) for key, _ in writes(step))
    return _forward(steps, {}, frozenset(name for name, times in written.items() if times == 1))


def _forward(steps: Steps, now: Now, once: frozenset[str]) -> Steps:
    made: list[Step] = []
    for step in steps:
        inside = _without(now, [step]) if blocks(step) else now
        step = (
            _forward_cycle(step, inside, once)
            if isinstance(step, Cycle)
            else _forward_step(step, now, inside, once)
        )
        _forget(now, [step])
        if isinstance(step, Set):
            targets = {name for name, _ in step.values}
            now.update({n: v for n, v in step.values if _passes(n, v, once) and not v.free & targets})
        made.append(step)
    return tuple(made)


def _forward_step(step: Step, now: Now, inside: Now, once: frozenset[str]) -> Step:
    return mapped(step, lambda size: size.replace(now), lambda block: _forward(block, dict(inside), once))


def _forward_cycle(step: Cycle, inside: Now, once: frozenset[str]) -> Cycle:
    """The condition is tested after `before`, and `body` runs after that."""
    before = _forward(step.before, inside, once)
    condition = conditioned(step.condition, lambda size: size.replace(inside))
    return attrs.evolve(
        step, before=before, condition=condition, body=_forward(step.body, dict(inside), once)
    )


def _passes(name: str, value: Size, once: frozenset[str]) -> bool:
    """Temporaries, and variables that are assigned once and short."""
    return len(value.terms) <= (12 if "%" in name else 3 if name in once else 0)


def _without(now: Now, steps: list[Step]) -> Now:
    kept = dict(now)
    _forget(kept, steps)
    return kept


def _forget(now: Now, steps: list[Step]) -> None:
    changed = {key for step in every(steps) for key, _ in writes(step)}
    if not changed or not now:
        return
    names = {name for name, _ in changed}
    for name, value in list(now.items()):
        if (name, False) in changed or (value.free & names and reads(value) & changed):
            del now[name]


# -- what nobody reads ---------------------------------------------------------------------------------------------


def used(steps: Steps, results: Iterable[Key]) -> Steps:
    """The steps without assignments to what decides nothing: neither events, branches and bounds, nor results."""
    return _used(steps, _needed(steps, set(results)))


def _needed(steps: Steps, needed: set[Key]) -> set[Key]:
    """Names that are read by what is no assignment, and those their values come from."""
    flows: list[tuple[Key, set[Key]]] = []
    for step in every(steps):
        match step:
            case Set(values):
                flows += [((name, False), reads(value)) for name, value in values]
            case Fill(array=array) | Store(array=array):
                flows.append(((array, True), {key for size in sizes(step) for key in reads(size)}))
            case Fork(results=results):
                flows += [((name, True), {(name, False)}) for name in results]
                needed |= {key for size in sizes(step) for key in reads(size)}
            case _:
                needed |= {key for size in sizes(step) for key in reads(size)}
    while more := {key for name, value in flows if name in needed for key in value} - needed:
        needed |= more
    return needed


def _used(steps: Steps, read: set[Key]) -> Steps:
    kept: list[Step] = []
    for step in steps:
        match step:
            case Set(values):
                left = tuple((n, v) for n, v in values if (n, False) in read and v != sym(n))
                if left:
                    kept.append(attrs.evolve(step, values=left))
            case Fill(array=array) | Store(array=array) | HavocArray(array=array):
                if (array, True) in read and not _same(step):
                    kept.append(step)
            case Invoke():
                kept.append(
                    attrs.evolve(
                        step,
                        results=tuple(pair for pair in step.results if (pair[0], False) in read),
                        array_results=tuple(pair for pair in step.array_results if (pair[0], True) in read),
                    )
                )
            case Fork():
                names = tuple(n for n in step.results if (n, True) in read or (n, False) in read)
                body, joins = _used(step.body, read), _used(step.joins, read)
                kept.append(attrs.evolve(step, body=body, joins=joins, results=names))
            case Count(body=body):
                inner = _used(body, read)
                if inner:
                    kept.append(attrs.evolve(step, body=inner))
            case Branch():
                one, two = _used(step.then, read), _used(step.orelse, read)
                if one or two or step.at_most is not None:
                    kept.append(attrs.evolve(step, then=one, orelse=two))
            case Cycle():
                one, two = _used(step.before, read), _used(step.body, read)
                kept.append(attrs.evolve(step, before=one, body=two))
            case Havoc() | Event() | Leave() | Beyond():
                kept.append(step)
    return tuple(kept)


def _same(step: Step) -> bool:
    """A fill that copies an array to itself, a store of what is there."""
    match step:
        case Store(array, index, value, more):
            return value == indexed(array, index, *more)
        case Fill(array, index, value, more):
            return value == indexed(array, *map(sym, (index, *more)))
        case _:
            return False
