"""Variables that are never negative, wherever a form is: found by assuming it of all and dropping those that may break it.

A variable stays if every value that is assigned to it is at least 0 where those that stay are, given the conditions of
the branches and loops around the assignment, as far as their variables have not been assigned since.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.conditions import denied, facts
from aalpl.cost.form.nodes import (
    Beyond,
    Branch,
    Condition,
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
from aalpl.cost.sizes.known import Known
from aalpl.program.size import Size, sym


def never_negative(form: Form, known: Known) -> tuple[Size, ...]:
    """The variables that a form assigns and that are never negative, as facts; `known` is what holds throughout."""
    names = changed((*form.opening, *form.body))[0]
    kept = {name for name in names if name not in form.entry or _at_entry(form, known, name)}
    while True:
        search = _Search(kept, known.plus(*map(sym, sorted(kept))))
        search.block((*form.opening, *form.body), ())
        if not search.broken:
            return tuple(map(sym, sorted(kept)))
        kept -= search.broken


def _at_entry(form: Form, known: Known, name: str) -> bool:
    return known.plus(*form.domain).proves(sym(name))


@attrs.define
class _Search:
    kept: set[str]
    known: Known
    broken: set[str] = attrs.field(factory=set)

    def block(self, steps: Steps, around: tuple[Size, ...]) -> None:
        for step in steps:
            self.step(step, around)
            around = _without(around, changed((step,))[0] | _index(step))

    def step(self, step: Step, around: tuple[Size, ...]) -> None:
        match step:
            case Set(values):
                for name, value in values:
                    self.set(name, value, around)
            case Havoc(variable=name, low=low):
                self.set(name, low, around)
            case Branch(condition=condition, then=then, orelse=orelse):
                self.block(then, (*around, *facts(condition)))
                self.block(orelse, (*around, *facts(denied(condition))))
            case Cycle():
                self.cycle(step, around)
            case Count(index=index, low=low, high=high, body=body):
                inside = _without(around, changed(body)[0] | {index})
                self.set(index, low, around)
                now = (sym(index) - low, high - sym(index))
                self.block(body, (*inside, *_without(now, changed(body)[0])))
            case Fork(index=index, low=low, high=high, body=body, joins=joins):
                self.set(index, low, around)
                self.block(body, (*around, sym(index) - low, high - sym(index)))
                self.block(joins, ())
            case Invoke(results=results):
                self.broken |= {mine for mine, _ in results} & self.kept
            case Fill() | Store() | HavocArray() | Event() | Leave() | Beyond():
                pass

    def cycle(self, step: Cycle, around: tuple[Size, ...]) -> None:
        names = changed(step.before)[0] | changed(step.body)[0]
        around = _without(around, names)
        self.block(step.before, around)
        self.block(step.body, (*around, *_holding(step)))

    def set(self, name: str, value: Size | None, around: tuple[Size, ...]) -> None:
        if name in self.kept and (value is None or not self.known.plus(*around).proves(value)):
            self.broken.add(name)


def _holding(step: Cycle) -> tuple[Size, ...]:
    if step.probability is not None:
        return ()
    condition: Condition = step.condition
    return facts(condition)


def _index(step: Step) -> set[str]:
    return {step.index} if isinstance(step, Count | Fork) else set()


def _without(sizes: Iterable[Size], names: set[str]) -> tuple[Size, ...]:
    return tuple(size for size in sizes if size.free.isdisjoint(names))
