"""`aalpl solve`: the smallest or largest whole number for which a condition on what is derived holds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import click

from aalpl.check import load
from aalpl.cost.solving.balls import Unvalued
from aalpl.cost.solving.search import Solver, Unsolved
from aalpl.cost.solving.sides import Underivable, mentioned
from aalpl.program import nodes as p
from aalpl.program.types import Int
from aalpl.report.diagnostic import Severity
from aalpl.report.source import Source
from aalpl.shell import given, loaded, solved
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.files import read
from aalpl.shell.measuring import grid as grids
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal


@click.command()
@click.argument("file")
@click.option(
    "--for", "name", required=True, metavar="d", help="The size or int parameter that is looked for."
)
@click.option(
    "--such-that", "condition", required=True, metavar='"P(right(f)) >= 0.95"', help="What must hold."
)
@click.option("--at", "at", default="", metavar="s=2^20-1,p=0.99", help="Values of the other sizes.")
@click.option("--grid", "grid", metavar='"p=0.9,0.99"', help="Several values of some sizes: a table.")
@click.option("--smallest", "which", flag_value="smallest", default=None, help="The smallest such number.")
@click.option("--largest", "which", flag_value="largest", default=None, help="The largest such number.")
@click.option(
    "--show", "shown", multiple=True, metavar='"expected calls(f)"', help="Something else to tell there."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@ascii_only
@click.pass_obj
def solve(
    paper: Terminal,
    /,
    file: str,
    name: str,
    condition: str,
    at: str,
    grid: str | None,
    which: str | None,
    shown: tuple[str, ...],
    form: str,
) -> int:
    """How many are enough: the smallest (or largest) whole number for which a condition holds.

    The condition is written like a claim, with >= or <=. Where it can be turned round there is a formula; the number is
    checked at its neighbour in any case. With --grid a table, a line for each value.

    \b
    Examples:
      aalpl solve maker.aalp --for d --such-that "P(right(task)) >= 0.95" --at s=2^20-1,p=0.99
      aalpl solve maker.aalp --for s --such-that "P(right(task)) >= 0.95" --at d=3,p=0.99
      aalpl solve maker.aalp --for d --such-that "P(right(task)) >= 0.95" --at s=2^20-1 \\
                  --grid "p=0.9,0.99,0.999" --show "expected calls(task)"
    """
    source = read(file)
    program = loaded.program(source, paper)
    claim = _condition(source, condition)
    others = [_term(source, each) for each in shown]
    least = _least(program, claim, name)
    values = grids.parse(grid) if grid is not None else {}
    fixed = given.parse(at)
    names = [*values, *fixed]
    if twice := next((n for n in [*names, name] if [*names, name].count(n) > 1), None):
        raise Failure(
            f"`{twice}` is given twice", "give the number that is looked for no value", code="bad-grid"
        )
    given.require(names, loaded.symbols(program, list(mentioned(claim))))
    cells = grids.cells(values, fixed)
    solver = Solver(program, claim, name, least)
    smallest = None if which is None else which == "smallest"
    lines = []
    for cell in cells:
        given.possible(cell, program)
        lines.append(_line(solver, cell, smallest, others))
    report = solved.Report(condition, name, tuple(lines), shown, tuple(grids.varying(values)))
    if form == "json":
        paper.document(solved.as_json(report))
    else:
        paper.say(solved.as_text(report, paper.ink))
    return Exit.FINE


def _line(
    solver: Solver, cell: Mapping[str, Fraction], smallest: bool | None, others: list[p.ClaimTerm]
) -> solved.Line:
    try:
        solution = solver.solve(cell, smallest)
        there = {**cell, solver.name: Fraction(solution.value)}
        return solved.Line(cell, solution, tuple(solver.number(term, there) for term in others))
    except Underivable as reason:
        hint = "give more sizes numbers (`--at`): schemes without a formula are followed at numbers"
        raise Failure(str(reason), hint, code="not-derived", exit=Exit.WRONG) from None
    except Unvalued as reason:
        raise Failure(str(reason), "give it with `--at`", code="missing-size") from None
    except Unsolved as reason:
        raise Failure(str(reason), code="not-solved", exit=Exit.WRONG) from None


def _condition(source: Source, condition: str) -> p.Claim:
    """The condition, read as a claim at the end of the program."""
    claim = _claimed(source, condition, condition)
    if claim.relation == "=":
        raise Failure("a condition is written with `>=` or `<=`", _HINT, code="bad-condition")
    return claim


def _term(source: Source, text: str) -> p.ClaimTerm:
    return _claimed(source, f"{text} >= 0", text).left


_HINT = 'write it like a claim: `--such-that "P(right(f)) >= 0.95"`'


def _claimed(source: Source, text: str, said: str) -> p.Claim:
    lines = source.text.rstrip("\n").count("\n") + 1
    one_line = " ".join(text.split())
    program, diagnostics = load(Source(source.name, f"{source.text.rstrip()}\nclaim {one_line}\n"))
    errors = [d for d in diagnostics if d.severity is Severity.ERROR and d.label.span.line > lines]
    if program is None or errors or not program.claims:
        title = errors[0].title if errors else "this is no condition"
        raise Failure(f"`{said}`: {title}", _HINT, code="bad-condition")
    return program.claims[-1]


def _least(program: p.Program, claim: p.Claim, name: str) -> int:
    """The least number that is looked for."""
    functions = [program.functions[f] for f in mentioned(claim) if f in program.functions]
    for function in functions:
        for param in function.params:
            if param.name == name and isinstance(param.type, Int):
                low = None if param.type.low is None else param.type.low.constant()
                return 1 if low is None else int(low)
    declared = program.sizes.get(name)
    if declared is None:
        given.require([name], loaded.symbols(program, [f.name for f in functions]))
    elif declared.kind == "prob":
        raise Failure(f"`{name}` is a probability, and a whole number is looked for", code="bad-condition")
    return 1
