"""Finds the answers that decide whether a condition holds, so that a simulator can keep to its hypotheses.

Where `if bug at most b times` follows `bug <- find(x)`, the request for `find` carries a wish: the test as a function
of the answer, and with which probability it should hold: 0 once b bugs were reported. `until good(y) with probability
p` makes the same of the request for `good`. Followed backwards: assignments of other expressions, and the branches
that `and` and `or` were lowered to.
"""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.program import nodes as p
from aalpl.run.lower.expressions import expression
from aalpl.run.lower.purity import assigned
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.walk import substituted, variables, walk

Deciding = tuple[p.Statement, str, p.Expr]
"""A statement that asks, the variable it binds, and the test in terms of that variable."""


def wish(before: p.Block, st: p.If | p.Loop, spent: str, s: Scope, wishes: dict[int, str]) -> None:
    """Gives the statements that decide the test of `st` a wish; `spent` tells that it must not hold any more.

    A wish (test, p, True) is the adversary's own: it is for answers that nothing else decides."""
    chance = None if st.probability is None else expression(st.probability, s)
    if chance is not None and isinstance(st, p.Loop) and st.kind == "repeat":
        chance = f"1 - {chance}"
    chance = chance or _preferred(st, s)
    if chance is None and st.at_most is None:
        return
    for statement, name, decided in deciders(before, st.test):
        test = f"lambda {s.variable(name)}: {expression(decided, s)}"
        if st.at_most is not None and chance is None and _closed(decided, name):
            wishes[id(statement)] = f"{_constant(test, s)} if {spent} else None"
        elif st.at_most is None and st.probability is None:  # a hypothesis about the same answer goes before
            wishes.setdefault(id(statement), f"({test}, {chance}, True)")
        elif st.at_most is None:
            wishes[id(statement)] = f"({test}, {chance})"
        elif chance is None:
            wishes[id(statement)] = f"({test}, 0) if {spent} else None"
        elif st.probability is None:
            wishes[id(statement)] = f"({test}, 0) if {spent} else ({test}, {chance}, True)"
        else:
            wishes[id(statement)] = f"({test}, 0 if {spent} else {chance})"


def _preferred(st: p.If | p.Loop, s: Scope) -> str | None:
    """What the worst and the best adversary wish for: the dearer or the cheaper way, nearly always where a loop or a
    recursion might otherwise never end."""
    if not s.tables.steer:
        return None
    if isinstance(st, p.If):
        dearer = weight(st.then) - weight(st.orelse)
    else:
        dearer = weight(st.before) + weight(st.body)
    if not dearer:
        return None
    branch = s.function.name in s.tables.straight and not s.rounds and isinstance(st, p.If)
    ends = branch or st.at_most is not None
    return f"{'dearer' if dearer > 0 else 'cheaper'}{'' if ends else '_mostly'}"


def weight(block: p.Block) -> int:
    """How dear a block looks: its calls, more in loops; a block that returns spares what comes after it."""
    total = 0
    for st in block:
        match st:
            case p.Ask() | p.Call():
                total += 1
            case p.For() | p.Parallel():
                total += 4 * weight(st.body)
            case p.Loop():
                total += 4 * (weight(st.before) + weight(st.body))
            case p.If():
                total += max(weight(st.then), weight(st.orelse))
            case p.Return():
                total -= 100
            case _:
                pass
    return total


def _closed(test: p.Expr, name: str) -> bool:
    """Whether a test speaks of nothing but the answer."""
    return variables(test) <= {name} and not any(isinstance(n, p.SizeName | p.Reduce) for n in walk(test))


def _constant(test: str, s: Scope) -> str:
    """A wish that is the same every time, made once."""
    name = f"W{len(s.tables.preamble)}"
    s.tables.preamble.append(f"{name} = ({test}, 0)")
    return name


def deciders(block: p.Block, test: p.Expr) -> Iterator[Deciding]:
    """The statements of a block whose answer decides `test`, which is evaluated after the block."""
    later: set[str] = set()
    for statement in reversed(block):
        free = variables(test)
        match statement:
            case p.Ask(target) | p.Choose(target) | p.Consult(target) if target in free:
                if not (free - {target}) & later:
                    yield statement, target, test
                return
            case p.Let(target, value) if target in free:
                test = substituted(test, target, value)
            case p.If(_, then, orelse) if free & (assigned(then) | assigned(orelse)):
                yield from deciders(then, test)
                yield from deciders(orelse, test)
                return
            case _:
                later |= assigned((statement,))
                if later & free:
                    return
