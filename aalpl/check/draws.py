"""Probabilities belong to draws (semantics 11): a test may carry one only where the tested value is fresh.

For each test with a probability, variables are followed along the paths of its function: a variable is *fresh* where,
on every path since the test was last evaluated, its value came from an LLM call or a random draw, or from a value that
did. Evaluating the test makes all variables stale; where paths meet, only what is fresh on both stays fresh.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.check.walk import nodes, variables
from aalpl.program import nodes as p
from aalpl.report import Diagnostic, Label, Span

Fresh = frozenset[str]
Test = p.If | p.Loop


@attrs.define
class _Walk:
    """One test, and what is found about it. `origins`: where each variable got its value last."""

    test: Test
    drawing: frozenset[str]  # functions that draw something
    origins: dict[str, tuple[str, Span]]
    first: dict[str, tuple[str, Span]] | None = None  # the origins when the test was first met
    stale: str | None = None  # a tested variable, where the test meets an old value
    drawn: bool = True  # that value was drawn at all


def stale(function: p.Function, drawing: frozenset[str] = frozenset()) -> list[Diagnostic]:
    """Tests with a probability whose value may be an old one."""
    found = []
    for test in nodes(function.body):
        if isinstance(test, p.If | p.Loop) and test.probability is not None:
            walk = _Walk(test, drawing, {param.name: (param.name, param.span) for param in function.params})
            _block(function.body, frozenset(), walk)
            if walk.stale is not None:
                found.append(_told(walk, walk.stale))
    return found


def drawing(functions: Mapping[str, p.Function]) -> frozenset[str]:
    """The functions in which something is drawn, directly or in what they call."""
    found: set[str] = set()
    calls: dict[str, set[str]] = {}
    for name, function in functions.items():
        inside = list(nodes(function.body))
        if any(isinstance(node, p.Ask | p.Sample) for node in inside):
            found.add(name)
        calls[name] = {node.function for node in inside if isinstance(node, p.Call)}
    while more := {name for name, called in calls.items() if name not in found and called & found}:
        found |= more
    return frozenset(found)


def _told(walk: _Walk, name: str) -> Diagnostic:
    test = walk.test
    shown, origin = (walk.first or walk.origins).get(name, (name, test.span))
    what = f"`{shown}`" if "%" not in shown and shown else "this value"
    others = () if origin == test.span else (Label(origin, f"{what} gets its value here"),)
    at = test.span if test.probability is None else test.probability.span
    return Diagnostic(
        "stale-probability",
        f"{what} may be tested twice without a new draw in between"
        if walk.drawn
        else f"{what} has a probability here, but may come from no draw",
        Label(at, "a probability belongs to a draw"),
        others,
        hint="draw it anew before each test, or leave the probability out",
    )


def _block(block: p.Block, fresh: Fresh | None, walk: _Walk) -> Fresh | None:
    for statement in block:
        if fresh is None:
            return None
        fresh = _statement(statement, fresh, walk)
    return fresh


def _statement(of: p.Statement, fresh: Fresh, walk: _Walk) -> Fresh | None:
    """What is fresh after a statement; None where its end is never reached."""
    match of:
        case p.Let(target, value):
            return _bound(target, bool(variables(value) & fresh), of.span, variables(value), fresh, walk)
        case p.Ask() | p.Sample():
            return _bound(of.target, True, of.span, set(), fresh, walk)
        case p.Consult() | p.Call():
            read = {name for arg in of.args for name in variables(arg)}
            new = bool(read & fresh) or (isinstance(of, p.Call) and of.function in walk.drawing)
            return _bound(of.target, new, of.span, read, fresh, walk)
        case p.Choose():
            return _bound(of.target, False, of.span, set(), fresh, walk)
        case p.If():
            return _branch(of, fresh, walk)
        case p.For():
            return _rounds((), of.body, None, _without(fresh, of.index), walk)
        case p.Loop():
            return _rounds(of.before, of.body, of, fresh, walk)
        case p.Parallel():
            inside = _block(of.body, fresh, walk)
            read = set() if of.value is None else variables(of.value)
            new = inside is not None and bool(read & inside)
            return fresh if of.target is None else _bound(of.target, new, of.span, read, fresh, walk)
        case p.Contribute():
            read = variables(of.new)
            return fresh | {of.variable} if read & fresh else fresh
        case p.Return():
            return None


def _bound(target: str, new: bool, span: Span, read: set[str], fresh: Fresh, walk: _Walk) -> Fresh:
    """A variable got a value; one that nobody wrote comes from where what it was made of comes from."""
    sources = [walk.origins[name] for name in sorted(read) if name in walk.origins]
    walk.origins[target] = sources[0] if "%" in target and sources else (target, span)
    return fresh | {target} if new else _without(fresh, target)


def _without(fresh: Fresh, name: str) -> Fresh:
    return fresh - {name}


def _branch(of: p.If, fresh: Fresh, walk: _Walk) -> Fresh | None:
    after = _evaluated(of, fresh, walk)
    before = dict(walk.origins)
    then = _block(of.then, after, walk)
    there, walk.origins = walk.origins, dict(before)
    orelse = _block(of.orelse, after, walk)
    if then is None or orelse is None:
        walk.origins = there if orelse is None else walk.origins
        return then if orelse is None else orelse
    walk.origins |= {
        name: origin for name, origin in there.items() if name not in then or name not in walk.origins
    }
    if of.kind == "if":
        return then & orelse
    decided = {node.target for node in (*of.then, *of.orelse) if isinstance(node, p.Let)}
    return (then & orelse) | (decided & (then | orelse)) | (decided if variables(of.test) & fresh else set())


def _rounds(before: p.Block, body: p.Block, loop: p.Loop | None, fresh: Fresh, walk: _Walk) -> Fresh | None:
    """A loop: what is fresh at its head is fresh at the entry and after every round."""
    head = fresh
    while True:
        middle = _block(before, head, walk)
        if middle is None:
            return None
        left = middle if loop is None else _evaluated(loop, middle, walk)
        end = _block(body, left, walk)
        narrower = head if end is None else head & end
        if narrower == head:
            return left
        head = narrower


def _evaluated(of: Test, fresh: Fresh, walk: _Walk) -> Fresh:
    """The test looks at its variables; if it is the one we watch, they must be fresh, and are old from now on."""
    if of is not walk.test:
        return fresh
    tested = variables(of.test)
    beginning = walk.first is None
    if walk.first is None:
        walk.first = dict(walk.origins)
    if not tested & fresh and walk.stale is None:
        walk.stale = min(tested, default="")
        walk.drawn = not beginning
    return frozenset()
