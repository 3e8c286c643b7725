"""How a cost came about, step by step: sizes in each round, what one call reads and writes, the sum over rounds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aalpl.cost.engine.ledger import Beside, Ledger, Lost, Paid, Recurring, Repeated, Scaled
from aalpl.cost.result import Part, Step
from aalpl.cost.words.summary import Summary
from aalpl.program.size import Size

_MARK = re.compile(r"°\w+(<[^>]*>)?")


def derivation(summary: Summary) -> tuple[Step, ...]:
    """All steps: how sizes change, calls, sums by line, the total."""
    ruled = [step for _, _, answer in summary.answers for step in answer.derivation]
    steps = [*summary.analysis.derivation, *ruled, *calls(summary), *sums(summary)]
    return tuple(dict.fromkeys(_plainly(step) for step in steps))


def _plainly(step: Step) -> Step:
    """Without the marks of the entry variables of an arbitrary call."""
    return Step(step.line, _MARK.sub("", step.text), _MARK.sub("", step.formula))


def calls(summary: Summary) -> Iterator[Step]:
    """What each call reads and writes, with the loops and conditions around it."""
    for paid, around in _paid(summary.analysis.ledger, ()):
        part = paid.part
        where = "".join(f", {_around(entry, summary)}" for entry in around)
        read, written = (summary.names.plain(size) for size in (paid.event.inputs, paid.event.outputs))
        yield Step(
            part.line,
            f"a call of {part.primitive} reads P and writes O tokens{where}",
            f"P = {read}, O = {written}",
        )


def sums(summary: Summary) -> Iterator[Step]:
    """The cost of each line, exactly, and its bounds."""
    name = summary.answers[0][0]
    for line in summary.lines:
        yield from _ends(line.part, f"{name} of this line", line.cost.exact, line.cost.upper, summary)
    if len(summary.lines) > 1:
        yield from _ends(None, f"{name} in all", summary.cost.exact, summary.cost.upper, summary)


def _ends(
    part: Part | None, text: str, exact: Size | None, upper: Size | None, summary: Summary
) -> Iterator[Step]:
    line = part.line if part else 0
    if exact is not None:
        yield Step(line, text, f"= {summary.names.plain(exact)}")
    if upper is not None and upper != exact:
        yield Step(line, f"{text}, over all that may be observed", f"<= {summary.names.plain(upper)}")


Around = Scaled | Repeated | Beside


def _around(entry: Around, summary: Summary) -> str:
    """A loop or condition in words."""
    write = summary.names.plain
    match entry:
        case Scaled(factor, _):
            return f"times {write(factor)}"
        case Repeated(index, low, high, _):
            return f"for {index} in {write(low)}..{write(high)}"
        case Beside(index, low, high, _, _):
            return f"side by side for {index} in {write(low)}..{write(high)}"


def _paid(ledger: Ledger, around: tuple[Around, ...]) -> Iterator[tuple[Paid, tuple[Around, ...]]]:
    """The calls of a ledger, each with what is around it, outermost first."""
    for entry in ledger:
        match entry:
            case Paid():
                yield entry, around
            case Scaled() | Repeated() | Beside():
                yield from _paid(entry.body, (*around, entry))
            case Recurring(_, body):
                yield from _paid(body, around)
            case Lost():
                pass
