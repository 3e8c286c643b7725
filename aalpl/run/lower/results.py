"""What a function hands back, checked against what its signature says."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.program.types import Between, Exactly, Int, ListOf, Text
from aalpl.run.lower.expressions import is_text
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.sizes import source


def check_result(python: str, st: p.Return, s: Scope) -> None:
    """Writes the conditions and the `return`."""
    type_ = s.function.result
    found = None
    if isinstance(type_, Text | ListOf):
        found = f"{python}[0]" if is_text(type_) else f"list_len({python})"
        match type_.length:
            case Exactly(size):
                wanted = source(size, s.resolve)
                _check(s, st, f"{found} != {wanted}", found, wanted)
            case Between(low, high):
                a, b = source(low, s.resolve), source(high, s.resolve)
                _check(s, st, f"not {a} <= {found} <= {b}", found, f"f'{{{a}}}..{{{b}}}'")
            case _:
                pass
    if isinstance(type_, Int):
        for bound, sign in ((type_.low, "<"), (type_.high, ">")):
            if bound is not None:
                wanted = source(bound, s.resolve)
                _check(s, st, f"{python} {sign} {wanted}", python, wanted)
    s.writer.line(f"return {python}")


def _check(s: Scope, st: p.Return, wrong: str, found: str, wanted: str) -> None:
    title = f"the result of `{s.function.name}` is {{}}, its type says {{}}"
    number = s.tables.complaint("result-contract", title, st.span, "this result")
    s.writer.line(f"if {wrong}: raise Fault({number}, {found}, {wanted})")
