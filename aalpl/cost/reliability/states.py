"""States of a program between two steps, and trees of what may come next."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.reliability.values import Value
from aalpl.program import nodes as p
from aalpl.program.size import Size

Env = tuple[tuple[str, Value], ...]
"""Variables and their values, by name in order."""

# -- what is still to be done ------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class _ById:
    """A part of the program: the same only where it is the same part."""


@attrs.frozen
class End:
    """Nothing: the value returned last is the result."""


@attrs.frozen(cache_hash=True)
class Then:
    """The statements of a block from number `at` on. `key` stands for the block in equality."""

    block: p.Block = attrs.field(eq=False)
    key: int
    at: int
    next: Rest


@attrs.frozen(cache_hash=True)
class Counting:
    """At the head of a counted loop: the index, the last value, the step."""

    loop: p.For | p.Parallel = attrs.field(eq=False)
    key: int
    index: Value
    high: Value
    step: Value
    next: Rest
    gathered: Value | None = None  # of a `parallel for … yield`: the results so far
    outer: Env = ()  # of a parallel loop: the variables that every branch begins with


@attrs.frozen(cache_hash=True)
class Cycling:
    """At the head of a loop without a count."""

    loop: p.Loop = attrs.field(eq=False)
    key: int
    next: Rest


@attrs.frozen(cache_hash=True)
class Testing:
    """The part of a loop before its test has been run."""

    loop: p.Loop = attrs.field(eq=False)
    key: int
    next: Rest


@attrs.frozen(cache_hash=True)
class Returning:
    """A called function returns: what it returns goes to `target` of the caller, whose variables are `env`."""

    target: str
    env: Env
    function: str
    next: Rest


Rest = End | Then | Counting | Cycling | Testing | Returning


@attrs.frozen(cache_hash=True)
class State:
    """What is to be done, the variables, and what is known of oracles: ((oracle, arguments), answer)."""

    rest: Rest
    env: Env
    known: tuple[tuple[tuple[str, tuple[Value, ...]], Value], ...] = ()
    function: str = ""


# -- what may come next ------------------------------------------------------------------------------------------

Label = tuple[tuple[str, int], ...]
"""Draws by place and outcome."""


@attrs.frozen
class Draw:
    """Chance decides: (probability, outcome, what then)."""

    branches: tuple[tuple[Size, tuple[str, int], Tree], ...]


@attrs.frozen
class Pick:
    """Nobody knows what decides."""

    branches: tuple[Tree, ...]


@attrs.frozen
class Such:
    """Something is chosen by nobody knows whom, so that `conditions >= 0` hold."""

    conditions: tuple[Size, ...]
    then: Tree


@attrs.frozen
class Guard:
    """`condition >= 0` decides."""

    condition: Size
    then: Tree
    orelse: Tree


Asked = tuple[tuple[str, int], ...]
"""How often primitives have been called on the way."""


@attrs.frozen
class At:
    """The head of a loop is reached."""

    state: State
    asked: Asked = ()


@attrs.frozen
class Ended:
    """The function has returned a value; what is known of oracles then."""

    value: Value
    known: tuple[tuple[tuple[str, tuple[Value, ...]], Value], ...] = ()
    asked: Asked = attrs.field(default=(), eq=False)


@attrs.frozen
class Calls:
    """Stands among the ends for the calls of a primitive: its probability is their expected number."""

    primitive: str


UNTOLD = Calls("")
"""Calls of which the expected number is not known."""


Tree = Draw | Pick | Such | Guard | At | Ended


@attrs.frozen
class Path:
    """One way through a tree: conditions (sizes >= 0), the probability, the draws, and where it ends."""

    guards: tuple[Size, ...]
    weight: Size
    label: Label
    target: At | Ended


def paths(tree: Tree, negated: Mapping[Size, Size] | None = None) -> list[Path]:
    """All ways through a tree. A condition that fails is `-condition - 1 >= 0`: sizes in conditions are integers."""
    from aalpl.program.size import ONE

    found: list[Path] = []
    waiting: list[tuple[Tree, tuple[Size, ...], Size, Label]] = [(tree, (), ONE, ())]
    while waiting:
        node, guards, weight, label = waiting.pop()
        match node:
            case Draw(branches):
                waiting.extend((t, guards, weight * w, (*label, o)) for w, o, t in branches)
            case Guard(condition, then, orelse):
                waiting.append((then, (*guards, condition), weight, label))
                waiting.append((orelse, (*guards, -condition - 1), weight, label))
            case Such(conditions, then):
                waiting.append((then, (*guards, *conditions), weight, label))
            case Pick(branches):
                waiting.extend((t, guards, weight, label) for t in branches)
            case At() | Ended():
                found.append(Path(guards, weight, label, node))
    return found[::-1]
