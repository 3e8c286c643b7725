"""Calls of functions as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aalpl.cost.form.nodes import Form, Invoke
from aalpl.cost.rules.nodes import Jump
from aalpl.cost.rules.pending import Frame, Pending, frame, whole
from aalpl.program.size import Size, sym

if TYPE_CHECKING:
    from aalpl.cost.rules.flow import Flow


def invoke(flow: Flow, of: Invoke, now: Pending) -> Pending:
    """A call: part of the caller, or a jump to where the function's own rules begin."""
    now.comments.append(f"{of.place}: calls {of.function}")
    now.line = now.line or of.span.line
    if of.function not in flow.forms:
        args = tuple((name, flow.at(now, value)) for name, value in of.args)
        now.calls.append((of.function, args))
        flow.reasons.append(f"what `{of.function}` costs is not known")
        return _unknown_results(flow, of, now)
    callee = flow.forms[of.function]
    if of.function in flow.recursive:
        handed = _handed(flow, of, now, frame(callee, prefix(flow, of.function)))
        now.also.append(Jump(entry(flow, of.function), handed))
        flow.loose = True
        return _unknown_results(flow, of, now)
    return _inlined(flow, of, callee, now)


def prefix(flow: Flow, function: str) -> str:
    """What the names of a function begin with; those of the main function are its own."""
    return "" if function == flow.main else f"{function}."


def entry(flow: Flow, function: str) -> str:
    """Where the rules of a function that calls itself begin."""
    if function not in flow.entries:
        flow.entries[function] = flow.location()
        flow.waiting.append((function, flow.entries[function]))
    return flow.entries[function]


def _handed(flow: Flow, of: Invoke, now: Pending, to: Frame) -> tuple[tuple[str, Size], ...]:
    given = {name: flow.at(now, value) for name, value in of.args}
    return tuple((to.name(name), value) for name, value in given.items())


def _unknown_results(flow: Flow, of: Invoke, now: Pending) -> Pending:
    """A call costs what the function costs; its results are decided outside."""
    for mine, _ in of.results:
        name = flow.input()
        variable = flow.frame.name(mine)
        now.values[variable] = sym(name)
        now.guard += [sym(name)] if whole([variable]) else []
    return now


def _inlined(flow: Flow, of: Invoke, callee: Form, now: Pending) -> Pending:
    outer, inner = flow.frame, frame(callee, prefix(flow, of.function), flow.location())
    now.values.update(_handed(flow, of, now, inner))
    start = flow.close(now)
    flow.frame = inner
    flow.function(start)
    flow.frame = outer
    after = Pending(inner.exit)
    results = [(outer.name(mine), sym(inner.name(theirs))) for mine, theirs in of.results]
    after.values.update(results)
    return after
