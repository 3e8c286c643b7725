"""Random integer forms with every kind of step, and what decides their open numbers, as an oracle for the analysis.

A form is drawn from a seed. Its loops end, its array indices stay small, its bounds are small sizes. `decide` answers
what is decided outside within the range of the step that asks, the same each time it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import attrs

from aalpl.cost.form import nodes as f
from aalpl.program.size import ONE, ZERO, Size, big, const, indexed, maximum, minimum, sym
from aalpl.report import Source, Span

SPAN = Span(Source("form", " "), 0, 1)


@attrs.define
class Generated:
    """Forms `f` (to be analysed) and `g` (called by it), the sizes at entry, and what is decided outside."""

    forms: dict[str, f.Form]
    entry: dict[str, int]
    decide: Callable[[str, tuple[int, ...]], int | None]
    ranges: dict[str, tuple[int, int]]


def generate(seed: int, depth: int = 3, *, plain: bool = False) -> Generated:
    """The forms of a seed; `plain` ones have no lists, no calls and nothing side by side."""
    random = Random(seed)
    writer = _Writer(random, plain=plain)
    callee = writer.form("g", ("a",), depth=1, calls=False)
    main = writer.form("f", ("n", "k"), depth, calls=not plain)
    entry = {"n": random.randint(1, 4), "k": random.randint(1, 3), "w": random.randint(1, 3)}

    def decide(name: str, indices: tuple[int, ...]) -> int | None:
        place = name.split("<")[0]
        if place not in writer.ranges:
            return None
        low, high = writer.ranges[place]
        return Random(f"{seed} {name} {indices}").randint(low, high)

    return Generated({"f": main, "g": callee}, entry, decide, writer.ranges)


@attrs.define
class _Writer:
    random: Random
    ranges: dict[str, tuple[int, int]] = attrs.field(factory=dict)
    line: int = 0
    variables: int = 0
    names: list[str] = attrs.field(factory=list)
    arrays: list[str] = attrs.field(factory=list)
    calls: bool = False
    plain: bool = False

    def form(self, name: str, entry: tuple[str, ...], depth: int, *, calls: bool) -> f.Form:
        """A form with these entry variables; `x` and `y` are its variables, `A` and `B` its arrays."""
        self.calls = calls
        self.names, self.arrays = list(entry), []
        body = [*self.begin(name), *self.block(depth), self.event()]
        last = f.Set(((f"{name}.out", self.size()),), span=SPAN)
        return f.Form(name, entry, (), (f"{name}.out",), (*body, last), self.domain(entry), (), span=SPAN)

    def domain(self, entry: tuple[str, ...]) -> tuple[Size, ...]:
        """Entry variables are at least 0, the sizes of the program at least 1."""
        return (*(sym(name) for name in entry), sym("w") - 1, *(sym(n) - 1 for n in entry if n in ("n", "k")))

    def begin(self, name: str) -> list[f.Step]:
        own = [f"{name}.x", f"{name}.y"]
        start = f.Set(tuple((v, self.size()) for v in own), span=SPAN)
        arrays = [
            f.Fill(f"{name}.{v}", "j", self.size() + sym("j"), span=SPAN)
            for v in ("" if self.plain else "AB")
        ]
        self.names += own
        self.arrays += [each.array for each in arrays]
        return [start, *arrays]

    # -- sizes -----------------------------------------------------------------------------------------------------

    def name(self) -> Size:
        return sym(self.random.choice([*self.names, "w"]))

    def size(self) -> Size:
        """A small size, never negative where the variables are not."""
        pick = self.random.random()
        if pick < 0.25:
            return const(self.random.randint(0, 3))
        if pick < 0.6:
            return self.name()
        if pick < 0.75:
            return self.name() + self.random.randint(1, 2)
        if pick < 0.8:
            return maximum(0, self.name() - 1)
        if pick < 0.85:
            return minimum(self.name(), const(self.random.randint(1, 4)))
        if self.arrays and pick < 0.95:
            return indexed(self.random.choice(self.arrays), self.random.randint(0, 2))
        return self.name() + self.name()

    def bound(self) -> Size:
        return self.random.choice([sym("w"), sym("n") if "n" in self.names else sym("a"), const(2)])

    def fresh(self, what: str) -> str:
        """A variable of its own."""
        self.variables += 1
        return f"{what}{self.variables}"

    def place(self) -> str:
        self.line += 1
        return str(self.line)

    def open(self, kind: str, low: int, high: int) -> str:
        """A place at which a number in this range is decided."""
        place = self.place()
        self.ranges[f"{kind}@{place}"] = (low, high)
        return place

    # -- steps -----------------------------------------------------------------------------------------------------

    def block(self, depth: int) -> list[f.Step]:
        kinds = [self.set, self.event, self.event, self.havoc, self.grow]
        if not self.plain:
            kinds += [self.store, self.fill, self.shift]
        if depth:
            kinds += [self.branch, self.count, self.count, self.cycle, self.drain]
        if depth and not self.plain:
            kinds += [self.fork]
        if self.calls:
            kinds += [self.invoke]
        made: list[f.Step] = []
        for _ in range(self.random.randint(1, 3)):
            self.depth = depth
            found = self.random.choice(kinds)()
            made += found if isinstance(found, list) else [found]
        return made

    depth: int = 0
    forks: int = 0

    def target(self) -> str:
        return self.random.choice([name for name in self.names if "." in name])

    def array(self) -> str:
        return self.random.choice(self.arrays)

    def set(self) -> f.Step:
        return f.Set(((self.target(), self.size()),), span=SPAN)

    def grow(self) -> f.Step:
        name = self.target()
        return f.Set(((name, sym(name) + self.size().replace({name: ONE})),), span=SPAN)

    def event(self) -> f.Step:
        read = self.size()
        if self.arrays and self.random.random() < 0.15:
            read = big("sum", "j", 0, self.bound() - 1, indexed(self.array(), sym("j")))
        return f.Event(self.place(), "M", "M", sym("m"), read, self.size(), span=SPAN)

    def havoc(self) -> f.Step:
        kind = self.random.choice(["out", "pick", "size"])
        return f.Havoc(self.target(), ZERO, const(3), kind, self.open(kind, 0, 3), span=SPAN)

    def fill(self) -> f.Step:
        if self.random.random() < 0.3:
            place = self.open("elem", 0, 3)
            return f.HavocArray(self.array(), ZERO, const(3), place, span=SPAN)
        return f.Fill(self.array(), "j", indexed(self.array(), sym("j")) + self.size(), span=SPAN)

    def shift(self) -> f.Step:
        name = self.array()
        return f.Fill(name, "j", indexed(name, sym("j") + 1), span=SPAN)

    def store(self) -> f.Step:
        return f.Store(self.array(), const(self.random.randint(0, 2)), self.size(), span=SPAN)

    def condition(self) -> tuple[list[f.Step], f.Condition]:
        """A test of an open number, or of sizes."""
        if self.random.random() < 0.5:
            flag = self.fresh("flag")
            asked = f.Havoc(flag, ZERO, ONE, "pick", self.open("pick", 0, 1), span=SPAN)
            return [asked], f.Holds(sym(flag) - 1)
        tests = [f.Holds(self.size() - self.size()) for _ in range(self.random.randint(1, 2))]
        return [], self.random.choice([f.All, f.Any])(tuple(tests))

    def inner(self) -> f.Steps:
        depth = self.depth
        made = tuple(self.block(depth - 1))
        self.depth = depth
        return made

    def branch(self) -> list[f.Step]:
        asked, test = self.condition()
        then, orelse = self.inner(), self.inner()
        if not self.forks and self.random.random() < 0.1:
            out = next(name for name in self.names if "." in name).split(".")[0]
            then = (*then, f.Set(((f"{out}.out", self.size()),), span=SPAN), f.Leave(span=SPAN))
        return [*asked, f.Branch(test, then, orelse, self.place(), span=SPAN)]

    def count(self) -> f.Step:
        index = self.fresh("i")
        low = const(self.random.randint(0, 1))
        high, step = self.bound(), ONE if self.random.random() < 0.85 else const(2)
        self.names.append(index)
        body = self.inner()
        self.names.remove(index)
        return f.Count(index, low, high, step, body, self.place(), span=SPAN)

    def cycle(self) -> f.Step:
        """A loop that an open number ends."""
        place = self.open("pick", 0, 1)
        flag = self.fresh("go")
        asked = f.Havoc(flag, ZERO, ONE, "pick", place, span=SPAN)
        kind = self.random.choice(["while", "repeat"])
        body = self.inner()
        before, body = ((asked,), body) if kind == "while" else ((*body, asked), ())
        return f.Cycle(before, f.Holds(sym(flag) - 1), body, self.place(), kind, span=SPAN)

    def drain(self) -> list[f.Step]:
        """A loop over a number that falls."""
        name = self.fresh("left")
        start = f.Set(((name, self.bound()),), span=SPAN)
        less = f.Set(((name, sym(name) - 1),), span=SPAN)
        return [
            start,
            f.Cycle((), f.Holds(sym(name) - 1), (*self.inner(), less), self.place(), "while", span=SPAN),
        ]

    def fork(self) -> f.Step:
        index, result = self.fresh("b"), self.fresh("r")
        high = self.bound()
        self.names.append(index)
        self.forks += 1
        body = (*self.inner(), f.Set(((result, self.size()),), span=SPAN))
        self.forks -= 1
        self.names.remove(index)
        join = f.Set(((self.target(), big("sum", "j", 1, high, indexed(result, sym("j")))),), span=SPAN)
        workers = sym("w") if self.random.random() < 0.3 else None
        return f.Fork(index, ONE, high, workers, body, (result,), (join,), self.place(), span=SPAN)

    def invoke(self) -> f.Step:
        return f.Invoke(
            "g", (("a", self.bound()),), (), ((self.target(), "g.out"),), (), self.place(), span=SPAN
        )
