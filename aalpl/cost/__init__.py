"""What a program will cost, as closed forms in its own sizes, derived before anything is paid.

`analyse` is the front door: lower to integers -> choose cost models -> execute symbolically. What comes back answers
quantities when asked (`aalpl.cost.result`); `classes` gives growth classes, `table` and `edges` show, `predict` puts numbers in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aalpl.cost.prices.models import Model
    from aalpl.cost.result import Analysis
    from aalpl.program.nodes import Program

__all__ = ["analyse"]


def analyse(
    program: Program, function: str | None = None, costmodels: Iterable[str | Model] = ("primitive",)
) -> Analysis:
    """The analysis of one function (the program's main one where none is named) under these cost models.

    A cost model is a name (built in or of the file), an expression over m, P, O, or a `Model`.
    Raises Diagnosed where a cost model means nothing, KeyError where there is no such function."""
    from aalpl.cost.engine.front import derive
    from aalpl.cost.lower.front import lower
    from aalpl.cost.prices import models, own
    from aalpl.cost.reliability.calling import with_calls

    forms = lower(program)
    chosen = [m if isinstance(m, models.Model) else own.named(m, program) for m in costmodels]
    charges = models.charges(chosen, program)
    return with_calls(derive(forms, function or main(program), program, charges), program)


def main(program: Program) -> str:
    """The function that a program is about: its top-level statements, or the only or last function of its own."""
    own = [name for name, function in program.functions.items() if not function.library]
    name = program.main or (own[-1] if own else None)
    if name is None:
        raise KeyError("the program has no function")
    return name
