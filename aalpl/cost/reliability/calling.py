"""Expected calls of what is decided by counting answers, for answers that other engines leave open.

The integer form of a program does not know which texts are equal, so how often a vote is repeated is known here only.
"""

from __future__ import annotations

from functools import cache

import attrs

from aalpl.cost.reliability.success import concerned, counted, endings, most_calls
from aalpl.cost.result import Analysis, Answer, Asked, Expected, Quantity, Step
from aalpl.program.nodes import Program
from aalpl.program.size import Size

_HOW = (
    Step(0, "answers are counted: by the steps of the probability that the result is right", "", "expected"),
)

_WHICHEVER = (
    Step(
        0,
        "right draws against wrong ones: a walk that is stopped at the latest when right ones are far ahead",
        "",
        "expected",
    ),
)


def with_calls(analysis: Analysis, program: Program) -> Analysis:
    """The analysis, its expected numbers of calls completed."""
    if not concerned(program, analysis.function):
        return analysis
    found: dict[str | None, Size | None] = {}
    ends = cache(lambda: endings(program, analysis.function))
    whichever = cache(lambda: most_calls(program, analysis.function))

    def fold(quantity: Quantity, asked: Asked) -> Answer:
        answer = analysis.fold(quantity, asked)
        expected = answer.expected
        plain = (
            quantity.kind == "calls" and not quantity.critical and asked.place is None and asked.model is None
        )
        if not plain or (expected.low is not None and expected.low == expected.high):
            return answer
        if asked.primitive not in found:
            found[asked.primitive] = counted(ends(), asked.primitive)
        calls = found[asked.primitive]
        if calls is not None:
            return attrs.evolve(answer, expected=Expected(calls, calls, derivation=_HOW))
        most = None if answer.expected.high is not None else whichever()
        if most is None:
            return answer
        return attrs.evolve(
            answer, expected=attrs.evolve(answer.expected, high=most, reason=None, derivation=_WHICHEVER)
        )

    return attrs.evolve(analysis, fold=fold)
