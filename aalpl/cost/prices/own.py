"""Reads a cost model written on a command line: `m*P + 3*O`."""

from __future__ import annotations

from aalpl.check.module import Module
from aalpl.check.problems import Problems
from aalpl.check.sizes import Sizes, size
from aalpl.check.undeclared import diagnostics
from aalpl.cost.prices.models import VARIABLES, Model, known
from aalpl.program.nodes import Program
from aalpl.program.size import sym
from aalpl.report import Diagnosed, Source, Span
from aalpl.tree import nodes as t
from aalpl.tree import parse_expression


def named(text: str, program: Program) -> Model:
    """The model of that name, of the file or built in; otherwise the text is an expression.

    Raises Diagnosed where it is neither."""
    found = known(program).get(text.strip())
    return found or written(text, program)


def written(text: str, program: Program) -> Model:
    """The model that an expression over m, P, O and the program's sizes means."""
    source = Source("cost model", text)
    tree, wrong = parse_expression(source)
    if tree is None:
        raise Diagnosed(*wrong)
    file = t.File(None, (), span=Span(source, 0, len(text)))
    names = {name: sym(name) for name in (*program.sizes, *VARIABLES)}
    problems = Problems()
    cost = size(tree, Sizes(Module("", source, file), problems, names, exact=True))
    found = [*problems.found, *diagnostics(problems.missing.values())]
    if found:
        raise Diagnosed(*found)
    return Model(text.strip(), cost, "as given")
