"""Tells what is declared and never used."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.check import parts, walk
from aalpl.check.checker import Checker
from aalpl.program import nodes as p
from aalpl.program.size import Size


def tell(checker: Checker) -> None:
    """The left-overs of the file itself."""
    if checker.problems.failed():
        return
    _sizes(checker)
    _inputs(checker)
    _parts(checker)
    _capabilities(checker)


def _sizes(checker: Checker) -> None:
    for name, declared in checker.main.sizes.items():
        if name not in checker.used and declared.declared:
            checker.problems.hint(
                "unused-size",
                f"the {declared.kind} `{name}` is never used",
                declared.span,
                hint="leave it out",
            )


def _inputs(checker: Checker) -> None:
    for function in _functions(checker):
        spoken_of = _sizes_in(function)
        for param in function.params:
            if param.name not in spoken_of and param.name in checker.unread.get(function.name, frozenset()):
                what = (
                    "the input"
                    if function.name == checker.entry
                    else f"`{function.name}` never reads its parameter"
                )
                title = f"{what} `{param.name}`" + (
                    " is never read" if function.name == checker.entry else ""
                )
                checker.problems.warn("unread-input", title, param.span, hint="leave it out, or use it")


def _parts(checker: Checker) -> None:
    for function in _functions(checker):
        for param in function.params:
            part = parts.unread(function, param)
            if part is not None:
                checker.problems.hint(
                    "unread-part", f"`{function.name}` reads {part} of `{param.name}`", param.span
                )


def _sizes_in(function: p.Function) -> set[str]:
    """What the types and conditions of a function speak of: an int parameter may be read there alone."""
    header = (
        *function.constraints,
        *function.requires,
        *(param.type for param in function.params),
        function.result,
    )
    names: set[str] = set()
    for node in walk.nodes(header):
        for field in attrs.fields(type(node)):
            value = getattr(node, field.name)
            if isinstance(value, Size):
                names |= value.free
    return names


def _functions(checker: Checker) -> Iterator[p.Function]:
    """The functions of the file itself, and the program at its top."""
    for signature in checker.main.callables.values():
        if signature.kind == "def" and signature.program_name in checker.functions:
            yield checker.functions[signature.program_name]
    if checker.entry is not None:
        yield checker.functions[checker.entry]


def _capabilities(checker: Checker) -> None:
    needed = {need for primitive in checker.primitives.values() for need in primitive.needs}
    for item in checker.main.models.values():
        for can in item.can:
            if can.id not in needed:
                checker.problems.hint(
                    "unused-capability",
                    f"no primitive needs what `{item.name.id}` can do: `{can.id}`",
                    can.span,
                    hint="leave it out, or say which primitive needs it",
                )
