"""What may hold at a location: guesses, cheap and many, of which the inductive ones are kept.

Behind a jump: the guard of its rule, read over the values after it; that a variable is, is at least or is at most what it was
set to. For two variables that change by opposite or equal steps: that their sum or difference stays what it was at first.
That a variable is not negative. What was guessed at a location is guessed behind it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from itertools import combinations

from aalpl.cost.rules.laws import support
from aalpl.cost.rules.linear import tight
from aalpl.cost.rules.nodes import Jump, Rule, Rules
from aalpl.program.size import ZERO, Size, Sym, const, sym

ROUNDS = 3
MANY = 40

Guesses = dict[str, dict[Size, None]]


def candidates(system: Rules, facts: Iterable[Size]) -> Guesses:
    """Guesses at every location but the start, where `facts` are what holds."""
    places = dict.fromkeys(jump.target for rule in system.rules for jump in rule.jumps)
    found: Guesses = {place: {} for place in places if place != system.start}
    found[system.start] = dict.fromkeys(facts)
    jumps = [(rule, jump) for rule in system.rules for jump in rule.jumps if jump.target != system.start]
    variables = frozenset(system.variables)
    changing = sorted(variables - system.constants)
    sources = {rule.source for rule in system.rules}
    for rule, jump in jumps:
        if jump.target in sources:
            _add(found[jump.target], _behind(rule, jump, variables))
    balanced: dict[frozenset[str], list[Size]] = {}
    for place in found:
        if place in sources:
            component = frozenset(reaching(system, place) & reached(system, place))
            if component not in balanced:
                balanced[component] = list(_balanced(system, component, changing))
            _add(found[place], balanced[component])
            if place != system.start:
                _add(found[place], (sym(name) for name in changing))
    for _ in range(ROUNDS):
        for rule, jump in jumps:
            if jump.target in sources:
                back = undone(jump, variables)
                _add(found[jump.target], _images(list(found[rule.source]), jump, back, variables))
    return {place: sizes for place, sizes in found.items() if place in sources}


def _add(to: dict[Size, None], sizes: Iterable[Size]) -> None:
    found = iter(sizes)
    while len(to) < MANY and (size := next(found, None)) is not None:
        if size.constant() is None and _linear(size):
            to[tight(size)] = None


def _linear(size: Size) -> bool:
    return all(sum(e for _, e in m) <= 1 and all(isinstance(a, Sym) for a, _ in m) for m in size.whole)


def _behind(rule: Rule, jump: Jump, variables: frozenset[str]) -> Iterable[Size]:
    for at in _ends(rule, jump, variables):
        near = Jump(jump.target, tuple((name, value.replace(at)) for name, value in jump.values))
        yield from _images(rule.guard, jump, undone(near, variables), variables)
        yield from _set(near, variables)
        yield from _multiples(near, variables)


def _ends(rule: Rule, jump: Jump, variables: frozenset[str]) -> list[dict[str, Size]]:
    """The least and the largest of what is drawn or decided in a jump, where they are numbers; else nothing at all."""
    laws = dict(rule.draws)
    names = {name for _, value in jump.values for name in value.free} - variables
    low: dict[str, Size] = {}
    high: dict[str, Size] = {}
    for name in sorted(names):
        first, last = support(laws[name]) if name in laws else _range(name, rule)
        low.update({} if first is None else {name: first})
        high.update({} if last is None else {name: last})
    return [low, high] if low or high else [{}]


def _range(name: str, rule: Rule) -> tuple[Size | None, Size | None]:
    """The numbers between which a guard says that a name is."""
    lows = [-number for size in rule.guard if (number := (size - sym(name)).constant()) is not None]
    highs = [number for size in rule.guard if (number := (size + sym(name)).constant()) is not None]
    return (const(max(lows)) if lows else None, const(min(highs)) if highs else None)


def _set(jump: Jump, variables: frozenset[str]) -> Iterable[Size]:
    """What was set, where it is still said in what is there."""
    values = dict(jump.values)
    for name, value in values.items():
        if value.free <= variables and not value.free & values.keys():
            yield sym(name) - value
            yield value - sym(name)


def _multiples(jump: Jump, variables: frozenset[str]) -> Iterable[Size]:
    """What was set to a multiple of c, and is positive, is at least c."""
    for name, value in jump.values:
        if len(value.whole) == 1 and value.free.isdisjoint(variables):
            (number,) = value.whole.values()
            if number > 1 and value.under == 1:
                yield sym(name) - number


def undone(jump: Jump, variables: frozenset[str]) -> dict[str, Size]:
    """What variables were before a jump, over what they are after it, as far as that is easily said."""
    values = dict(jump.values)
    back: dict[str, Size] = {}
    for name, value in values.items():
        step = value - sym(name)
        if name not in step.free and step.free <= variables - values.keys():
            back[name] = sym(name) - step
        elif value.free <= variables and len(value.free) == 1:  # a copy of another one
            (other,) = value.free
            if other != name and other in values and value == sym(other) and other not in back:
                back[other] = sym(name)
    return back


def _images(
    sizes: Iterable[Size], jump: Jump, back: Mapping[str, Size], variables: frozenset[str]
) -> Iterable[Size]:
    lost = dict(jump.values).keys() - back.keys()
    for size in sizes:
        if size.free <= variables and not size.free & lost:
            yield size.replace(back)


def _balanced(system: Rules, component: frozenset[str], changing: list[str]) -> Iterable[Size]:
    """Sums and differences of two variables that no jump inside the loop changes, and what they are at first."""
    inner, outer = _around(system, component)
    if not inner:
        return
    numbers: dict[Size, int] = {ZERO: 0}  # of steps, which are compared often
    after = [dict(jump.values) for jump in inner]
    changes = {name: [_step(name, values) for values in after] for name in changing}
    steps = {name: _numbered(found, numbers) for name, found in changes.items()}
    back = {name: _numbered((-step for step in found), numbers) for name, found in changes.items()}
    for one, two in combinations(changing, 2):
        forms = [sym(one) + sym(two)] if steps[one] == back[two] else []
        forms += [sym(one) - sym(two)] if steps[one] == steps[two] else []
        for form in forms:
            for jump in outer:
                at_first = form.replace(dict(jump.values))
                if at_first.free <= system.constants:
                    yield form - at_first
                    yield at_first - form
        yield from _at_times(one, two, steps[one], (back[two], steps[two]), outer, system)


def _numbered(steps: Iterable[Size], numbers: dict[Size, int]) -> tuple[int, ...]:
    """Steps by numbers: the same number for equal ones."""
    return tuple(numbers.setdefault(step, len(numbers)) for step in steps)


def _at_times(
    one: str,
    two: str,
    steps: tuple[int, ...],
    against: tuple[tuple[int, ...], tuple[int, ...]],
    outer: list[Jump],
    system: Rules,
) -> Iterable[Size]:
    """Of a sum (difference) that only some jumps leave as it is: that it stays on the side of a fact on which it begins.

    `against` are the steps of the other variable, backwards and forwards."""
    for sign, other in zip((1, -1), against, strict=True):
        same = [mine != 0 and mine == its for mine, its in zip(steps, other, strict=True)]
        if not any(same) or all(same):
            continue
        form = sym(one) + sign * sym(two)
        for jump in outer:
            at_first = form.replace(dict(jump.values))
            if at_first.free <= system.constants:
                for fact in system.facts:
                    if at_first.free & fact.free or (not at_first.free and len(fact.free) > 1):
                        yield fact + at_first - form
                        yield fact + form - at_first


def _step(name: str, values: Mapping[str, Size]) -> Size:
    """By how much a jump with these values changes a variable."""
    return values[name] - sym(name) if name in values else ZERO


def around(system: Rules, place: str) -> tuple[list[Jump], list[Jump]]:
    """The jumps inside the component of a location, and those that lead into it."""
    return _around(system, reaching(system, place) & reached(system, place))


def _around(system: Rules, component: Set[str]) -> tuple[list[Jump], list[Jump]]:
    inner: list[Jump] = []
    outer: list[Jump] = []
    for rule in system.rules:
        for jump in rule.jumps:
            if jump.target in component:
                (inner if rule.source in component else outer).append(jump)
    return inner, outer


def reached(system: Rules, place: str) -> set[str]:
    """Locations that can be reached from one, itself among them."""
    return _closure(place, [(rule.source, jump.target) for rule in system.rules for jump in rule.jumps])


def reaching(system: Rules, place: str) -> set[str]:
    """Locations from which one can be reached, itself among them."""
    return _closure(place, [(jump.target, rule.source) for rule in system.rules for jump in rule.jumps])


def _closure(place: str, edges: list[tuple[str, str]]) -> set[str]:
    seen = {place}
    waiting = [place]
    while waiting:
        here = waiting.pop()
        for source, target in edges:
            if source == here and target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen
