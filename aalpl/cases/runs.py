"""`run` blocks: each line names a quantity and the number that the meter of a simulated run must show."""

from __future__ import annotations

from fractions import Fraction

from aalpl.cases.quantity import line, silent
from aalpl.cases.sizes import number, parse
from aalpl.cases.views import Request, checked, function_of
from aalpl.report.diagnostic import Diagnosed, Diagnostic
from aalpl.run import Run, execute

UNKNOWN = "unknown"


def settled(asked: Request, text: str) -> str:
    """The block's text, with the measured number in every line whose own is another."""
    run = ended(asked)
    if run.diagnostics:
        raise Diagnosed(*run.diagnostics)
    return "".join(f"{row if silent(row) else _settled(row, run)}\n" for row in text.splitlines())


def ended(asked: Request) -> Run:
    """The simulated run that a request means."""
    program = checked(asked)
    at = parse(asked.at)
    name = function_of(program, asked)
    return execute(program, name, None, at, seed=asked.seed, adversary=asked.adversary, trace=asked.traced)


def faults(asked: Request) -> tuple[Diagnostic, ...]:
    """What ended the run, or kept it from beginning."""
    try:
        return ended(asked).diagnostics
    except Diagnosed as diagnosed:
        return diagnosed.diagnostics


def _settled(row: str, run: Run) -> str:
    wanted = line(row)
    asked = wanted.quantity
    if asked.span:
        found = run.meter.spans[asked.name]
    else:
        found = run.meter.work(asked.name, by=asked.by or None, of=asked.of or None)
    if found is None:
        return row if wanted.value == UNKNOWN else wanted.with_value(UNKNOWN)
    if wanted.value != UNKNOWN and _holds(wanted.relation, found, number(wanted.value)):
        return row
    return wanted.with_value(str(found))


def _holds(relation: str, found: int | Fraction | float, wanted: Fraction) -> bool:
    match relation:
        case "<=":
            return found <= wanted
        case ">=":
            return found >= wanted
        case _:
            return found == wanted
