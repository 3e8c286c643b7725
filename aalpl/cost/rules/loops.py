"""Loops of a form as rules: counted ones, branches side by side one after the other, loops with a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aalpl.cost.form.nodes import Cycle, Fork, Steps
from aalpl.cost.form.steps import every, writes
from aalpl.cost.lower.expressions import denied
from aalpl.cost.rules.nodes import Outcome, Rule
from aalpl.cost.rules.pending import Pending, line_of
from aalpl.cost.rules.polynomial import is_polynomial
from aalpl.program.size import ONE, ZERO, Size, sym

if TYPE_CHECKING:
    from aalpl.cost.rules.flow import Flow


def last(index: str) -> str:
    """What the last value of an index is called."""
    return f"last_{index}"


def count(
    flow: Flow,
    place: str,
    index: str,
    run: tuple[Size, Size, Size],
    body: Steps,
    now: Pending,
    note: str = "for",
    restored: tuple[tuple[str, str], ...] = (),
) -> Pending:
    """A counted loop; its bound is a variable where it may change, or is no polynomial."""
    low, high, step = map(flow.frame.size, run)
    own = flow.frame.name(index)
    changed = {name for each in every(body) for (name, _), _ in writes(each)} | {index}
    end = last(own)
    fixed = not run[1].free & changed and is_polynomial(high)
    head, inside = flow.location(), flow.location()
    flow.finish(now, head, {own: low} if fixed else {own: low, end: high})
    bound = high if fixed else sym(end)
    outcome = Outcome(inside, tuple((name, sym(kept)) for name, kept in restored))
    comment = f"{place}: {note}"
    test = (bound - sym(own),)
    flow.rules.append(Rule(head, test, ZERO, (outcome,), (), (comment,), line=line_of(comment)))
    flow.finish(flow.steps(body, inside), head, {own: sym(own) + step})
    after = flow.location()
    flow.rules.append(Rule(head, (sym(own) - bound - 1,), ZERO, (attrs.evolve(outcome, target=after),)))
    return Pending(after)


def fork(flow: Flow, of: Fork, now: Pending) -> Pending | None:
    """One branch after the other, each from the values before; the joins give what only lists would know."""
    changed = {name for each in every(of.body) for (name, array), _ in writes(each) if not array}
    own = [flow.frame.name(name) for name in sorted(changed) if name in flow.frame.reads]
    restored = tuple((name, f"{name}~{of.place}") for name in own)
    now.values.update({kept: now.at(sym(name)) for name, kept in restored})
    flow.loose = True  # what branches give back is not followed
    after = count(flow, of.place, of.index, (of.low, of.high, ONE), of.body, now, "side by side", restored)
    return flow.steps(of.joins, flow.close(after))


def cycle(flow: Flow, of: Cycle, now: Pending) -> Pending | None:
    """A loop with a condition."""
    if of.decreases is not None:
        flow.loose = True
    if of.at_most is not None and of.kind == "repeat":
        now.values[f"{flow.frame.function}.left@{of.place}"] = flow.at(now, of.at_most)
        flow.frame.counters[of.place] = f"{flow.frame.function}.left@{of.place}"
    head = flow.location()
    begun = flow.counted(of.place, head) if of.kind == "repeat" else head  # a round is a run of `before`
    flow.finish(now, begun)
    tested = flow.steps(of.before, head)
    if tested is None:
        return None
    test, inside, after = flow.close(tested), flow.location(), flow.location()
    entered = flow.counted(of.place, inside) if of.kind == "while" else inside
    if of.probability is not None:
        p = flow.frame.size(of.probability)
        on = p if of.kind == "while" else 1 - p
        flow.toss(test, of.condition, (on, entered, after), f"{of.place}: {of.kind}")
    else:
        flow.choose(test, of.condition, entered, f"{of.place}: {of.kind}")
        flow.choose(test, denied(of.condition), after, f"{of.place}: done")
    flow.finish(flow.steps(of.body, inside), begun)
    return Pending(after)
