"""What a function begins with: what is known of its sizes and parameters, and its arguments as abstract values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from aalpl.cost.reliability.machine import Machine
from aalpl.cost.reliability.values import Fields, Items, Value, Word
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.prove import Facts
from aalpl.program.size import Size, const, sym

LISTED = 512
"""A list of no more elements is followed element by element."""

Numbers = Mapping[str, Fraction | int]


def facts_of(program: p.Program, of: p.Function, numbers: Numbers, small: Mapping[str, Size]) -> Facts:
    """What is known of sizes and parameters at the entry; `small` are those that have become numbers."""
    reals = [name for name, size in program.sizes.items() if size.kind == "prob"]
    reals += [param.name for param in of.params if isinstance(param.type, ty.Real)]
    facts = Facts().with_reals(*reals)
    known: list[Size] = []
    for name, declaration in program.sizes.items():
        if declaration.family is None:
            known.append(sym(name) - (0 if declaration.kind == "prob" else 1))
            if declaration.kind == "prob":
                known.append(1 - sym(name))
    for param in of.params:
        if isinstance(param.type, ty.Int):
            low, high = param.type.low, param.type.high
            known += [] if low is None else [sym(param.name) - low]
            known += [] if high is None else [high - sym(param.name)]
    known += [sym(name) - const(value) for name, value in numbers.items() if name not in small]
    facts = facts.assuming((*program.assumptions, *of.requires))
    for name, value in small.items():
        number = value.constant()
        whole = number is not None and number.denominator == 1  # members of families may be probabilities
        facts = facts.equating(sym(name), value) if name not in reals and whole else facts
    return facts.adding(*(size.replace(small) for size in known))


def strict(program: p.Program, small: Mapping[str, Size]) -> tuple[Size, ...]:
    """Sizes that assumptions keep away from 0."""
    return tuple(
        (each.left - each.right).replace(small)
        for each in program.assumptions
        if each.operator in ("<", ">", "!=")
    )


def argument(param: p.Param, machine: Machine) -> Value:
    """A parameter: a number or its name, a text that nobody knows."""
    if isinstance(param.type, ty.Int | ty.Real):
        return machine.numbers.get(param.name, sym(param.name))
    return _input(param.type, (param.name,), machine)


def _input(type_: ty.Type, path: tuple[Value, ...], machine: Machine) -> Value:
    match type_:
        case ty.Text(length):
            word = Word("input", path)
            if isinstance(length, ty.Exactly):
                machine.lengths[word] = length.size.replace(machine.numbers)
            return word
        case ty.ListOf(element, length):
            word = Word("input", path)
            if not isinstance(length, ty.Exactly):
                return word
            size = length.size.replace(machine.numbers)
            number = size.constant()
            if number is None or number > LISTED:
                machine.lengths[word] = size
                return word
            return Items(tuple(_input(element, (*path, str(i)), machine) for i in range(int(number))))
        case ty.Record(fields):
            return Fields(
                tuple(
                    (name, _input(t, (*path, name), machine))
                    for name, t in sorted(fields, key=lambda f: f[0])
                )
            )
        case _:
            return Word("open")
