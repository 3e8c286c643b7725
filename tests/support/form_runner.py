"""Runs integer forms with concrete numbers: what each call reads and writes, from what was observed.

Written from the meaning of the form alone, without any of the analysis, as an oracle for it. A number that nobody
knows (the outcome of a comparison of texts) is None; a branch or loop that depends on one asks for `taken` or `T`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction

import attrs

from aalpl.cost.form import nodes as f
from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym

Value = int | Fraction | None
Array = Callable[..., Value]
Observe = Callable[[str, tuple[int, ...]], int | None]


@attrs.frozen
class Ran:
    """One call: where, who, how many tokens in and out, and the model's weight, member and shared prefix."""

    place: str
    primitive: str
    inputs: Value
    outputs: Value
    weight: Value = attrs.field(default=None, eq=False)
    member: Value = attrs.field(default=None, eq=False)
    hit: Value = attrs.field(default=None, eq=False)


class Left(Exception):
    """The function has returned."""


class Lost(Exception):
    """A `Beyond` was reached, or something was asked that nobody observed."""


@attrs.define
class Runner:
    """Forms, sizes and arrays that are fixed for the run, and whoever tells what was observed."""

    forms: Mapping[str, f.Form]
    fixed: Mapping[str, object]
    observe: Observe
    events: list[Ran] = attrs.field(factory=list)
    disagreements: list[str] = attrs.field(factory=list)
    recorded: dict[tuple[str, tuple[int, ...]], int] = attrs.field(
        factory=dict
    )  # as a run with observe=True has them
    fuel: int = 200_000


