"""From lines as written to rules: names for positions, draws with few values as outcomes."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.koat.nodes import Branch, Drawn, Line, System, Target
from aalpl.cost.koat.tokens import wrong
from aalpl.cost.rules.laws import chances, parameters, translated
from aalpl.cost.rules.nodes import END, Jump, Outcome, Rule, Rules
from aalpl.cost.rules.plain import mapped
from aalpl.program.size import ONE, ZERO, Size, const, sym
from aalpl.program.types import Law

OUTCOMES = 64


def built(system: System) -> Rules:
    """The rules of a system."""
    arity = _arities(system)
    start = system.start or system.lines[0].place
    if start not in {line.place for line in system.lines}:
        raise wrong(f"no rule starts at `{start}`", system.lines[0].span, "write one, or name another start")
    names = _positions(system, start, max(arity.values(), default=0))
    builder = _Builder(names, {line.place for line in system.lines})
    rules: list[Rule] = []
    for line in system.lines:
        rules += builder.rules(line)
    chance = [o.probability for rule in rules for o in rule.outcomes if o.probability is not None]
    laws = [size for rule in rules for _, law in rule.draws for size in parameters(law)]
    free = {name for size in (*chance, *laws) for name in size.free} - set(names)
    facts = [fact for size in chance if size.free <= free for fact in (size, 1 - size)]
    return Rules(
        builder.place(start),
        names,
        tuple(rules),
        tuple(sorted(free - {name for rule in rules for name, _ in rule.draws})),
        facts=tuple(dict.fromkeys(fact for fact in facts if fact.constant() is None)),
    )


def _arities(system: System) -> dict[str, int]:
    """How many arguments each location has, everywhere alike."""
    found: dict[str, int] = {}
    heads = [(line.place, len(line.names), line.span) for line in system.lines]
    bodies = [
        (target.place, len(target.args), target.span)
        for line in system.lines
        for branch in line.branches
        for target in branch.targets
    ]
    for place, number, span in (*heads, *bodies):
        if found.setdefault(place, number) != number:
            noun = "argument" if found[place] == 1 else "arguments"
            title = f"`{place}` has {found[place]} {noun} elsewhere, {number} here"
            raise wrong(title, span, "give it the same number everywhere", "system-arity")
    return found


def _positions(system: System, start: str, width: int) -> tuple[str, ...]:
    """A name for each position: as at the start, then as declared, then a new one."""
    first = next(line.names for line in system.lines if line.place == start)
    names: list[str] = []
    for i in range(width):
        told = [*first[i : i + 1], *system.variables[i : i + 1], f"v{i}"]
        names.append(
            next(name for name in (*told, *(f"v{i}_{j}" for j in range(width + 1))) if name not in names)
        )
    return tuple(names)


@attrs.frozen
class _Builder:
    names: tuple[str, ...]
    sources: set[str]

    def place(self, place: str) -> str:
        """A location's name; `end` is where nothing follows."""
        if place == END and END in self.sources:
            return next(name for i in range(2, 999) if (name := f"{END}_{i}") not in self.sources)
        return place

    def rules(self, line: Line) -> list[Rule]:
        """The rules of a line, one for each way in which its guard may hold."""
        put, same = self._bound(line)
        outcomes = [self._outcome(branch, put) for branch in line.branches]
        self._complete(line, outcomes)
        rule = Rule(
            self.place(line.place),
            tuple(same),
            line.cost.replace(put),
            tuple(outcomes),
            line=line.span.line,
        )
        for drawn in line.drawn:
            rule = _with_draw(rule, drawn, put, line)
        return [
            attrs.evolve(rule, guard=(*rule.guard, *(size.replace(put) for size in guard)))
            for guard in line.guards
        ]

    def _bound(self, line: Line) -> tuple[dict[str, Size], list[Size]]:
        """The names of a line as those of positions; other names apart from them; what equal names say."""
        put: dict[str, Size] = {}
        same: list[Size] = []
        for name, position in zip(line.names, self.names, strict=False):
            if name in put:
                difference = sym(position) - put[name]
                same += [difference, -difference]
            else:
                put[name] = sym(position)
        sizes = [*(size for guard in line.guards for size in guard), line.cost]
        sizes += [arg for branch in line.branches for target in branch.targets for arg in target.args]
        taken = set(self.names)
        for name in sorted({name for size in sizes for name in size.free} - put.keys()):
            new = name
            while new in taken:
                new += "'"
            taken.add(new)
            put[name] = sym(new)
        return put, same

    def _outcome(self, branch: Branch, put: Mapping[str, Size]) -> Outcome:
        one, *more = (self._jump(target, put) for target in branch.targets)
        chance = branch.probability
        return Outcome(one.target, one.values, None if chance is None else chance.replace(put), tuple(more))

    def _jump(self, target: Target, put: Mapping[str, Size]) -> Jump:
        values: list[tuple[str, Size]] = []
        for name, arg, added in zip(self.names, target.args, target.added, strict=False):
            value = arg.replace(put) + (sym(name) if added else ZERO)
            if value.under != 1 or any(e < 0 for m in value.whole for _, e in m):
                hint = "write a polynomial with whole coefficients"
                raise wrong("an argument that may be no integer", target.span, hint, "system-feature")
            if value != sym(name):
                values.append((name, value))
        return Jump(self.place(target.place), tuple(sorted(values)))

    def _complete(self, line: Line, outcomes: list[Outcome]) -> None:
        """Probabilities add up to 1."""
        if len(outcomes) == 1 and outcomes[0].probability is None:
            return
        total = ZERO
        for outcome, branch in zip(outcomes, line.branches, strict=True):
            if outcome.probability is None:
                hint = "write one, as in `1/2:g(x)`"
                raise wrong("a branch without a probability", branch.span, hint, "system-probability")
            number = outcome.probability.constant()
            if number is not None and not 0 <= number <= 1:
                hint = "write one from 0 to 1"
                raise wrong(f"{number} is no probability", branch.span, hint, "system-probability")
            total = total + outcome.probability
        if total != 1:
            hint = "make them add up to 1"
            raise wrong(f"the probabilities add up to {total}", line.span, hint, "system-probability")


def _with_draw(rule: Rule, drawn: Drawn, put: Mapping[str, Size], line: Line) -> Rule:
    """The rule with a draw: as an outcome for each value where these are few."""
    renamed = str(put.get(drawn.name, sym(drawn.name)))
    if isinstance(drawn.law, tuple):
        few = [(const(value), chance) for value, chance in drawn.law]
    else:
        law: Law = translated(drawn.law, lambda size: size.replace(put))
        few = chances(law)
        if not few:
            return attrs.evolve(rule, draws=(*rule.draws, (renamed, law)))
    touched = [o for o in rule.outcomes if any(renamed in v.free for j in o.jumps for _, v in j.values)]
    if len(rule.outcomes) + len(touched) * len(few) > OUTCOMES:
        raise wrong("too many outcomes", line.span, "write several rules", "system-feature")
    outcomes: list[Outcome] = []
    for outcome in rule.outcomes:
        if outcome not in touched:
            outcomes.append(outcome)
            continue
        for value, chance in few:
            one = attrs.evolve(rule, outcomes=(outcome,))
            (changed,) = mapped(one, lambda size, v=value: size.replace({renamed: v})).outcomes  # type: ignore[misc]
            weight = (outcome.probability or ONE) * chance
            outcomes.append(attrs.evolve(changed, probability=weight))
    return attrs.evolve(rule, outcomes=tuple(outcomes))
