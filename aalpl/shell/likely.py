"""How probably a function's result is right, as `aalpl cost` and `aalpl measure` tell it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from aalpl.cost.reliability.success import (
    Success,
    calls_within,
    concerned,
    derivation,
    known,
    success,
)
from aalpl.cost.reliability.tails import simple
from aalpl.cost.solving.balls import shown
from aalpl.cost.words.edges import sized
from aalpl.cost.words.summary import Summary
from aalpl.program.nodes import Program
from aalpl.program.size import Size, const
from aalpl.report.ink import Ink

Values = Mapping[str, Fraction]


def told(program: Program, summary: Summary, at: Values | None) -> str:
    """A line or two on P(right); nothing where no call of the function can be wrong."""
    if not concerned(program, summary.function):
        return ""
    name = f"P(right({summary.function}))"
    found = success(program, summary.function, many=not at)
    if found.exact is None and at:
        found = success(program, summary.function, at)
        if found.low is None and found.exact is None:
            found = _evenly(success(program, summary.function), found)
    if found.exact is None and found.low is not None and found.high is not None and at:
        return _between(name, found.low, found.high, program, summary, at)
    if found.exact is None and found.low is not None:
        return _at_least(name, found.low, found.most, summary, at)
    if found.exact is None:
        why = f": {found.reason.reason}" if found.reason else ""
        more = "" if at else " (with numbers for the sizes, `--at`, it may be)"
        return f"  {name} is not derived{why}{more}\n"
    if at:
        number = shown(found.exact, at)
        return f"  {name} = {number}\n" if number is not None else _formula(name, found, program, summary)
    return _formula(name, found, program, summary)


def _evenly(formula: Success, numbers: Success) -> Success:
    """The formula that holds whichever wrong answers are equal, where following the numbers gave nothing."""
    return numbers if formula.low is None else formula


def _at_least(name: str, low: Size, most: Size | None, summary: Summary, at: Values | None) -> str:
    """A lower bound for any number of wrong answers, and what the expected calls are at most."""
    number = shown(low, at) if at else None
    text = f"  {name} >= {summary.names.write(low) if number is None else number}, whichever wrong answers are equal\n"
    if most is not None:
        number = shown(most, at) if at else None
        said = summary.names.write(most) if number is None else number
        text += f"  expected calls({summary.function}) <= {said}\n"
    return text


def _between(name: str, low: Size, high: Size, program: Program, summary: Summary, at: Values) -> str:
    text = f"  {shown(low, at)} <= {name} <= {shown(high, at)}, whichever wrong answers are equal\n"
    calls = calls_within(program, summary.function, at)
    if calls is not None and calls[0] != calls[1]:
        least, most = (shown(const(each), at) for each in calls)
        text += f"  {least} <= expected calls({summary.function}) <= {most}\n"
    return text


def explained(program: Program, summary: Summary, at: Values | None, ink: Ink) -> str:
    """How the probability was derived, step by step."""
    from aalpl.cost.words.derivation import Section
    from aalpl.cost.words.explain import steps_of

    if not concerned(program, summary.function):
        return ""
    section = Section(f"P(right({summary.function}))", derivation(program, summary.function, at))
    return steps_of([section], summary, ink) if section.steps else ""


def tells(program: Program, summary: Summary) -> bool:
    """Whether there is anything to say."""
    return concerned(program, summary.function)


def as_json(program: Program, summary: Summary, at: Values | None) -> dict[str, Any]:
    """The probability that the result is right, for machines."""
    found = success(program, summary.function)
    if at and found.exact is None:
        found = success(program, summary.function, at)
    number = None if not at or found.exact is None else shown(found.exact, at)
    less = None if found.exact is None else simple(found.exact, known(program, summary.function))
    why = found.reason
    return {
        "low": sized(found.low, summary),
        "high": sized(found.high, summary),
        "ends": sized(found.ends, summary),
        "simple": sized(less, summary),
        "number": number,
        "unknown": []
        if why is None
        else [{"reason": why.reason, "line": why.span.line if why.span else None}],
    }


def _formula(name: str, found: Success, program: Program, summary: Summary) -> str:
    write = summary.names.write
    assert found.exact is not None
    text = f"  {name} = {write(found.exact)}\n"
    if found.ends is not None and found.ends != 1:
        text += f"    over the runs that end, which have probability {write(found.ends)}\n"
    less = simple(found.exact, known(program, summary.function))
    return text + (f"    >= 1 - {write(1 - less)}\n" if less is not None else "")
