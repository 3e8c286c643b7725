"""Conditions at a state: decided by the facts, as an indicator, as facts."""

from __future__ import annotations

from aalpl.cost.engine.state import State
from aalpl.cost.form.nodes import (
    All,
    Any,
    Condition,
    Holds,
)
from aalpl.cost.sizes.known import Known
from aalpl.program.size import (
    ONE,
    Size,
    given,
)


def read_condition(condition: Condition, state: State, known: Known) -> Condition:
    """The condition at the current values."""
    match condition:
        case Holds(size):
            return Holds(state.read(size, known))
        case All(parts):
            return All(tuple(read_condition(part, state, known) for part in parts))
        case Any(parts):
            return Any(tuple(read_condition(part, state, known) for part in parts))


def decided(condition: Condition, known: Known) -> bool | None:
    """Whether the condition holds, where the facts say so."""
    match condition:
        case Holds(size):
            if known.proves(size):
                return True
            return False if known.proves(-size - 1) else None
        case All(parts):
            found = [decided(part, known) for part in parts]
            return False if False in found else (None if None in found else True)
        case Any(parts):
            found = [decided(part, known) for part in parts]
            return True if True in found else (None if None in found else False)


def narrowed(condition: Condition, known: Known) -> Condition:
    """The condition without the parts that the facts decide; it is not decided as a whole."""
    match condition:
        case Holds():
            return condition
        case All(parts):
            return All(tuple(narrowed(part, known) for part in parts if decided(part, known) is None))
        case Any(parts):
            return Any(tuple(narrowed(part, known) for part in parts if decided(part, known) is None))


def indicator(condition: Condition) -> Size:
    """1 where the condition holds, else 0."""
    match condition:
        case Holds(size):
            return given(size)
        case All(parts):
            result = ONE
            for part in parts:
                result = result * indicator(part)
            return result
        case Any(parts):
            result = ONE
            for part in parts:
                result = result * (1 - indicator(part))
            return 1 - result


def free(condition: Condition) -> frozenset[str]:
    """Names in the condition."""
    match condition:
        case Holds(size):
            return size.free
        case All(parts) | Any(parts):
            return frozenset().union(*(free(part) for part in parts))


def compared(condition: Condition) -> tuple[Size, ...]:
    """The sizes that the condition compares with 0."""
    match condition:
        case Holds(size):
            return (size,)
        case All(parts) | Any(parts):
            return tuple(size for part in parts for size in compared(part))


def facts(condition: Condition) -> tuple[Size, ...]:
    """Sizes that are >= 0 where the condition holds."""
    match condition:
        case Holds(size):
            return (size,)
        case All(parts):
            return tuple(fact for part in parts for fact in facts(part))
        case Any(parts):
            return facts(parts[0]) if len(parts) == 1 else ()


def denied(condition: Condition) -> Condition:
    """The condition that holds where this one does not (over integers)."""
    match condition:
        case Holds(size):
            return Holds(-size - 1)
        case All(parts):
            return Any(tuple(denied(part) for part in parts))
        case Any(parts):
            return All(tuple(denied(part) for part in parts))
