"""Small numbers that satisfy all hypotheses and break a goal: witnesses that a condition fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from aalpl.program.prove import Facts
from aalpl.program.size import Size, sym

_TRIES = 4000
_HIGHEST = 7
_CONDITIONS = 40
_EDGES = 9
_SYMBOLS = 10


def counterexample(facts: Facts, goal: Size, symbols: Sequence[str] = ()) -> dict[str, int] | None:
    """Values with every hypothesis that bears on the goal at least 0 and `goal < 0`, small ones first, else None.

    Besides the symbols of the goal and of those hypotheses, `symbols` get values. Members of families are not
    tried: a goal about them has no counterexample here."""
    goal = facts.rewritten(goal)
    if goal.free & _families(facts) or facts.contradictory:
        return None
    needed = set(goal.free).union(*(facts.rewritten(sym(name)).free for name in symbols))
    conditions = [size for size in facts.related(needed, _CONDITIONS) if not size.free & _families(facts)]
    needed = needed.union(*(size.free for size in conditions))
    rewritten = {name: value for name, value in facts.rules if value.free <= needed}
    if needed & facts.reals or len(needed) > _SYMBOLS:
        return None
    order = _order(needed, [*conditions, -goal - 1])
    search = _Search(order, conditions, goal)
    for highest in (2, 4, _HIGHEST):
        found = search.run(highest)
        if found is not None:
            return _complete(found, rewritten)
        if search.tries > _TRIES:
            return None
    return None


def _families(facts: Facts) -> frozenset[str]:
    return frozenset(name for name, _ in facts.families)


def _complete(found: dict[str, int], rules: Mapping[str, Size]) -> dict[str, int] | None:
    """With the symbols that equations define; None where one would not be an integer."""
    result = dict(found)
    for name, value in rules.items():
        number = _number(value, found)
        if number is None or number != int(number):
            return None
        result[name] = int(number)
    return result


def _order(names: Iterable[str], conditions: Sequence[Size]) -> list[str]:
    """Symbols that stand in many conditions first, so that these cut early."""
    counts = {name: sum(name in size.free for size in conditions) for name in names}
    return sorted(counts, key=lambda name: (-counts[name], name))


class _Search:
    """Depth-first over assignments; a condition is tested as soon as its last symbol has a value."""

    def __init__(self, order: list[str], conditions: Sequence[Size], goal: Size) -> None:
        self.order = order
        self.goal = goal
        self.tries = 0
        place = {name: i for i, name in enumerate(order)}
        self.tests: list[list[Size]] = [[] for _ in order]
        for size in conditions:
            if size.free:
                self.tests[max(place[name] for name in size.free)].append(size)
        self.edges = {name: _edges(name, [*conditions, goal]) for name in order}
        self.lowest = {name: 0 if _bounded(name, conditions) else -2 for name in order}

    def run(self, highest: int) -> dict[str, int] | None:
        return self._extend({}, 0, highest)

    def _extend(self, values: dict[str, int], depth: int, highest: int) -> dict[str, int] | None:
        if depth == len(self.order):
            broken = _number(self.goal, values)
            return dict(values) if broken is not None and broken < 0 else None
        name = self.order[depth]
        for value in (
            *range(self.lowest[name], highest + 1),
            *(self.edges[name] if highest == _HIGHEST else ()),
        ):
            self.tries += 1
            if self.tries > _TRIES:
                return None
            values[name] = value
            if all(
                (number := _number(size, values)) is not None and number >= 0 for size in self.tests[depth]
            ):
                found = self._extend(values, depth + 1, highest)
                if found is not None:
                    return found
        values.pop(name, None)
        return None


def _edges(name: str, sizes: Iterable[Size]) -> list[int]:
    """Values around the numbers that the conditions on a symbol hold, beyond the small ones."""
    numbers = {abs(size.whole.get((), 0)) for size in sizes if name in size.free}
    near = {number + step for number in numbers for step in (-1, 0, 1)}
    return sorted(value for value in near if value > _HIGHEST)[:_EDGES]


def _bounded(name: str, conditions: Sequence[Size]) -> bool:
    """Whether some condition keeps the symbol from being negative on its own."""
    here = sym(name)
    return any((c := (size - here).constant()) is not None and c <= 0 for size in conditions)


def _number(size: Size, at: Mapping[str, int]) -> Fraction | float | None:
    try:
        return size.value(at)
    except (KeyError, ZeroDivisionError, ValueError):
        return None
