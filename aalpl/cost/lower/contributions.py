"""Lowers `x[i] <- e` of an outer variable inside a `parallel`: remembered, and put in place where the branches join.

Where each branch assigns the element of its own index the join is one fill; otherwise a loop over the branches.
"""

from __future__ import annotations

from aalpl.cost.form.nodes import Count, Set, Store
from aalpl.cost.lower.components import INDICES, Component, components, read
from aalpl.cost.lower.expressions import number, shape
from aalpl.cost.lower.scope import Contribution, Scope, filled
from aalpl.cost.lower.shapes import Items, Shape, TooFar, mixed, tokens
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ONE, Size, big, given, indexed, sym


def contribute(scope: Scope, of: p.Contribute) -> None:
    """A text's length stays; a list's element is remembered."""
    if isinstance(of.new.type, ty.Text) and of.high is not None:
        return
    if of.high is not None:
        raise TooFar("branches replace slices of a list")
    type_ = scope.types.get(of.variable, ty.ListOf(of.new.type))
    if not isinstance(type_, ty.ListOf) or _constant(scope, of.variable, type_):
        return
    branches = scope.branches[-1]
    if branches.loops:
        scope.beyond("elements of a list are replaced in a loop inside a branch", of.span)
    name = scope.fresh("put")
    at = number(scope, of.low)
    done = f"{name}.done" if branches.depth else None
    found = Contribution(f"{name}.at", name, type_.element, done, at == sym(branches.index), span=of.span)
    branches.found.setdefault(of.variable, []).append(found)
    scope.emit(Set(((found.at, at), *(((done, ONE),) if done else ())), span=of.span))
    scope.write(name, shape(scope, of.new), of.span, type_.element)


def _constant(scope: Scope, name: str, type_: ty.ListOf) -> bool:
    items = read(name, type_, scope.learned.known)
    assert isinstance(items, Items)
    every = components(name, items.element(sym("%t")), 1)
    return bool(every) and not any("%t" in c.value.free for c in every)


def remembered(of: Contribution) -> list[str]:
    """The variables of a branch that remember an assignment."""
    names = [of.at, *(c.name for c in components(of.new, read(of.new, of.type, {})))]
    return [*names, of.done] if of.done else names


# -- joining -------------------------------------------------------------------------------------------------------


def join(scope: Scope, name: str, found: list[Contribution], low: Size, high: Size) -> None:
    """The elements take their places in the order of the branches."""
    old = read(name, ty.ListOf(found[0].type), scope.learned.known)
    assert isinstance(old, Items)
    if len(found) == 1 and found[0].own:
        _all_at_once(scope, name, found[0], old, low, high)
        return
    with scope.inside() as body:
        for each in found:
            _put(scope, name, each, old, sym("%b"))
    scope.emit(Count("%b", low, high, ONE, tuple(body), f"{name}%join", span=found[0].span))


def _all_at_once(scope: Scope, name: str, of: Contribution, old: Items, low: Size, high: Size) -> None:
    """Branch i assigns element i."""
    j, t = sym(INDICES[0]), sym("%t")
    change = _done(of, t) * (tokens(_of_branch(scope, of, t)) - tokens(old.element(t)))
    whole = not low and high + 1 == old.count
    inside = ONE if whole else given(j - low) * given(high - j)
    before = components(name, old.element(j), 1)
    after = components(name, _of_branch(scope, of, j), 1)
    parts = [
        Component(was.name, was.indices, mixed(inside * _done(of, j), now.value, was.value))
        for was, now in zip(before, after, strict=True)
    ]
    total = sym(f"total({name})") + big("sum", "%t", low, high, change)
    if whole and of.done is None:
        total = big("sum", "%t", low, high, tokens(_of_branch(scope, of, t)))
    scope.emit(Set(((f"total({name})", total),), span=of.span))
    for part in parts:
        scope.emit(filled(part, of.span))


def _put(scope: Scope, name: str, of: Contribution, old: Items, branch: Size) -> None:
    done, at = _done(of, branch), indexed(of.at, branch)
    new = _of_branch(scope, of, branch)
    total = sym(f"total({name})") + done * (tokens(new) - tokens(old.element(at)))
    scope.emit(Set(((f"total({name})", total),), span=of.span))
    for was, now in zip(components(name, old.element(at), 1), components(name, new, 1), strict=True):
        scope.emit(Store(was.name, at, mixed(done, now.value, was.value), span=of.span))


def _done(of: Contribution, branch: Size) -> Size:
    return indexed(of.done, branch) if of.done else ONE


def _of_branch(scope: Scope, of: Contribution, branch: Size) -> Shape:
    if isinstance(of.type, ty.ListOf | ty.Record | ty.Maybe):
        raise TooFar("branches replace elements that are lists or records")
    return read(of.new, of.type, scope.learned.known, (branch,))
