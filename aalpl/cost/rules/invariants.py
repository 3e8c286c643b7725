"""What holds at each location whenever a run is there: linear inequalities, proved inductive.

Guesses are kept as long as they follow, behind every jump, from what is kept at the location before, the guard and the laws
of draws; whatever does not is dropped, until nothing is (Flanagan and Leino, *Houdini*, 2001). What remains holds at the
first visit of a location and is handed on at each later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aalpl.cost.rules.candidates import candidates
from aalpl.cost.rules.entail import Budget, Facts
from aalpl.cost.rules.laws import support
from aalpl.cost.rules.linear import conjunction
from aalpl.cost.rules.nodes import Rule, Rules
from aalpl.cost.rules.polynomial import is_polynomial
from aalpl.cost.sizes.known import Known
from aalpl.program.size import Size, sym

PROGRAMS = 150


def invariants(
    system: Rules, known: Known | Sequence[Size] | None = None, programs: int = PROGRAMS
) -> Mapping[str, tuple[Size, ...]]:
    """For each location with rules, sizes that are >= 0 there in every run; at most so many linear programs are asked."""
    first = entry(system, known)
    real = tuple(
        size for size in first if not size.free.isdisjoint(system.parameters)
    )  # no integers: kept apart
    first = tuple(size for size in first if size not in real)
    always = tuple(size for size in first if size.free <= system.constants)
    again = any(jump.target == system.start for rule in system.rules for jump in rule.jumps)
    kept = candidates(system, always if again else first)
    for sizes in kept.values():
        for size in (*always, *(guess for guess in sizes if not guess.free.isdisjoint(system.parameters))):
            sizes.pop(size, None)
    kept[system.start] = dict.fromkeys(always if again else first)
    _inductive(system, kept, always, Budget(programs))
    return {
        place: (*real, *(conjunction((*always, *sizes)) or (*always, *sizes)))
        for place, sizes in kept.items()
    }


def entry(system: Rules, known: Known | Sequence[Size] | None) -> tuple[Size, ...]:
    """What is known at the start, of the variables there."""
    names = {*system.variables, *system.parameters}
    told = [*system.facts]
    if isinstance(known, Sequence):
        told += known
    elif known is not None:
        told += [*known.facts, *known.equalities, *(-size for size in known.equalities)]
    return tuple(dict.fromkeys(size for size in told if size.free <= names and is_polynomial(size)))


def _inductive(
    system: Rules, kept: dict[str, dict[Size, None]], always: tuple[Size, ...], budget: Budget
) -> None:
    """Drops guesses until the rest is inductive."""
    rules = [rule for rule in system.rules if rule.source in kept]
    waiting = dict.fromkeys(range(len(rules)))
    while waiting:
        number = next(iter(waiting))
        del waiting[number]
        rule = rules[number]
        told = (*kept[rule.source], *always, *rule.guard, *drawn(rule))
        facts = Facts(size for size in told if size.free.isdisjoint(system.parameters))
        if facts.dead:
            continue
        for jump in rule.jumps:
            if jump.target not in kept or jump.target == system.start:
                continue
            values = dict(jump.values)
            lost = [size for size in kept[jump.target] if not facts.imply(size.replace(values), budget)]
            for size in lost:
                del kept[jump.target][size]
            if lost:
                again = (i for i, other in enumerate(rules) if other.source == jump.target)
                waiting.update(dict.fromkeys(again))


def drawn(rule: Rule) -> Iterable[Size]:
    """What the laws of its draws say of their values."""
    for name, law in rule.draws:
        low, high = support(law)
        if low is not None:
            yield sym(name) - low
        if high is not None:
            yield high - sym(name)
