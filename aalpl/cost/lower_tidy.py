"""Makes a form short without changing what it says.

Three passes: `constants` finds variables and arrays that are the same wherever they are read (the lowering then runs
again and uses them), `forward` puts the values of temporaries where they are read, `used` drops what nobody reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from aalpl.cost.form import (
    All,
    Any,
    Beyond,
    Branch,
    Condition,
    Count,
    Cycle,
    Event,
    Fill,
    Fork,
    Havoc,
    HavocArray,
    Holds,
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)
from aalpl.cost.rewrite import reads, rewrite
from aalpl.cost.shapes import INDICES
from aalpl.program.size import Indexed, Size, Sym, indexed, sym

Key = tuple[str, bool]
"""A variable's or (True) an array's name."""


# -- walking -------------------------------------------------------------------------------------------------------


def every(steps: Iterable[Step]) -> Iterator[Step]:
    """All steps, inner ones too."""
    for step in steps:
        yield step
        for inner in blocks(step):
            yield from every(inner)


def blocks(step: Step) -> tuple[Steps, ...]:
    """The blocks inside a step."""
    match step:
        case Branch(then=then, orelse=orelse):
            return then, orelse
        case Count(body=body):
            return (body,)
        case Cycle(before=before, body=body):
            return before, body
        case Fork(body=body, joins=joins):
            return body, joins
        case Set() | Fill() | Store() | Havoc() | HavocArray() | Event() | Invoke() | Leave() | Beyond():
            return ()


def writes(step: Step) -> Iterator[tuple[Key, Size | None]]:
    """What a step itself assigns, with its value where that is a size (of arrays over `INDICES`)."""
    match step:
        case Set(values):
            for name, value in values:
                yield (name, False), value
        case Fill(array, index, value, more):
            indices = dict(zip((index, *more), map(sym, INDICES), strict=False))
            yield (array, True), value.replace(indices)
        case Store(array, _, value):
            yield (array, True), value
        case Havoc(variable):
            yield (variable, False), None
        case HavocArray(array):
            yield (array, True), None
        case Count(index=index):
            yield (index, False), None
        case Fork(index=index, results=results):
            yield (index, False), None
            lists = {key for inner in every(step.body) for key, _ in writes(inner)}
            for name in results:  # of each branch what the variable is there; only the joins see it
                yield (name, True), None if (name, True) in lists else sym(name)
        case Invoke(results=returned, array_results=arrays):
            for mine, _ in returned:
                yield (mine, False), None
            for mine, _ in arrays:
                yield (mine, True), None
        case Branch() | Cycle() | Event() | Leave() | Beyond():
            pass


def sizes(step: Step) -> Iterator[Size]:
    """All sizes that a step itself reads."""
    match step:
        case Set(values):
            yield from (value for _, value in values)
        case Fill(value=value):
            yield value
        case Store(index=index, value=value, more=more):
            yield from (index, value, *more)
        case Havoc(low=low, high=high, mean=mean):
            yield from _given(low, high, mean)
        case HavocArray(low=low, high=high):
            yield from _given(low, high)
        case Event(weight=weight, inputs=inputs, outputs=outputs):
            yield from (weight, inputs, outputs)
            yield from _given(step.member, step.overhead, step.window, step.hit)
        case Branch(condition=condition, at_most=at_most, probability=probability):
            yield from condition_sizes(condition)
            yield from _given(at_most, probability)
        case Count(low=low, high=high, step=stride):
            yield from (low, high, stride)
        case Cycle(condition=condition):
            yield from condition_sizes(condition)
            yield from _given(step.at_most, step.probability, step.decreases)
        case Fork(low=low, high=high, workers=workers):
            yield from (low, high)
            yield from _given(workers)
        case Invoke(args=args, arrays=arrays):
            yield from (value for _, value in args)
            yield from (fill.value for fill in arrays)
        case Leave() | Beyond():
            pass


def _given(*sizes_: Size | None) -> Iterator[Size]:
    return (size for size in sizes_ if size is not None)


def condition_sizes(condition: Condition) -> Iterator[Size]:
    """The sizes a condition is made of."""
    match condition:
        case Holds(size):
            yield size
        case All(parts) | Any(parts):
            for part in parts:
                yield from condition_sizes(part)


# -- constants -----------------------------------------------------------------------------------------------------


def constants(steps: Steps, fixed: frozenset[Key]) -> tuple[dict[Key, Size], frozenset[str]]:
    """Variables and arrays that always are the same size over what is never assigned; and all names that vary.

    A variable that is assigned more than once counts if each assignment, with what is known of others, gives the same
    size. `fixed` are those set from outside (entry variables): they vary if they are assigned at all."""
    found = [(key, value) for step in every(steps) for key, value in writes(step)]
    assigned = {key for key, _ in found}
    top: set[Key] = set(assigned)
    known: dict[Key, Size] = {}
    varying: set[Key] = {key for key in assigned if key in fixed}
    varying |= {key for key, value in found if value is None}
    top -= varying
    while True:
        before = (len(top), len(varying), len(known))
        for key, value in found:
            if key in varying or value is None:
                continue
            new = _evaluated(value, known, varying, top)
            if new is None:
                varying.add(key)
                known.pop(key, None)
            elif isinstance(new, Size) and known.setdefault(key, new) != new:
                varying.add(key)
                known.pop(key)
            top.discard(key) if not isinstance(new, bool) else None
        if before == (len(top), len(varying), len(known)):
            break
    names = {name for name, _ in assigned if (name, False) not in known and (name, True) not in known}
    return known, frozenset(names | {name for name, _ in varying})


def _evaluated(
    value: Size, known: Mapping[Key, Size], varying: set[Key], top: set[Key]
) -> Size | bool | None:
    """The value where it is known, None where it varies, True where nothing is known yet."""
    found = replaced(value, known)
    read = reads(found)
    if any(key in varying for key in read):
        return None
    return True if any(key in top for key in read) else found


def replaced(value: Size, known: Mapping[Key, Size]) -> Size:
    """The size with what is known of variables and arrays."""

    def change(atom: Sym | Indexed) -> Size | None:
        if isinstance(atom, Sym):
            return known.get((atom.name, False))
        found = known.get((atom.name, True))
        return None if found is None else found.replace(dict(zip(INDICES, atom.indices, strict=False)))

    return rewrite(value, change)


# -- temporaries ---------------------------------------------------------------------------------------------------

Now = dict[str, Size]
"""Temporaries whose value is still what it was when they were set."""


def forward(steps: Steps) -> Steps:
    """The steps with values of temporaries in the place of their names."""
    return _forward(steps, {})


def _forward(steps: Steps, now: Now) -> Steps:
    made: list[Step] = []
    for step in steps:
        inside = _without(now, [step]) if blocks(step) else now
        step = _forward_cycle(step, inside) if isinstance(step, Cycle) else _forward_step(step, now, inside)
        _forget(now, [step])
        if isinstance(step, Set):
            targets = {name for name, _ in step.values}
            now.update({n: v for n, v in step.values if _passes(n, v) and not v.free & targets})
        made.append(step)
    return tuple(made)


def _forward_step(step: Step, now: Now, inside: Now) -> Step:
    return mapped(step, lambda size: size.replace(now), lambda block: _forward(block, dict(inside)))


def _forward_cycle(step: Cycle, inside: Now) -> Cycle:
    """The condition is tested after `before`, and `body` runs after that."""
    before = _forward(step.before, inside)
    condition = _conditioned(step.condition, lambda size: size.replace(inside))
    return attrs.evolve(step, before=before, condition=condition, body=_forward(step.body, dict(inside)))


def _passes(name: str, value: Size) -> bool:
    return "%" in name and len(value.terms) <= 12


def _without(now: Now, steps: list[Step]) -> Now:
    kept = dict(now)
    _forget(kept, steps)
    return kept


def _forget(now: Now, steps: list[Step]) -> None:
    changed = {key[0] for step in every(steps) for key, _ in writes(step)}
    for name in [name for name, value in now.items() if name in changed or value.free & changed]:
        del now[name]


# -- what nobody reads ---------------------------------------------------------------------------------------------


def used(steps: Steps, results: Iterable[Key]) -> Steps:
    """The steps without assignments to what is never read."""
    while True:
        read = {key for step in every(steps) for size in sizes(step) for key in reads(size)} | set(results)
        read |= {
            (name, False) for step in every(steps) if isinstance(step, Fork) for name in _joined(step, read)
        }
        kept = _used(steps, read)
        if kept == steps:
            return steps
        steps = kept


def _joined(fork: Fork, read: set[Key]) -> Iterator[str]:
    """Results of branches that are read, as arrays, after the fork."""
    return (name for name in fork.results if (name, True) in read)


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


# -- early returns -------------------------------------------------------------------------------------------------


def absorbed(steps: Steps) -> Steps:
    """Where one side of a branch returns the rest belongs to the other; a return at the very end is no step."""
    return _ended(_absorb(steps))


def _absorb(steps: Steps) -> Steps:
    made: list[Step] = []
    for i, step in enumerate(steps):
        if isinstance(step, Leave):
            made.append(step)
            break
        step = mapped(step, lambda size: size, _absorb)
        if isinstance(step, Branch) and (_leaves(step.then) or _leaves(step.orelse)):
            rest = _absorb(steps[i + 1 :])
            then = step.then if _leaves(step.then) else step.then + rest
            orelse = step.orelse if _leaves(step.orelse) else step.orelse + rest
            made.append(attrs.evolve(step, then=then, orelse=orelse))
            break
        made.append(step)
    return tuple(made)


def _leaves(steps: Steps) -> bool:
    """Whether every path returns."""
    if not steps:
        return False
    match steps[-1]:
        case Leave():
            return True
        case Branch(then=then, orelse=orelse):
            return _leaves(then) and _leaves(orelse)
        case _:
            return False


def _ended(steps: Steps) -> Steps:
    if not steps:
        return steps
    match steps[-1]:
        case Leave():
            return steps[:-1]
        case Branch(then=then, orelse=orelse) as last:
            return (*steps[:-1], attrs.evolve(last, then=_ended(then), orelse=_ended(orelse)))
        case _:
            return steps


def _conditioned(of: Condition, size: Callable[[Size], Size]) -> Condition:
    match of:
        case Holds(value):
            return Holds(size(value))
        case All(parts):
            return All(tuple(_conditioned(part, size) for part in parts))
        case Any(parts):
            return Any(tuple(_conditioned(part, size) for part in parts))


# -- mapping -------------------------------------------------------------------------------------------------------


def mapped(step: Step, size: Callable[[Size], Size], block: Callable[[Steps], Steps]) -> Step:
    """The step with its own sizes and inner blocks changed."""

    def maybe(value: Size | None) -> Size | None:
        return None if value is None else size(value)

    def condition(of: Condition) -> Condition:
        return _conditioned(of, size)

    match step:
        case Set(values):
            return attrs.evolve(step, values=tuple((name, size(value)) for name, value in values))
        case Fill(value=value):
            return attrs.evolve(step, value=size(value))
        case Store(index=index, value=value, more=more):
            return attrs.evolve(step, index=size(index), value=size(value), more=tuple(map(size, more)))
        case Havoc(low=low, high=high, mean=mean):
            return attrs.evolve(step, low=maybe(low), high=maybe(high), mean=maybe(mean))
        case HavocArray(low=low, high=high):
            return attrs.evolve(step, low=maybe(low), high=maybe(high))
        case Event():
            return attrs.evolve(
                step,
                weight=size(step.weight),
                inputs=size(step.inputs),
                outputs=size(step.outputs),
                member=maybe(step.member),
                overhead=maybe(step.overhead),
                window=maybe(step.window),
                hit=maybe(step.hit),
            )
        case Branch():
            return attrs.evolve(
                step,
                condition=condition(step.condition),
                then=block(step.then),
                orelse=block(step.orelse),
                at_most=maybe(step.at_most),
                probability=maybe(step.probability),
            )
        case Count():
            return attrs.evolve(
                step, low=size(step.low), high=size(step.high), step=size(step.step), body=block(step.body)
            )
        case Cycle():
            return _mapped_cycle(step, condition, maybe, block)
        case Fork():
            return attrs.evolve(
                step,
                low=size(step.low),
                high=size(step.high),
                workers=maybe(step.workers),
                body=block(step.body),
                joins=block(step.joins),
            )
        case Invoke():
            return attrs.evolve(
                step,
                args=tuple((name, size(value)) for name, value in step.args),
                arrays=tuple(attrs.evolve(fill, value=size(fill.value)) for fill in step.arrays),
            )
        case Leave() | Beyond():
            return step


def _mapped_cycle(
    step: Cycle,
    condition: Callable[[Condition], Condition],
    maybe: Callable[[Size | None], Size | None],
    block: Callable[[Steps], Steps],
) -> Cycle:
    return attrs.evolve(
        step,
        before=block(step.before),
        condition=condition(step.condition),
        body=block(step.body),
        at_most=maybe(step.at_most),
        probability=maybe(step.probability),
        decreases=maybe(step.decreases),
    )
