"""How probably a function's result is right, as `aalpl cost` and `aalpl measure` tell it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from aalpl.cost.reliability.success import Success, concerned, known, success
from aalpl.cost.reliability.tails import simple
from aalpl.cost.solving.balls import shown
from aalpl.cost.words.edges import sized
from aalpl.cost.words.summary import Summary
from aalpl.program.nodes import Program

Values = Mapping[str, Fraction]


def told(program: Program, summary: Summary, at: Values | None) -> str:
    """A line or two on P(right); nothing where no call of the function can be wrong."""
    if not concerned(program, summary.function):
        return ""
    name = f"P(right({summary.function}))"
    found = success(program, summary.function)
    if found.exact is None and at:
        found = success(program, summary.function, at)
    if found.exact is None:
        why = f": {found.reason.reason}" if found.reason else ""
        more = "" if at else " (with numbers for the sizes, `--at`, it may be)"
        return f"  {name} is not derived{why}{more}\n"
    if at:
        number = shown(found.exact, at)
        return f"  {name} = {number}\n" if number is not None else _formula(name, found, program, summary)
    return _formula(name, found, program, summary)


def tells(program: Program, summary: Summary) -> bool:
    """Whether there is anything to say."""
    return concerned(program, summary.function)


def as_json(program: Program, summary: Summary, at: Values | None) -> dict[str, Any]:
    """The probability that the result is right, for machines."""
    found = success(program, summary.function)
    number = None
    if at:
        followed = found if found.exact is not None else success(program, summary.function, at)
        number = None if followed.exact is None else shown(followed.exact, at)
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
