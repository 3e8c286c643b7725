"""Tells what is declared and never used."""

from __future__ import annotations

from aalpl.check import parts
from aalpl.check.checker import Checker


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
    for signature in checker.main.callables.values():
        if signature.kind != "def":
            continue
        for param in signature.params:
            if param.name in checker.unread.get(signature.program_name, frozenset()):
                checker.problems.warn(
                    "unread-input",
                    f"`{signature.name}` never reads its parameter `{param.name}`",
                    param.span,
                    hint="leave it out, or use it",
                )


def _parts(checker: Checker) -> None:
    for signature in checker.main.callables.values():
        function = checker.functions.get(signature.program_name)
        if signature.kind != "def" or function is None:
            continue
        for param in function.params:
            part = parts.unread(function, param)
            if part is not None:
                checker.problems.hint(
                    "unread-part", f"`{function.name}` reads {part} of `{param.name}`", param.span
                )


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
