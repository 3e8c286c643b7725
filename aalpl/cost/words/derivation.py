"""How a cost came about, step by step: sizes in each round, calls, and for each quantity its sums, bounds, and what is shown.

The last steps of a quantity are the formulas that the table shows; those before say by which rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import attrs

from aalpl.cost.engine.ledger import Beside, Charge, Ledger, Lost, Paid, Recurring, Repeated, Scaled
from aalpl.cost.result import Answer, Quantity, Range, Step, related
from aalpl.cost.words.ends import ends
from aalpl.cost.words.summary import Line, Summary
from aalpl.program.size import ZERO, Size, big, sym

_MARK = re.compile(r"[°%]\w*(<[^>]*>)?")


@attrs.frozen
class Section:
    """The steps about one quantity; of all of them where `title` is empty."""

    title: str
    steps: tuple[Step, ...]


def derivation(summary: Summary) -> tuple[Section, ...]:
    """How sizes change and what calls read and write; then a section for each quantity."""
    first = Section("", _once((*summary.analysis.derivation, *calls(summary))))
    shown = dict(summary.shown)
    quantities = (
        Section(label, _once(_quantity(label, quantity, answer, summary)))
        for label, quantity, answer in summary.answers
        if label in shown
    )
    return tuple(section for section in (first, *quantities) if section.steps)


def _once(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(dict.fromkeys(_plainly(step) for step in steps))


def _plainly(step: Step) -> Step:
    """Without the marks of names that other calls have as well."""
    return attrs.evolve(step, text=_MARK.sub("", step.text), formula=_MARK.sub("", step.formula))


def formula(step: Step, summary: Summary) -> str:
    """The formula of a step as programs write it."""
    if step.relation is None:
        return step.formula
    left, sign, right = step.relation
    write = summary.names.plain
    return _MARK.sub("", f"{write(left)} {sign} {write(right)}")


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


# -- a quantity --------------------------------------------------------------------------------------------------------


def _quantity(label: str, quantity: Quantity, answer: Answer, summary: Summary) -> Iterator[Step]:
    """Lines, their sum, what is observed, bounds, and the formulas that are shown."""
    here = sym(label)
    if not quantity.critical:
        for line in summary.lines:
            yield from _of_line(label, quantity, line, summary)
    if answer.exact is not None and (len(summary.lines) != 1 or quantity.critical):
        text = "the longest way through all calls" if quantity.critical else "all lines together"
        yield related(0, text, (here, "=", answer.exact))
    if answer.exact is not None and answer.upper != answer.exact:
        yield from _observed(answer.exact, summary)
    yield from answer.derivation if not _exactly(answer) else _but_expected(answer)
    if answer.upper is None or answer.upper != answer.lower or answer.conditional:
        yield from answer.expected.derivation
    yield from _missing(answer)
    for case, sign, size in ends(answer):
        about = "" if case == "observed" else case
        yield related(
            0, _conclusion(case, sign, answer) + _how(case, sign, answer), (here, sign, size), about
        )


def _how(case: str, sign: str, answer: Answer) -> str:
    """That an end is one of what is observed, where no other step is about it."""
    side = {("worst", "<="): "most", ("worst", "="): "most", ("best", ">="): "least", ("best", "="): "least"}
    if (case, sign) not in side or answer.exact is None or any(s.case == case for s in answer.derivation):
        return ""
    return f"; each observed number is taken where it costs {side[case, sign]}"


def _exactly(answer: Answer) -> bool:
    """Whether the expectation is known by other steps than those of rules."""
    return bool(answer.expected.derivation) and answer.expected.low == answer.expected.high


def _but_expected(answer: Answer) -> Iterator[Step]:
    return (step for step in answer.derivation if step.case != "expected")


def _of_line(label: str, quantity: Quantity, line: Line, summary: Summary) -> Iterator[Step]:
    """What a line pays: the sum over the loops around it, in closed form; its bound."""
    part = line.part
    answer = _answer(label, line)
    if answer is None:
        return
    charge = summary.analysis.charges.get(quantity.model or quantity.kind)
    sum_ = None if charge is None else _formal(summary.analysis.ledger, charge, part.place, part.primitive)
    text = f"{label} of this line"
    if answer.exact is not None:
        relation = (sym(label) if sum_ in (None, answer.exact) else sum_, "=", answer.exact)
        check = None if sum_ is None else (sum_, answer.exact)
        yield related(part.line, text, relation, check=check)
    if answer.upper is not None and answer.upper != answer.exact:
        yield related(
            part.line, f"{text}, over all that may be observed", (sym(label), "<=", answer.upper), "worst"
        )


def _answer(label: str, line: Line) -> Answer | None:
    """What a line pays of a quantity."""
    counted = {"calls": line.calls, "tokens in": line.tokens_in, "tokens out": line.tokens_out}
    if label.startswith("cost"):
        return line.cost
    return counted.get(label)


def _formal(ledger: Ledger, charge: Charge, place: str, primitive: str) -> Size | None:
    """The sum over the calls of a place, as it stands in the program: nothing is summed up yet."""
    found = ZERO
    for entry in ledger:
        one = _entry(entry, charge, place, primitive)
        if one is None:
            return None
        found = found + one
    return found


def _entry(entry: object, charge: Charge, place: str, primitive: str) -> Size | None:
    match entry:
        case Paid(part, event):
            return charge(event) if (part.place, part.primitive) == (place, primitive) else ZERO
        case Scaled(factor, body):
            inside = _formal(body, charge, place, primitive)
            return None if inside is None else factor * inside
        case Repeated(index, low, high, body) | Beside(index, low, high, _, body):
            inside = _formal(body, charge, place, primitive)
            return None if inside is None else big("sum", index, low, high, inside) if inside else ZERO
        case _:
            return None


def _observed(exact: Size, summary: Summary) -> Iterator[Step]:
    """What the observed numbers may be."""
    for name in sorted(exact.free & set(summary.analysis.observables)):
        limits = summary.analysis.observables[name]
        yield Step(limits.line, f"{name}: {limits.words}", _range(name, limits, summary))


def _range(name: str, limits: Range, summary: Summary) -> str:
    write = summary.names.plain
    shown = f"{name}[{', '.join(limits.indices)}]" if limits.indices else name
    low = f"{write(limits.low)} <= " if limits.low is not None else ""
    high = f" <= {write(limits.high)}" if limits.high is not None else ""
    more = f", in all at most {write(limits.at_most)}" if limits.at_most is not None else ""
    return f"{low}{shown}{high}{more}" if low or high or more else f"{shown} has no limit"


def _missing(answer: Answer) -> Iterator[Step]:
    """What no formula was found for, and why."""
    for condition in answer.conditional:
        yield Step(condition.span.line, f"{condition.name} is {condition.words}; {condition.hint}", "")
    for unknown in answer.unknowns:
        yield Step(unknown.span.line if unknown.span else 0, f"not derived: {unknown.reason}", "")
    if answer.expected.reason is not None and answer.expected.high is None:
        reason = answer.expected.reason
        yield Step(
            reason.span.line if reason.span else 0,
            f"expectation not derived: {reason.reason}",
            "",
            "expected",
        )


def _conclusion(case: str, sign: str, answer: Answer) -> str:
    """What a formula says, in words."""
    match case, sign:
        case "", _ if answer.conditional:
            return f"in all, given {', '.join(c.name for c in answer.conditional)}"
        case "", _ if answer.exact is not None and answer.exact == answer.upper:
            return "in all, whatever happens"
        case "", _:
            return "no behaviour pays more, and none less"
        case "observed", _:
            return "in terms of what a run observes"
        case "worst", "=":
            return "worst case: no behaviour pays more, and one that is allowed pays as much"
        case "worst", "<=":
            return "worst case: no behaviour pays more"
        case "worst", _:
            return "worst case: a behaviour that is allowed pays as much"
        case "best", "=":
            return "best case: no behaviour pays less, and one that is allowed pays no more"
        case "best", ">=":
            return "best case: no behaviour pays less"
        case "best", _:
            return "best case: a behaviour that is allowed pays no more"
        case _, "=":
            return "on average"
        case _, "<=":
            return "on average, whatever an adversary does"
        case _:
            return "on average, at the least"


# -- what is around calls ----------------------------------------------------------------------------------------------

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
