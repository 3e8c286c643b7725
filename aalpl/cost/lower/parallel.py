"""Lowers `parallel`: branches side by side, and how what they did is put together.

What a branch yields is kept in variables that end in `%`; after the fork `Indexed(v, (i,))` is that of branch i. Where
a yield is the same function of the index in every branch (a chunk's length) no variable is needed.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.form.nodes import Fork, Set
from aalpl.cost.lower.components import INDICES, Component, components
from aalpl.cost.lower.contributions import join, remembered
from aalpl.cost.lower.expressions import number, shape
from aalpl.cost.lower.scope import Branches, Scope, filled
from aalpl.cost.lower.shapes import Items, Words, fitted, tokens
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ZERO, Apply, Size, Sym, big, indexed, maximum, sym

Statements = Callable[[Scope, p.Block], None]


def parallel(scope: Scope, of: p.Parallel, statements: Statements) -> None:
    """`parallel for`."""
    bounds = scope.kept({"low": number(scope, of.low), "high": number(scope, of.high)}, of.span)
    low, high = bounds["low"], bounds["high"]
    if scope.learned.varying is not None:
        low, high = _plain(scope, low, of.low), _plain(scope, high, of.high)
    workers = None if of.workers is None else number(scope, of.workers)
    for name in of.appended:
        scope.emit(Set(((f"{name}%fork", _said(scope, name)),), span=of.span))
    scope.branches.append(Branches(of.index))
    with scope.inside() as body:
        statements(scope, of.body)
        yielded = _yield(scope, of)
        grown = _grown(scope, of)
    contributions = scope.branches.pop().found
    start = tuple((c.done, ZERO) for found in contributions.values() for c in found if c.done)
    if start:
        body.insert(0, Set(start, span=of.span))
    results = [each.inner.name for each in yielded if each.kept]
    results += [c.name for c in grown]
    results += [name for found in contributions.values() for c in found for name in remembered(c)]
    with scope.inside() as joins:
        _join_yield(scope, of, yielded, low, high)
        _join_grown(scope, of, low, high)
        for name, found in contributions.items():
            join(scope, name, found, low, high)
    names = tuple(dict.fromkeys(results))
    scope.emit(Fork(of.index, low, high, workers, tuple(body), names, tuple(joins), of.place, span=of.span))


def _plain(scope: Scope, kept: Size, of: p.Expr) -> Size:
    """The bound itself where it says the same everywhere."""
    value = number(scope, of)
    return value if scope.learned.stable(value) else kept


# -- yields --------------------------------------------------------------------------------------------------------


@attrs.frozen
class Yielded:
    """One component of the yielded value: in the branch, and as an element of the list outside (one index more).

    `kept` where it needs a variable; otherwise its value is the same function of the index in every branch."""

    inner: Component
    outer: Component
    kept: bool


def _yield(scope: Scope, of: p.Parallel) -> list[Yielded]:
    if of.value is None or of.target is None:
        return []
    value = shape(scope, of.value)
    wanted = scope.types.get(of.target, of.type)
    if isinstance(wanted, ty.ListOf):
        value = fitted(value, wanted.element)
    found = [
        Yielded(inner, outer, not scope.learned.stable(inner.value, of.index, *inner.indices))
        for inner, outer in zip(
            components(f"{of.target}%", value), components(of.target, value, 1), strict=True
        )
    ]
    scope.assign([each.inner for each in found if each.kept], of.span)
    return found


def _join_yield(scope: Scope, of: p.Parallel, yielded: list[Yielded], low: Size, high: Size) -> None:
    """The list of what the branches yielded."""
    if of.target is None or of.value is None:
        return
    branch = low + sym(INDICES[0])
    for each in yielded:
        indices = each.outer.indices
        if each.kept:
            value = indexed(each.inner.name, branch, *map(sym, indices[1:]))
        else:
            value = each.outer.value.replace({of.index: branch})
        scope.emit(filled(Component(each.outer.name, indices, value), of.span))
    count = rounds(scope, low, high)
    items = scope.read(of.target, scope.types.get(of.target, of.type))
    assert isinstance(items, Items)
    one = tokens(items.element(sym("%t")))
    total = count * one if "%t" not in one.free else _sum(count, one)
    scope.emit(Set(((f"len({of.target})", count), (f"total({of.target})", total)), span=of.span))


def _sum(count: Size, each: Size) -> Size:
    return big("sum", "%t", ZERO, count - 1, each)


def rounds(scope: Scope, low: Size, high: Size) -> Size:
    """How many rounds a range has, never below 0."""
    count = high - low + 1
    return count if _never_negative(scope, count) else maximum(ZERO, count)


def _never_negative(scope: Scope, size: Size) -> bool:
    return all(value > 0 and all(_grows(scope, a) for a, _ in m) for m, value in size.terms.items())


def _grows(scope: Scope, atom: object) -> bool:
    match atom:
        case Sym(name):
            return name in scope.program.sizes or name.startswith("len(")
        case Apply("ceil" | "floor", (inner,)):
            return _never_negative(scope, inner)
        case Apply("max", args):
            return any(_never_negative(scope, arg) for arg in args)
        case _:
            return False


# -- transcripts ---------------------------------------------------------------------------------------------------


def _said(scope: Scope, name: str) -> Size:
    said = scope.read(name, ty.Text())
    assert isinstance(said, Words)
    return said.length


def _grown(scope: Scope, of: p.Parallel) -> list[Component]:
    found = [Component(f"{n}%grown", (), _said(scope, n) - sym(f"{n}%fork")) for n in of.appended]
    scope.assign(found, of.span)
    return found


def _join_grown(scope: Scope, of: p.Parallel, low: Size, high: Size) -> None:
    for name in of.appended:
        added = big("sum", "%t", low, high, indexed(f"{name}%grown", sym("%t")))
        scope.emit(Set(((f"len({name})", _said(scope, name) + added),), span=of.span))