@attrs.define
class Frame:
    """One activation: its variables and arrays, the indices of the loops around, and the calls that led here."""

    runner: Runner
    form: f.Form
    values: dict[str, Value]
    arrays: dict[str, Array]
    indices: tuple[int, ...]
    via: str

    # -- sizes -----------------------------------------------------------------------------------------------------

    def value(self, size: Size, bound: Mapping[str, int] | None = None) -> Value:
        """The number that a size is now."""
        total: Value = Fraction(0)
        for monomial, coefficient in size.terms.items():
            product: Value = coefficient
            for atom, exponent in monomial:
                product = times(product, raised(self.atom(atom, bound or {}), exponent))
            total = None if total is None or product is None else total + product
        return total

    def atom(self, atom: Atom, bound: Mapping[str, int]) -> Value:
        match atom:
            case Sym(name):
                return bound[name] if name in bound else self.variable(name)
            case Indexed(name, indices):
                places = [self.value(index, bound) for index in indices]
                return None if None in places else self.array(name)(*map(whole, places))
            case Apply(function, args):
                return applied(function, [self.value(arg, bound) for arg in args])
            case Big(operator, index, low, high, body):
                first, last = self.value(low, bound), self.value(high, bound)
                if first is None or last is None:
                    return None
                run = range(math.ceil(first), math.floor(last) + 1)
                return folded(operator, [self.value(body, {**bound, index: i}) for i in run])
            case Given(condition):
                found = self.value(condition, bound)
                return None if found is None else int(found >= 0)

    def variable(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        return self.runner.fixed.get(name, 0)  # type: ignore[return-value]

    def array(self, name: str) -> Array:
        if name in self.arrays:
            return self.arrays[name]
        found = self.runner.fixed.get(name)
        return found if callable(found) else lambda *_: 0

    def holds(self, condition: f.Condition) -> bool | None:
        match condition:
            case f.Holds(size):
                found = self.value(size)
                return None if found is None else found >= 0
            case f.All(parts):
                known = [self.holds(part) for part in parts]
                return False if False in known else (None if None in known else True)
            case f.Any(parts):
                known = [self.holds(part) for part in parts]
                return True if True in known else (None if None in known else False)

    # -- steps -----------------------------------------------------------------------------------------------------

    def run(self, steps: f.Steps) -> None:
        for step in steps:
            self.runner.fuel -= 1
            if not self.runner.fuel:
                raise Lost("too many steps")
            self.step(step)

    def observed(self, kind: str, place: str, *more: int) -> int | None:
        key = (f"{kind}@{place}{self.via}", (*self.indices, *more))
        found = self.runner.observe(*key)
        if found is not None:
            self.runner.recorded[key] = found
        return found

    def record(self, kind: str, place: str, value: int) -> None:
        self.runner.recorded[f"{kind}@{place}{self.via}", self.indices] = value

    def step(self, step: f.Step) -> None:
        match step:
            case f.Set(pairs):
                self.values.update([(name, self.value(size)) for name, size in pairs])
            case f.Fill():
                self.arrays[step.array] = self.filled(step)
            case f.Store(array, index, size, more):
                at, new = tuple(whole(self.value(i)) for i in (index, *more)), self.value(size)
                self.arrays[array] = stored(self.array(array), at, new)
            case f.Havoc():
                self.havoc(step)
            case f.HavocArray(array=array, place=place):
                found = {}
                self.arrays[array] = lambda *at: found.setdefault(at, self.observed("elem", place, *at))
            case f.Event():
                self.event(step)
            case f.Branch():
                self.run(step.then if self.taken(step) else step.orelse)
            case f.Count():
                self.count(step)
            case f.Cycle():
                self.cycle(step)
            case f.Fork():
                self.fork(step)
            case f.Invoke():
                self.invoke(step)
            case f.Leave():
                raise Left
            case f.Beyond(reason):
                raise Lost(reason)

    def filled(self, step: f.Fill) -> Array:
        then = attrs.evolve(self, values=dict(self.values), arrays=dict(self.arrays))
        known: dict[tuple[int, ...], Value] = {}

        def at(*places: int) -> Value:
            if places not in known:
                known[places] = then.value(
                    step.value, dict(zip((step.index, *step.more), places, strict=True))
                )
            return known[places]

        return at

    def havoc(self, step: f.Havoc) -> None:
        found = None if step.kind == "opaque" else self.observed(step.kind, step.place)
        self.values[step.variable] = found
        if found is not None:
            low = None if step.low is None else self.value(step.low)
            high = None if step.high is None else self.value(step.high)
            if (low is not None and found < low) or (high is not None and found > high):
                self.runner.disagreements.append(
                    f"{step.kind}@{step.place} = {found} is not in {low}..{high}"
                )

    def event(self, step: f.Event) -> None:
        self.runner.events.append(
            Ran(
                step.place,
                step.primitive,
                self.value(step.inputs),
                self.value(step.outputs),
                self.value(step.weight),
                None if step.member is None else self.value(step.member),
                None if step.hit is None else self.value(step.hit),
            )
        )

    def taken(self, step: f.Branch) -> bool:
        seen = self.observed("taken", step.place)
        found = self.decided(self.holds(step.condition), f"taken@{step.place}", seen)
        self.record("taken", step.place, int(found))
        return found

    def decided(self, found: bool | None, name: str, seen: int | None) -> bool:
        if found is None:
            if seen is None:
                raise Lost(f"{name}{self.via} at {self.indices} is not known")
            return bool(seen)
        if seen is not None and bool(seen) != found:
            self.runner.disagreements.append(f"{name} at {self.indices}: observed {seen}, decided {found}")
        return found

    def inside(self, index: int) -> Frame:
        """The same activation, one loop further in."""
        return attrs.evolve(self, indices=(*self.indices, index))

    def count(self, step: f.Count) -> None:
        low, high, by = (whole(self.value(size)) for size in (step.low, step.high, step.step))
        for rounds, i in enumerate(range(low, high + 1, by), 1):
            self.record("T", step.place, rounds)
            self.values[step.index] = i
            self.inside(i).run(step.body)

    def cycle(self, step: f.Cycle) -> None:
        seen = self.observed("T", step.place)
        rounds = 0
        while True:
            self.record("T", step.place, rounds + 1 if step.kind == "repeat" else rounds)
            here = self.inside(rounds)
            here.run(step.before)
            done = rounds + 1 if step.kind == "repeat" else rounds
            found = here.holds(step.condition)
            if not self.decided(found, f"T@{step.place}", None if seen is None else int(done < seen)):
                return
            here.run(step.body)
            rounds += 1

    def fork(self, step: f.Fork) -> None:
        low, high = whole(self.value(step.low)), whole(self.value(step.high))
        branches: dict[int, Frame] = {}
        for i in range(low, high + 1):
            branch = attrs.evolve(self, values=dict(self.values), arrays=dict(self.arrays)).inside(i)
            branch.values[step.index] = i
            branch.run(step.body)
            branches[i] = branch
        for name in step.results:
            self.arrays[name] = of_branches(branches, name)
        self.run(step.joins)

    def invoke(self, step: f.Invoke) -> None:
        form = self.runner.forms[step.function]
        values = {name: self.value(size) for name, size in step.args}
        arrays = {fill.array: self.filled(fill) for fill in step.arrays}
        callee = Frame(self.runner, form, values, arrays, self.indices, f"<{step.place}{self.via}")
        callee.whole_body()
        self.values.update([(mine, callee.values.get(theirs, 0)) for mine, theirs in step.results])
        self.arrays.update([(mine, callee.array(theirs)) for mine, theirs in step.array_results])

    def whole_body(self) -> None:
        with suppress(Left):
            self.run(self.form.body)


def ran(forms: Mapping[str, f.Form], function: str, entry: Mapping[str, object], observe: Observe) -> Runner:
    """Runs a function entered with `entry` (sizes, variables, arrays as callables)."""
    runner = Runner(forms, entry, observe)
    frame = Frame(runner, forms[function], {}, {}, (), "")
    frame.run(forms[function].opening)
    frame.whole_body()
    return runner


def run(
    forms: Mapping[str, f.Form], function: str, entry: Mapping[str, object], observe: Observe
) -> tuple[list[Ran], list[str]]:
    """The events of a function, and where the form and what was observed disagreed."""
    runner = ran(forms, function, entry, observe)
    return runner.events, runner.disagreements


# -- numbers -------------------------------------------------------------------------------------------------------


def times(left: Value, right: Value) -> Value:
    if left == 0 or right == 0:
        return Fraction(0)
    return None if left is None or right is None else left * right


def raised(value: Value, exponent: int) -> Value:
    return None if value is None else Fraction(value) ** exponent


def whole(value: Value) -> int:
    if value is None:
        raise Lost("a bound or an index is not known")
    assert Fraction(value).denominator == 1, value
    return int(value)


def applied(function: str, args: list[Value]) -> Value:
    if None in args:
        return None
    known = [Fraction(arg) for arg in args if arg is not None]
    match function:
        case "floor":
            return math.floor(known[0])
        case "ceil":
            return math.ceil(known[0])
        case "min":
            return min(known)
        case "max":
            return max(known)
        case "abs":
            return abs(known[0])
        case "mod":
            return known[0] - known[1] * math.floor(known[0] / known[1])
        case "pow":
            return known[0] ** int(known[1])
        case _:
            return Fraction(math.log(known[0]))


def folded(operator: str, values: list[Value]) -> Value:
    if operator == "prod":
        product: Value = Fraction(1)
        for value in values:
            product = times(product, value)
        return product
    if None in values:
        return None
    known = [value for value in values if value is not None]
    match operator:
        case "sum":
            return sum(known, Fraction(0))
        case "max":
            return max(known, default=Fraction(0))
        case _:
            return min(known, default=Fraction(0))


def stored(old: Array, at: tuple[int, ...], new: Value) -> Array:
    return lambda *places: new if places == at else old(*places)


def of_branches(branches: Mapping[int, Frame], name: str) -> Array:
    """The results of branches: a variable by the branch, an array by the branch and its own indices.

    Of no branch 0: where a list is pieced together the other piece is asked for too, and multiplied by 0."""

    def at(branch: int, *places: int) -> Value:
        frame = branches.get(branch)
        if frame is None:
            return 0
        return frame.array(name)(*places) if places else frame.variable(name)

    return at
