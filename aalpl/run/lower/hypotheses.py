"""Lines that count what hypotheses speak of: how often a branch is taken, how often a test holds."""

from __future__ import annotations

import attrs

from aalpl.program import nodes as p
from aalpl.report.source import Span
from aalpl.run.lower.expressions import expression
from aalpl.run.lower.scope import Scope


@attrs.frozen
class Hypothesis:
    """A condition that the run counts: `kind` is `at most` or `with probability`, of a `branch` or `loop`."""

    number: int
    kind: str
    subject: str
    place: str
    span: Span


def in_words(s: Scope, place: str, span: Span, bound: p.Expr, subject: str, count: str | None = None) -> None:
    """One more time: counts, stops the run where it is once too often, remembers the most."""
    counter = count or s.counter(place)
    h = _declare(s, "at most", subject, place, span)
    limit = expression(bound, s)
    title = f"the {subject} was taken {{}} times, at most {{}} were declared"
    number = s.tables.complaint("at-most-broken", title, span, "once more than its hypothesis says", _HINT)
    if count is None:
        s.writer.line(f"{counter} += 1")
    s.writer.line(f"if {counter} > most[{h}]: most[{h}] = {counter}; limits[{h}] = {limit}")
    s.writer.line(f"if {counter} > {limit}: raise Fault({number}, {counter}, {limit})")


def counted(s: Scope, place: str, span: Span, probability: p.Expr, test: str, subject: str) -> None:
    """Counts how often a test with a declared probability was evaluated, and how often it held."""
    h = _declare(s, "with probability", subject, place, span)
    s.writer.line(f"tested[{h}] += 1")
    s.writer.line(f"limits[{h}] = {expression(probability, s)}")
    s.writer.line(f"if {test}: held[{h}] += 1")


def _declare(s: Scope, kind: str, subject: str, place: str, span: Span) -> int:
    number = len(s.tables.counted)
    s.tables.counted.append(Hypothesis(number, kind, subject, place, span))
    return number


_HINT = "raise the bound of the hypothesis, or guard the branch"
