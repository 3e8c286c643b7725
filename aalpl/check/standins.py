"""Primitives that stand for what a function is handed, so that the function has a cost by itself.

`def merge_sort(xs: list[n] of text, before: (text, text) -> bool)` costs what `before` costs, as often as it is called.
Looked at by itself, `before` is a primitive of that name and type with a size `m_before`, each call one call: `claim
calls(merge_sort) by before <= …` counts how often it is called. Where another function calls `merge_sort`, what it
hands over is put in its place. Functions of one file share a stand-in where name and type agree.
"""

from __future__ import annotations

import attrs

from aalpl.check.checker import Checker
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.program.types import Callable


def stand_ins(checker: Checker) -> None:
    """Makes those of the file's own functions."""
    made: dict[str, Callable] = {}
    for signature in checker.main.callables.values():
        function = checker.functions.get(signature.program_name)
        if signature.kind != "def" or function is None:
            continue
        pairs = tuple(
            (param.name, _stand_in(checker, function, param, param.type, made))
            for param in function.params
            if isinstance(param.type, Callable)
        )
        if pairs:
            checker.functions[signature.program_name] = attrs.evolve(function, standing=pairs)


def _stand_in(
    checker: Checker, function: p.Function, param: p.Param, type_: Callable, made: dict[str, Callable]
) -> str:
    """The name of the primitive: that of the parameter, unless something else is called so."""
    name = param.name
    if made.get(name) != type_ and _taken(checker, name):
        name = f"{param.name}_of_{function.name}"
    if made.get(name) == type_:
        return name
    while _taken(checker, name):
        name += "_"
    made[name] = type_
    weight = f"m_{name}"
    checker.main.sizes.setdefault(weight, p.SizeDeclaration(weight, "size", declared=False, span=param.span))
    params = tuple(p.Param(f"x{i}", each, span=param.span) for i, each in enumerate(type_.params, 1))
    model = p.Model(name, s.sym(weight), span=param.span)
    checker.primitives[name] = p.Primitive(name, params, type_.result, model, span=param.span)
    return name


def _taken(checker: Checker, name: str) -> bool:
    return (
        name in checker.primitives
        or name in checker.models
        or checker.callable(checker.main, name) is not None
    )
