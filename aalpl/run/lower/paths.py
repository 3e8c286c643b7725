"""Lengths inside values: found by following a path from a parameter (see `program.nodes.Binding`), and checked."""

from __future__ import annotations

from aalpl.program.types import Between, Exactly, Int, Length, ListOf, Maybe, Record, Text, Type
from aalpl.report.source import Span
from aalpl.run.lower.expressions import field_order
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.sizes import Resolve, source

Path = tuple[str, ...]


def length_at(python: str, type_: Type, path: Path, disagree: str) -> str:
    """Python for the length at a path; `disagree` are the further arguments of `agreed` where elements may differ."""
    for i, step in enumerate(path):
        if isinstance(type_, Maybe):
            type_ = type_.value
        if step == "len":
            return f"{python}[0]" if isinstance(type_, Text) else f"list_len({python})"
        if step == "element":
            assert isinstance(type_, ListOf)
            item = f"x{len(path) - i}"
            inner = length_at(item, type_.element, path[i + 1 :], disagree)
            return f"agreed({{{inner} for {item} in list_each({python})}}, {disagree})"
        python, type_ = _field(python, type_, step)
    raise AssertionError(path)


def check_length(
    python: str, type_: Type, path: Path, length: Length, number: int, s: Scope, resolve: Resolve
) -> None:
    """Writes the condition that the length at a path fits; `number` is that of the complaint."""
    if isinstance(type_, Maybe):
        with s.writer.block(f"if {python} is not None:"):
            check_length(python, type_.value, path, length, number, s, resolve)
        return
    match path[0]:
        case "len":
            found = f"{python}[0]" if isinstance(type_, Text) else f"list_len({python})"
            _compare(found, length, number, s, resolve)
        case "element":
            assert isinstance(type_, ListOf)
            item = s.temporary()
            heading = f"for {item} in list_each({python}):"
            if type_.index is not None:
                index = s.variable(type_.index)
                first = "0" if type_.low is None else source(type_.low, resolve)
                heading = f"for {index}, {item} in enumerate(list_each({python}), {first}):"
                outer = resolve

                def resolve(name: str, known: str = type_.index) -> str:
                    return index if name == known else outer(name)

            with s.writer.block(heading):
                check_length(item, type_.element, path[1:], length, number, s, resolve)
        case step:
            part, inner = _field(python, type_, step)
            check_length(part, inner, path[1:], length, number, s, resolve)


def check_int(name: str, type_: Int, python: str, span: Span, s: Scope, resolve: Resolve) -> None:
    """Writes the conditions that an int parameter stays within its type."""
    for size, sign in ((type_.low, "<"), (type_.high, ">")):
        if size is not None:
            wanted = source(size, resolve)
            title = f"`{name}` is {{}}, its type bounds it by {{}}"
            number = s.tables.complaint("argument-contract", title, span, "here")
            s.writer.line(f"if {python} {sign} {wanted}: raise Fault({number}, {python}, {wanted})")


def _compare(found: str, length: Length, number: int, s: Scope, resolve: Resolve) -> None:
    match length:
        case Exactly(size):
            wanted = source(size, resolve)
            s.writer.line(f"if {found} != {wanted}: raise Fault({number}, {found}, {wanted})")
        case Between(low, high):
            a, b = source(low, resolve), source(high, resolve)
            said = f"f'{{{a}}}..{{{b}}}'"
            s.writer.line(f"if not {a} <= {found} <= {b}: raise Fault({number}, {found}, {said})")
        case _:
            pass


def _field(python: str, type_: Type, name: str) -> tuple[str, Type]:
    assert isinstance(type_, Record)
    names = [field for field, _ in field_order(type_)]
    return f"{python}[{names.index(name)}]", dict(type_.fields)[name]
