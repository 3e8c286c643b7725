"""How many tokens a value is (semantics 4), as a Python expression for its type."""

from __future__ import annotations

from aalpl.program.types import ListOf, Maybe, Record, Text, Type
from aalpl.run.lower.expressions import field_order


def payload(python: str, type_: Type) -> str:
    """Python for the number of tokens of a value; a number where the type says it."""
    match type_:
        case Text():
            return f"{python}[0]"
        case Maybe(value):
            inner = "1" if python == "None" else payload("x", value)
            return inner if inner.isdigit() else f"(1 if {python} is None else {payload(python, value)})"
        case ListOf(element):
            inner = payload("x", element)
            if inner.isdigit():
                return f"{inner} * list_len({python})"
            return f"sum({inner} for x in list_each({python}))"
        case Record():
            parts = [payload(f"{python}[{i}]", t) for i, (_, t) in enumerate(field_order(type_))]
            return f"({added(parts)})"
        case _:
            return "1"


def added(parts: list[str]) -> str:
    """The sum, numbers put together."""
    known = sum(int(part) for part in parts if part.isdigit())
    open_ = [part for part in parts if not part.isdigit()]
    return " + ".join(open_ + ([str(known)] if known or not open_ else []))
