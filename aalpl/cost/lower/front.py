"""The front door of the lowering: every function of a checked program as an integer form.

A function is lowered, what never changes in it is found, and it is lowered again with that known, until nothing new is
found; then temporaries go. A function that is handed functions has a form for each choice of them, called `f<g>`.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.form.nodes import Form, Set, Steps
from aalpl.cost.form.steps import Key, condition_sizes, every, sizes
from aalpl.cost.lower.calls import RESULT, result_names
from aalpl.cost.lower.constants import constants
from aalpl.cost.lower.entry import Entry, begin, entry, opening
from aalpl.cost.lower.expressions import compared
from aalpl.cost.lower.hits import sharing
from aalpl.cost.lower.remembered import entered
from aalpl.cost.lower.returns import absorbed
from aalpl.cost.lower.scope import Learned, Scope
from aalpl.cost.lower.statements import statements
from aalpl.cost.lower.tidy import forward, used
from aalpl.cost.lower.types import types_of
from aalpl.program import nodes as p
from aalpl.program.size import Size, sym

_PASSES = 4


def lower(program: p.Program, *, remembering: bool = False) -> dict[str, Form]:
    """The form of every function, those for functions handed over included.

    `remembering`: what oracles and measures say of texts is remembered (`remembered`)."""
    return dict(p.worked_out(program, (lower, remembering), lambda: _all(program, remembering)))


def _all(program: p.Program, remembering: bool) -> dict[str, Form]:
    forms: dict[str, Form] = {}
    waiting: list[tuple[str, str, Mapping[str, str]]] = [
        (name, name, dict(function.standing)) for name, function in program.functions.items()
    ]
    while waiting:
        key, name, handed = waiting.pop(0)
        if key in forms:
            continue
        form, asked = _lowered(program, program.functions[name], handed, key, remembering)
        forms[key] = form
        waiting.extend(asked)
    return forms


def special(name: str, handed: Mapping[str, str]) -> str:
    """The name of a form of a function that was handed functions."""
    return f"{name}<{', '.join(handed.values())}>" if handed else name


def _lowered(
    program: p.Program, function: p.Function, handed: Mapping[str, str], key: str, remembering: bool
) -> tuple[Form, list[tuple[str, str, Mapping[str, str]]]]:
    asked: list[tuple[str, str, Mapping[str, str]]] = []

    def ask(name: str, given: Mapping[str, str]) -> str:
        found = name if given == dict(program.functions[name].standing) else special(name, given)
        asked.append((found, name, dict(given)))
        return found

    found = entry(function)
    results, array_results = result_names(function.result)
    wanted: set[Key] = {(name, False) for name in results} | {(name, True) for name in array_results}
    fixed = frozenset({(name, False) for name in found.names()} | {(name, True) for name in found.arrays})
    learned = Learned()
    for _ in range(_PASSES):
        asked.clear()
        scope = Scope(program, function, handed, learned, ask, remembers=remembering)
        first, body = _once(scope, found)
        known, varying = constants((*first, *body), fixed)
        known = {name: value for name, value in known.items() if name not in wanted}
        if learned == Learned(known, varying):
            break
        learned = Learned(known, varying)
    body = used(forward(used(forward(absorbed(body)), wanted)), wanted)
    outset, equalities = _outset(program, frozenset(param.name for param in function.params))
    form = Form(
        key,
        tuple(dict.fromkeys(found.variables)),
        tuple(dict.fromkeys(found.arrays)),
        results,
        body,
        _domain(function, found, _chances(program)),
        equalities,
        tuple(step for step in first if isinstance(step, Set)),
        array_results,
        outset,
        span=function.span,
    )
    return _opened(form), asked


def _once(scope: Scope, found: Entry) -> tuple[Steps, Steps]:
    function = scope.function
    scope.types = types_of(function)
    scope.types[RESULT] = function.result
    scope.sharing = sharing(scope.program, function, scope.handed)
    first = opening(scope, found, function.span)
    begin(scope, found, function.span)
    if scope.remembers:
        entered(scope, function.span)
    statements(scope, function.body)
    return first, tuple(scope.steps)


def _opened(form: Form) -> Form:
    """The opening, as far as the body reads what it sets."""
    read = {name for step in every(form.body) for size in sizes(step) for name in size.free}
    sets = (
        attrs.evolve(step, values=tuple(pair for pair in step.values if pair[0] in read))
        for step in form.opening
        if isinstance(step, Set)
    )
    return attrs.evolve(form, opening=tuple(step for step in sets if step.values))


# -- facts ---------------------------------------------------------------------------------------------------------


def _domain(function: p.Function, found: Entry, chances: frozenset[str]) -> tuple[Size, ...]:
    """Sizes that are >= 0 in every activation."""
    required = (size for relation in function.requires for size in _above(relation, chances))
    return tuple(dict.fromkeys((*found.domain, *required)))


def _outset(program: p.Program, own: frozenset[str]) -> tuple[tuple[Size, ...], tuple[Size, ...]]:
    """What the entry of the program alone knows: sizes that are >= 0, and sizes that are 0.

    A parameter (`own`) hides a declared size of its name: nothing that is said of that one is true of it."""
    declared = [
        sym(name) - 1
        for name, size in program.sizes.items()
        if size.family is None and size.kind != "prob" and name not in own
    ]
    chances = _chances(program)
    said = [each for each in program.assumptions if not (each.left.free | each.right.free) & own]
    assumed = [size for relation in said for size in _above(relation, chances)]
    equal = (each.left - each.right for each in said if each.operator == "=")
    return tuple(dict.fromkeys((*declared, *assumed))), tuple(equal)


def _chances(program: p.Program) -> frozenset[str]:
    """Names of probabilities, which are no integers."""
    return frozenset(name for name, size in program.sizes.items() if size.kind == "prob")


def _above(relation: p.Relation, chances: frozenset[str]) -> tuple[Size, ...]:
    """The sizes that are >= 0 where a relation holds."""
    if relation.operator == "!=":
        return ()
    difference = relation.left - relation.right
    if relation.operator == "=":
        return difference, -difference
    if not difference.free.isdisjoint(chances):
        return (difference if relation.operator in (">", ">=") else -difference,)
    return tuple(condition_sizes(compared(relation.operator, relation.left, relation.right)))
