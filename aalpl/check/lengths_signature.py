"""What a signature demands of its arguments: sizes bound, lengths that fit, ints in range."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.check.lengths import (
    Value,
    at_path,
    length,
    number,
)
from aalpl.check.lengths_conditions import require
from aalpl.check.state import Book, State, unknown
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import ZERO, Size, sym
from aalpl.report import Span


def signature(
    params: Sequence[p.Param],
    bindings: Sequence[p.Binding],
    constraints: Sequence[p.Constraint],
    args: Sequence[Value],
    name: str,
    span: Span,
    state: State,
    book: Book,
) -> dict[str, Size]:
    """What the sizes and int parameters of a callee are here; the conditions of its parameter types are noted."""
    given = {param.name: arg for param, arg in zip(params, args, strict=False)}
    sizes = _globals(state, book)
    for param, arg in zip(params, args, strict=False):
        if isinstance(param.type, k.Int) and (value := number(arg)) is not None:
            sizes[param.name] = value
    for binding in bindings:
        found = _followed(given, binding.path)
        sizes[binding.name] = found if found is not None else unknown(state, book, binding.name)
        if found is not None and "%0" in found.free:
            sizes[binding.name] = _common(found, given, binding, span, state, book)
    for param, arg in zip(params, args, strict=False):
        _in_range(param, arg, sizes, name, span, state, book)
    for constraint in constraints:
        found = _followed(given, constraint.path)
        text = f"{_path(constraint.path)}{length_text(constraint.length)} in {name}"
        demand(found, constraint.length, sizes, "constraint", text, span, state, book)
    return sizes


def _globals(state: State, book: Book) -> dict[str, Size]:
    """Sizes of the file, as a callee that does not bind them sees them: those at the entry of the run."""
    here = {name for name, size in state.sizes.items() if size != sym(name)} | book.bound
    return {name: sym(f"{name} at entry") for name in here if name in book.program.sizes}


def _followed(given: dict[str, Value], path: tuple[str, ...]) -> Size | None:
    return at_path(given[path[0]], path[1:]) if path[0] in given else None


def _common(
    found: Size, given: dict[str, Value], binding: p.Binding, span: Span, state: State, book: Book
) -> Size:
    """All elements have one length: that of the first; listed unless the lengths do not depend on the index."""
    first = found.replace({"%0": ZERO})
    rows = given[binding.path[0]]
    inside = state.copy()
    index = sym(book.fresh("i"))
    size = length(rows) or ZERO
    inside.facts = inside.facts.adding(index, size - index - 1)
    inside.exact = False
    same = found.replace({"%0": index})
    require(
        book, inside, "constraint", f"all {_path(binding.path)} are equal", (same - first, first - same), span
    )
    return first


def _in_range(
    param: p.Param, arg: Value, sizes: dict[str, Size], name: str, span: Span, state: State, book: Book
) -> None:
    if not isinstance(param.type, k.Int) or (value := number(arg)) is None:
        return
    low, high = param.type.low, param.type.high
    if low is not None:
        require(
            book,
            state,
            "constraint",
            f"{param.name} >= {low} in {name}",
            (value - low.replace(sizes),),
            span,
        )
    if high is not None:
        goal = high.replace(sizes) - value
        require(book, state, "constraint", f"{param.name} <= {high} in {name}", (goal,), span)


def demand(
    found: Size | None,
    wanted: k.Length,
    sizes: dict[str, Size],
    kind: str,
    text: str,
    span: Span,
    state: State,
    book: Book,
) -> None:
    """A length fits what a type says."""
    goals: tuple[Size | None, ...]
    match wanted:
        case k.Exactly(size):
            size = size.replace(sizes)
            goals = (None,) if found is None else (found - size, size - found)
        case k.Between(low, high):
            goals = (None,) if found is None else (found - low.replace(sizes), high.replace(sizes) - found)
        case k.Distributed() | k.Mean() | k.Constant() | k.Open():
            return
    here = state
    if found is not None and "%0" in found.free:  # of every element
        here = state.copy()
        index = sym(book.fresh("i"))
        here.facts = here.facts.adding(index)
        here.exact = False
        goals = tuple(None if goal is None else goal.replace({"%0": index}) for goal in goals)
    require(book, here, kind, text, goals, span)


def _path(path: tuple[str, ...]) -> str:
    text = path[0]
    for step in path[1:-1]:
        text += "[…]" if step == "element" else "" if step == "value" else f".{step}"
    return f"len({text})"


def length_text(of: k.Length) -> str:
    match of:
        case k.Exactly(size):
            return f" = {size}"
        case k.Between(low, high):
            return f" <= {high}" if not low else f" in {low}..{high}"
        case k.Distributed() | k.Mean() | k.Constant() | k.Open():
            return ""
