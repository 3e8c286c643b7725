"""Calls of functions: the body is gone through with names of its own, the caller's costs come after its results."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.chance import brackets
from aalpl.cost.chance.signs import never_negative
from aalpl.cost.chance.walker import Declined, Walker, Where
from aalpl.cost.engine.changes import changed
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
from aalpl.cost.form.steps import mapped
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ZERO, Size, indexed, sym

Rename = Callable[[str], str]


def invoke(of: Invoke, after: Size, at: Where, walker: Walker) -> Size:
    """Before a call: what comes after it, over the callee's results, goes backwards through the callee."""
    form = walker.forms.get(of.function)
    if form is None or of.function in at.stack:
        raise Declined(f"`{of.function}` calls itself" if form else f"`{of.function}` has no form", of.span)
    mark = walker.fresh("")
    values, lists = changed(form.body)
    own = {*form.entry, *form.arrays, *form.results, *form.array_results, *values, *lists}
    own |= {name for name, _ in of.args} | {
        fill.array for fill in of.arrays
    }  # also what the form does not mention
    names = {name: f"{name}{mark}" for name in own}
    taken = {mine for mine, _ in of.array_results}
    if not taken.isdisjoint(after.free):
        raise Declined(f"it depends on a list that `{of.function}` returns", of.span)
    unset = {names[name]: ZERO for name in {*values, *form.results} - set(form.entry)}
    after = after.replace({mine: sym(names[theirs]) for mine, theirs in of.results})
    known = _throughout(form, names, at.known)
    inner = attrs.evolve(
        at, always=known, here=(), leave=after, chain=(of.place, *at.chain), stack=(*at.stack, of.function)
    )
    before = walker.steps(renamed(form.body, names), after, inner)
    given = {names[name]: size for name, size in of.args}
    arrays = {names[fill.array]: fill for fill in of.arrays}
    before = brackets.flat(before.replace({**unset, **given}))
    for name in arrays.keys() & before.free:
        raise Declined(f"it depends on the list `{name.partition('%')[0]}` handed over", of.span)
    return walker.ended(before)


def _throughout(form: Form, names: dict[str, str], known: Known) -> Known:
    """What holds in the callee at all times: its domain where it is about what never changes, and what is not negative."""
    values, lists = changed(form.body)
    fixed = tuple(fact for fact in form.domain if fact.free.isdisjoint(values | lists))
    mine = {name: sym(new) for name, new in names.items()}
    inside = Known(fixed)
    return known.plus(*(fact.replace(mine) for fact in (*fixed, *never_negative(form, inside))))


def renamed(steps: Steps, names: dict[str, str]) -> Steps:
    """The steps with other names for variables and arrays."""
    return tuple(_renamed(step, names) for step in steps)


def _renamed(step: Step, names: dict[str, str]) -> Step:
    def name(old: str) -> str:
        return names.get(old, old)

    symbols = {old: sym(new) for old, new in names.items()}

    def size(of: Size) -> Size:
        return _families(of, names).replace(symbols)

    step = mapped(step, size, lambda block: renamed(block, names))
    match step:
        case Set(values):
            return attrs.evolve(step, values=tuple((name(n), v) for n, v in values))
        case Fill(array=array) | Store(array=array) | HavocArray(array=array):
            return attrs.evolve(step, array=name(array))
        case Havoc():
            return attrs.evolve(step, variable=name(step.variable))
        case Count(index=index):
            return attrs.evolve(step, index=name(index))
        case Fork(index=index, results=results):
            return attrs.evolve(step, index=name(index), results=tuple(map(name, results)))
        case Invoke(results=results, array_results=arrays):
            return attrs.evolve(
                step,
                results=tuple((name(mine), theirs) for mine, theirs in results),
                array_results=tuple((name(mine), theirs) for mine, theirs in arrays),
            )
        case Event() | Branch() | Cycle() | Leave() | Beyond():
            return step


def _families(size: Size, names: dict[str, str]) -> Size:
    """Elements of arrays under their new names."""
    from aalpl.cost.sizes.rewrite import rewrite
    from aalpl.program.size import Indexed

    if size.free.isdisjoint(names):
        return size
    return rewrite(
        size,
        lambda atom: (
            indexed(names[atom.name], *atom.indices)
            if isinstance(atom, Indexed) and atom.name in names
            else None
        ),
    )


def entered(form: Form) -> Steps:
    """All that a function does where it is analysed itself."""
    return (*form.opening, *form.body)
