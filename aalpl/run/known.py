"""Before a run: the numbers it needs, from the command line, from the inputs, and from what is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from aalpl.program import nodes as p
from aalpl.program.size import Size, sym
from aalpl.program.size.atoms import free
from aalpl.program.types import (
    Between,
    Exactly,
    Int,
    ListOf,
    Maybe,
    Record,
    Text,
    Type,
)
from aalpl.report.diagnostic import Diagnostic, Label
from aalpl.run import lists
from aalpl.run.faults import stop
from aalpl.run.lower import Lowered

Known = dict[str, Any]


def values_of_sizes(program: p.Program, at: Mapping[str, Any]) -> Known:
    """The numbers given with `--at`, `u[1]` gathered into families, and those that declarations give."""
    known: Known = {}
    members: dict[str, dict[int, Any]] = {}
    for name, value in at.items():
        family, bracket, index = name.partition("[")
        if bracket:
            members.setdefault(family, {})[int(index.rstrip("]"))] = whole(value)
        else:
            known[name] = value if callable(value) else whole(value)
    for name, found in members.items():
        known[name] = found.__getitem__
    for name, declared in program.sizes.items():
        if declared.family is not None and name in known and not callable(known[name]):
            known[name] = _always(known[name])
        if name not in known and declared.value is not None and declared.family is None:
            value = _evaluated(declared.value, known)
            known |= {} if value is None else {name: value}
    return known


def bind(function: p.Function, inputs: Mapping[str, Any], known: Known) -> None:
    """Sizes that the given inputs fix: every length in a parameter's type is an equation in at most one unknown."""
    for _ in range(4):
        before = len(known)
        for param in function.params:
            if param.name in inputs:
                for size, length in _equations(param.type, inputs[param.name]):
                    _solve(size - length, known)
        if len(known) == before:
            return


def relate(program: p.Program, known: Known) -> None:
    """Sizes that equations among the assumptions fix."""
    for _ in range(4):
        before = len(known)
        for relation in program.assumptions:
            if relation.operator == "=":
                _solve(relation.left - relation.right, known)
        if len(known) == before:
            return


def needed(lowered: Lowered, function: str, inputs: Mapping[str, Any]) -> list[str]:
    """The sizes of the run that a function, what it calls, and its simulated inputs speak of."""
    reached, todo = set[str](), [function]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += lowered.calls.get(name, ())
            todo += [more for more in (f"simulate {name}", f"body of {name}") if more in lowered.names]
    names = {size for name in reached for size in lowered.needs.get(name, ())}
    f = lowered.program.functions[function]
    ints = {param.name for param in f.params if isinstance(param.type, Int)}
    for param in f.params:
        if param.name not in inputs:
            names |= {n for size in _sizes(param.type) for n in size.free} - ints
    declared = [name for name in lowered.program.sizes if name in names]
    return declared + sorted(name for name in names if name not in lowered.program.sizes)


def ask_for(names: Iterable[str], function: p.Function) -> None:
    """One diagnostic that asks for all sizes without a value."""
    missing = list(names)
    if missing:
        said = ", ".join(f"`{name}`" for name in missing)
        raise stop(
            "missing-size",
            f"{said} {'has' if len(missing) == 1 else 'have'} no value",
            function.span,
            f"say how large: `--at {','.join(f'{name}=…' for name in missing)}`",
        )


def assumed(program: p.Program, known: Mapping[str, Any]) -> list[tuple[p.Relation, bool | None]]:
    """Which assumptions hold at these sizes; None where a size is not known."""
    found: list[tuple[p.Relation, bool | None]] = []
    for relation in program.assumptions:
        try:
            left, right = relation.left.value(known), relation.right.value(known)
        except (KeyError, ZeroDivisionError, TypeError):
            found.append((relation, None))
            continue
        found.append((relation, _RELATIONS[relation.operator](left, right)))
    return found


_RELATIONS: dict[str, Any] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def conflicts(function: p.Function, inputs: Mapping[str, Any], known: Known) -> list[Diagnostic]:
    """Lengths of inputs that contradict sizes given by name."""
    found = []
    for param in function.params:
        if param.name in inputs:
            for size, length in _equations(param.type, inputs[param.name]):
                wanted = _evaluated(size, known)
                if wanted is not None and wanted != length:
                    said = f"{size} = {wanted}" if size.free else f"its type says {wanted}"
                    title = f"the input `{param.name}` has length {length}, but {said}"
                    found.append(Diagnostic("input-length", title, Label(param.span)))
                    break
    return found


def _equations(type_: Type, value: Any) -> Iterator[tuple[Size, int]]:
    match type_:
        case Maybe(inner):
            if value is not None:
                yield from _equations(inner, value)
        case Text(Exactly(size)):
            yield size, value[0]
        case ListOf(element, length):
            if isinstance(length, Exactly):
                yield length.size, value[2] - value[1]
            if type_.index is None:
                for item in lists.each(value):
                    yield from _equations(element, item)
        case Record(fields):
            for (_, inner), part in zip(sorted(fields, key=lambda f: f[0]), value, strict=True):
                yield from _equations(inner, part)
        case _:
            return


def _solve(zero: Size, known: Known) -> None:
    """Finds the one unknown of `zero = 0`, where it occurs linearly and the solution is whole."""
    unknown = [name for name in zero.free if name not in known]
    if len(unknown) != 1:
        return
    (name,) = unknown
    if any(name in free(atom) for atom in zero.atoms() if sym(name).atoms() != {atom}):
        return
    parts = zero.coefficients(next(iter(sym(name).atoms())))
    if not parts.keys() <= {0, 1} or 1 not in parts:
        return
    slope, rest = _evaluated(parts[1], known), _evaluated(parts.get(0, Size({})), known)
    if slope and rest is not None:
        value = -Fraction(rest) / slope
        if value.denominator == 1 and value >= 0:
            known[name] = value.numerator


def _evaluated(size: Size, known: Known) -> Any:
    try:
        return whole(size.value(known))
    except (KeyError, ZeroDivisionError, TypeError):
        return None


def _sizes(type_: Type) -> Iterator[Size]:
    """All sizes in a type, without those that speak of a list's index."""
    match type_:
        case Text(length):
            yield from _of_length(length)
        case ListOf(element, length, index):
            yield from _of_length(length)
            for size in _sizes(element):
                yield size if index is None else size.replace({index: Size({})})
        case Record(fields):
            for _, inner in fields:
                yield from _sizes(inner)
        case Maybe(inner):
            yield from _sizes(inner)
        case Int(low, high):
            yield from [size for size in (low, high) if size is not None]
        case _:
            return


def _of_length(length: Any) -> list[Size]:
    match length:
        case Exactly(size):
            return [size]
        case Between(low, high):
            return [low, high]
        case _:
            return [length.mean] if hasattr(length, "mean") else []


def _always(value: Any) -> Any:
    return lambda *indices: value


def whole(value: Any) -> Any:
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    if isinstance(value, float):
        return whole(Fraction(repr(value)))
    return value
