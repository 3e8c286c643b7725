"""Branches side by side on a walk: each sees what was before, slices they write must not overlap."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.check.lengths import Row, Value, Whole, length, meant, parts, rebuilt
from aalpl.check.lengths_conditions import require
from aalpl.check.lengths_pieces import fits, put
from aalpl.check.lengths_values import int_of, value_of
from aalpl.check.saying import said
from aalpl.check.state import MARK, Book, State, of_type
from aalpl.check.walk import nodes
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import ZERO, Size, indexed, maximum, sym

Run = Callable[[p.Block, State, Book], State | None]


def side_by_side(of: p.Parallel, state: State, book: Book, run: Run) -> State:
    """`parallel for index in low..high …`."""
    low, high = int_of(of.low, state, book), int_of(of.high, state, book)
    if of.workers is not None:
        workers = int_of(of.workers, state, book)
        require(book, state, "constraint", f"{said(of.workers)} >= 1", (workers - 1,), of.workers.span)
    index = book.fresh(of.index)
    inside = state.copy()
    inside.values[of.index] = Whole(sym(index))
    inside.facts = inside.facts.adding(sym(index) - low, high - sym(index))
    started = book.counter
    count = high - low + 1
    size = count if state.facts.proves(count) else maximum(ZERO, count)
    end = None if inside.facts.contradictory else run(of.body, inside, book)
    element = None
    if end is not None:
        value = None if of.value is None else value_of(of.value, end, book)
        element = None if value is None else _spread(value, index, low, started, end, state, book)
        _disjoint(of, index, low, high, end, book, started)
    if of.target is not None:
        state.values[of.target] = Row(size, element)
    for name in of.appended:
        if name in state.values:
            state.values[name] = of_type(k.Text(), state, book, name)
    for name in dict.fromkeys(_written(of.body)):
        if name in state.values and end is not None:
            state.values[name] = _overwritten(state.values[name], end.values.get(name), state, book)
    return state


def _overwritten(before: Value, after: Value | None, state: State, book: Book) -> Value:
    """What branches wrote into a list changes its elements, none knows which; lengths stay."""
    old, new = parts(before), {} if after is None else parts(after)
    changed = {}
    for path, size in old.items():
        if "element" in path and new.get(path) != size:
            name = book.fresh("element")
            book.tainted.add(name)
            if path[-1] == "len":
                state.facts = state.facts.with_family(name, lambda *i, name=name: indexed(name, *i))
            changed[path] = indexed(name, *(sym(f"%{d}") for d in range(path.count("element"))))
    told = after is not None and meant(after) != meant(before)
    return rebuilt(before, {**old, **changed}) if changed or told else before


def _written(block: p.Block) -> list[str]:
    return [node.variable for node in nodes(block) if isinstance(node, p.Contribute)]


def _spread(
    value: Value, index: str, low: Size, started: int, end: State, state: State, book: Book
) -> Callable[[Size], Value]:
    """The yield of each branch as a function of its place: what a branch itself brought becomes a family."""
    own = {n for size in parts(value).values() for n in size.free if _since(n, started)} - {index}
    families = {name: book.fresh(name.split(MARK)[0]) for name in sorted(own)}
    for name, family in families.items():
        if name in book.tainted:
            book.tainted.add(family)
        for fact in end.facts.known:
            if name in fact.free and not any(_since(n, started) for n in fact.free - {name, index}):
                state.facts = state.facts.with_family(family, _bound(fact, name, index, low, family))
        for other, bound in end.facts.families:
            if other == name:
                state.facts = state.facts.with_family(family, bound)

    def at(place: Size) -> Value:
        moved = {index: low + place}
        own_members = {name: indexed(family, place) for name, family in families.items()}
        return rebuilt(
            value, {path: size.replace({**moved, **own_members}) for path, size in parts(value).items()}
        )

    return at


def _bound(fact: Size, name: str, index: str, low: Size, family: str) -> Callable[..., Size]:
    return lambda place, *_: fact.replace({name: indexed(family, place), index: low + place})


def _since(name: str, started: int) -> bool:
    """Whether a number was invented after the counter stood at `started`."""
    head, mark, count = name.rpartition(MARK)
    return bool(mark and head) and count.isdigit() and int(count) > started


def contribute(of: p.Contribute, state: State, book: Book) -> None:
    """`x[low:high] <- new` or `x[low] <- new` of a variable outside."""
    whole = state.values.get(of.variable)
    first, new = int_of(of.low, state, book), value_of(of.new, state, book)
    size = None if whole is None else length(whole)
    low = said(of.low)
    if of.high is None:
        text = f"0 <= {low} < len({of.variable})"
        require(book, state, "index", text, (first, None if size is None else size - first - 1), of.span)
        if whole is not None:
            state.values[of.variable] = put(whole, first, new, state, book)
        return
    last = int_of(of.high, state, book)
    text = f"0 <= {low} <= {said(of.high)} <= len({of.variable})"
    require(book, state, "slice", text, (first, last - first, None if size is None else size - last), of.span)
    fits(of, of.new, new, first, last, state, book)


def _disjoint(
    of: p.Parallel, index: str, low: Size, high: Size, end: State, book: Book, started: int
) -> None:
    """What two branches write does not overlap: a later one begins where an earlier one has ended."""
    writes = [node for node in nodes(of.body) if isinstance(node, p.Contribute)]
    if not writes:
        return
    quiet, book.recording = book.recording, False
    spans = [_range(node, end.copy(), book) for node in writes]
    book.recording = quiet
    other = book.fresh(of.index)
    here = end.copy()
    here.exact = False
    here.facts = here.facts.adding(sym(other) - sym(index) - 1, high - sym(other))
    for i, (node, (first, last)) in enumerate(zip(writes, spans, strict=True)):
        for later, (start, stop) in list(zip(writes, spans, strict=True))[i:]:
            if later.variable != node.variable:
                continue
            there = {index: sym(other)}
            own = any(
                _since(n, started) and n != index for size in (first, last, start, stop) for n in size.free
            )
            ahead, behind = start.replace(there) - last, first - stop.replace(there)
            goal = None if own else behind if here.facts.proves(behind) else ahead
            text = f"branches write different parts of {node.variable}"
            require(
                book, here.copy(), "splice", text, (goal,), node.span, "two branches may write the same part"
            )
            if later is not node:
                crossed = last.replace(there), first.replace(there)
                other_goal = None if own else start - crossed[0]
                if other_goal is not None and not here.facts.proves(other_goal):
                    other_goal = crossed[1] - stop
                require(
                    book,
                    here.copy(),
                    "splice",
                    text,
                    (other_goal,),
                    node.span,
                    "two branches may write the same part",
                )


def _range(node: p.Contribute, state: State, book: Book) -> tuple[Size, Size]:
    first = int_of(node.low, state, book)
    return first, first + 1 if node.high is None else int_of(node.high, state, book)
