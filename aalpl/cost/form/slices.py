"""Cuts from forms what influences neither what is paid nor how often.

A name is needed if a call's sizes mention it, if it decides a branch or loop in which something needed happens, or if
the value of a needed name is made from it. Results of a function are needed where a caller needs them; of the function
that is analysed, none are. Names of variables and arrays are not told apart, which only keeps more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as Set_

import attrs

from aalpl.cost.form.nodes import (
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
    Form,
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
from aalpl.cost.form.steps import every
from aalpl.cost.rules.laws import parameters
from aalpl.program.size import Size


@attrs.define
class _Needs:
    """Needed names of each function, and which functions pay anything."""

    forms: Mapping[str, Form]
    names: dict[str, set[str]]
    paying: set[str]
    grown: bool = True

    def add(self, function: str, found: Iterable[str]) -> None:
        new = set(found) - self.names[function]
        if new:
            self.names[function] |= new
            self.grown = True


def sliced(forms: Mapping[str, Form], function: str) -> dict[str, Form]:
    """The forms that `function` comes to, with only what it needs."""
    needs = _Needs(forms, {name: set() for name in forms}, _paying(forms))
    while needs.grown:
        needs.grown = False
        for name, form in forms.items():
            _block(form.opening + form.body, name, needs)
    cut = {
        name: attrs.evolve(form, opening=_kept(form.opening, name, needs), body=_kept(form.body, name, needs))
        for name, form in forms.items()
    }
    come_to = reached(cut, function)
    return {name: form for name, form in cut.items() if name in come_to}


def reached(forms: Mapping[str, Form], function: str) -> set[str]:
    """The function, and all that it calls, directly or not."""
    found, waiting = {function}, [function]
    while waiting:
        form = forms[waiting.pop()]
        called = {step.function for step in every(form.opening + form.body) if isinstance(step, Invoke)}
        new = (called & forms.keys()) - found
        found |= new
        waiting += sorted(new)
    return found


def _paying(forms: Mapping[str, Form]) -> set[str]:
    """Functions that may call a model, leave the form's language, or not end."""
    found: set[str] = set()
    while True:
        more = {name for name, form in forms.items() if pays(form.body, found, forms)}
        if more == found:
            return found
        found = more


def pays(steps: Steps, paying: Set_[str], forms: Mapping[str, Form]) -> bool:
    """Whether the steps may call a model, themselves or in a function of `paying`."""
    for step in steps:
        match step:
            case Event() | Beyond():
                return True
            case Invoke(function=function):
                if function in paying or function not in forms:
                    return True
            case Branch(then=one, orelse=two) | Cycle(before=one, body=two):
                if pays(one, paying, forms) or pays(two, paying, forms):
                    return True
            case Count(body=body):
                if pays(body, paying, forms):
                    return True
            case Fork(body=body, joins=joins):
                if pays(body, paying, forms) or pays(joins, paying, forms):
                    return True
            case Set() | Fill() | Store() | Havoc() | HavocArray() | Leave():
                pass
    return False


# -- what is needed ------------------------------------------------------------------------------------------------


def _block(steps: Steps, function: str, needs: _Needs) -> bool:
    """Add what the steps need; whether any of them matters."""
    matter = [_step(step, function, needs) for step in steps]  # all of them, not only up to the first
    return any(matter)


def _step(step: Step, function: str, needs: _Needs) -> bool:
    names = needs.names[function]
    match step:
        case Set(values):
            mine = [size for name, size in values if name in names]
            needs.add(function, _free(*mine))
            return bool(mine)
        case Fill(array=array, value=value):
            if array in names:
                needs.add(function, value.free)
            return array in names
        case Store(array=array):
            if array in names:
                needs.add(function, _free(step.index, step.value, *step.more))
            return array in names
        case Havoc(variable=variable):
            if variable in names:
                drawn = () if step.law is None else parameters(step.law)
                needs.add(function, _free(step.low, step.high, step.mean, *drawn))
            return variable in names
        case HavocArray(array=array):
            if array in names:
                needs.add(function, _free(step.low, step.high))
            return array in names
        case Event():
            sizes = (
                step.weight,
                step.inputs,
                step.outputs,
                step.member,
                step.overhead,
                step.window,
                step.hit,
            )
            needs.add(function, _free(*sizes))
            return True
        case Leave() | Beyond():
            return True
        case Invoke():
            return _invoke(step, function, needs)
        case Branch() | Count() | Cycle() | Fork():
            return _control(step, function, needs)


def _control(step: Branch | Count | Cycle | Fork, function: str, needs: _Needs) -> bool:
    match step:
        case Branch():
            matters = any([_block(step.then, function, needs), _block(step.orelse, function, needs)])
            deciding = _names(step.condition) | _free(step.at_most, step.probability)
        case Cycle():
            matters = any([_block(step.before, function, needs), _block(step.body, function, needs)])
            deciding = _names(step.condition) | _free(step.at_most, step.probability)
        case Count():
            matters = _block(step.body, function, needs)
            deciding = _free(step.low, step.high, step.step)
        case Fork():
            joins = _block(step.joins, function, needs)
            if joins:
                needs.add(function, [name for name in step.results if name in needs.names[function]])
            matters = any([_block(step.body, function, needs), joins])
            deciding = _free(step.low, step.high, step.workers)
    if matters:
        needs.add(function, deciding)
    return matters


def _invoke(step: Invoke, function: str, needs: _Needs) -> bool:
    if step.function not in needs.forms:
        return True
    names, callee = needs.names[function], needs.names[step.function]
    pairs = (*step.results, *step.array_results)
    wanted = [theirs for mine, theirs in pairs if mine in names]
    needs.add(step.function, wanted)
    if not wanted and step.function not in needs.paying:
        return False
    needs.add(function, _free(*(size for name, size in step.args if name in callee)))
    needs.add(function, _free(*(fill.value for fill in step.arrays if fill.array in callee)))
    return True


def _free(*sizes: Size | None) -> set[str]:
    return {name for size in sizes if size is not None for name in size.free}


def _names(condition: Condition) -> set[str]:
    match condition:
        case Holds(size):
            return set(size.free)
        case All(parts) | Any(parts):
            return {name for part in parts for name in _names(part)}


# -- what is kept --------------------------------------------------------------------------------------------------


def _kept(steps: Steps, function: str, needs: _Needs) -> Steps:
    return tuple(_one(step, function, needs) for step in steps if _step(step, function, needs))


def _one(step: Step, function: str, needs: _Needs) -> Step:
    names = needs.names[function]

    def inside(block: Steps) -> Steps:
        return _kept(block, function, needs)

    match step:
        case Set(values):
            return attrs.evolve(step, values=tuple((name, size) for name, size in values if name in names))
        case Branch():
            return attrs.evolve(step, then=inside(step.then), orelse=inside(step.orelse))
        case Cycle():
            return attrs.evolve(step, before=inside(step.before), body=inside(step.body))
        case Count():
            return attrs.evolve(step, body=inside(step.body))
        case Fork():
            return attrs.evolve(step, body=inside(step.body), joins=inside(step.joins))
        case Invoke():
            return attrs.evolve(
                step,
                results=tuple(pair for pair in step.results if pair[0] in names),
                array_results=tuple(pair for pair in step.array_results if pair[0] in names),
            )
        case Fill() | Store() | Havoc() | HavocArray() | Event() | Leave() | Beyond():
            return step
