"""What random programs are written with: a source of chance, names, small expressions, and a note of what was used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

import attrs

DEEPEST = 1  # loops in loops


@attrs.define
class Writer:
    """Collects declarations, functions and claims while statements are written; `plain` where all values are ints and texts
    that the exploration of all behaviours follows."""

    random: Random
    loops: Mapping[str, Writing]
    budget: int  # statements that may still be written
    header: set[str] = attrs.field(factory=set)
    functions: dict[str, list[str]] = attrs.field(factory=dict)
    claims: list[str] = attrs.field(factory=list)
    constructs: set[str] = attrs.field(factory=set)
    texts: list[str] = attrs.field(factory=list)
    plain: bool = True
    fresh: int = 0

    def new(self, stem: str) -> str:
        """A name of its own."""
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def pick(self, *ways: str) -> str:
        return self.random.choice(ways)

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    # -- expressions -----------------------------------------------------------------------------------------------

    def small(self, names: list[str]) -> str:
        """An int that grows at most as fast as the parameters."""
        x, y, c = self.random.choice(names), self.random.choice(names), self.random.randint(0, 3)
        return self.pick(
            x, x, x, x, x, f"{x} + {c}", f"{x} - {c}", f"{x} + {y}", f"max(0, {x})", f"min({x}, {y})", f"{x} / 2",
            f"{x} - {y}", f"2*{x}", f"abs({x} - {y})", f"{x} - {y} / 2", f"max({x}, {y} + {c})", f"({x} if {x} > {y} else {c})",
        )  # fmt: skip

    def test(self, names: list[str]) -> str:
        """A condition: of ints, or somebody's choice, or chance."""
        x, y, c = self.random.choice(names), self.random.choice(names), self.random.randint(0, 2)
        found = self.pick(
            "*", "*", f"{x} > {c}", f"{x} <= {y}", f"{x} mod 2 = 0", f"{x} != {c}", f"{x} > 0 and {y} > {c}",
            f"{x} > {c} or {y} > {c}", f"not ({x} >= {y})", "flip(1/3)", "flip(0.5)",
        )  # fmt: skip
        return self.noting(found)

    def noting(self, test: str) -> str:
        if "flip" in test:
            self.constructs.add("flip")
        if test == "*" or "and *" in test:
            self.constructs.add("choice")
        return test

    # -- statements ------------------------------------------------------------------------------------------------

    def pay(self) -> list[str]:
        """A call, of a text that may have grown."""
        if not self.texts or self.chance(0.5):
            return ["step()"]
        self.header.add("llm read(x: text) -> text[2]  size 2")
        t = self.random.choice(self.texts)
        return [f"{t} <- read({t})"] if self.chance(0.2) else [f"read({t})"]

    def let(self, names: list[str]) -> list[str]:
        """Another variable: of ints, which `names` then has, or a text, or one that grows."""
        kind = self.random.random()
        if kind < 0.25:
            if self.texts and self.chance(0.7):
                t = self.random.choice(self.texts)
                return [f"{t} <- {t} ++ {self.pick(t, chr(34) + 'more' + chr(34))}" if self.chance(0.3) else
                        f'{t} <- {t} ++ "one more"']  # fmt: skip
            return ["step()"]
        value, x = self.small(names), self.new("v")
        if kind < 0.4:
            value = f"any int in 0..{self.pick('3', 'max(0, a)')}"
            self.constructs.add("any")
        elif kind < 0.5:
            value = self.pick("Uniform(0..3)", "Binomial(3, 1/2)", "Uniform(1..2)")
            self.constructs.add("draw")
        elif kind < 0.6:
            self.header.add("llm guess(n: int) -> int in 0..3  size 1")
            value = f"guess({value})"
            self.constructs.add("contract")
        names.append(x)
        return [f"{x} <- {value}"]

    def branch(self, names: list[str], depth: int) -> list[str]:
        self.constructs.add("branch")
        lines = [f"if {self.test(names)} then", *self.inside(names, depth)]
        if self.chance(0.5):
            lines += ["else", *self.inside(names, depth)]
        return lines

    def statement(self, names: list[str], depth: int) -> list[str]:
        """One statement; below the deepest loops none that branches."""
        self.budget -= 1
        kind = self.random.random()
        if depth > DEEPEST or self.budget < 0 or kind < 0.3:
            return self.pay()
        if kind < 0.45:
            return self.let(names)
        if kind < 0.55:
            return self.branch(names, depth)
        return self.loop(names, depth)

    def loop(self, names: list[str], depth: int) -> list[str]:
        kind = self.random.choice([*self.loops, "counted loop", "counted loop"])
        self.constructs.add(kind)
        if depth:
            self.constructs.add("nested")
        return self.loops[kind](self, names, depth)

    def inside(self, names: list[str], depth: int) -> list[str]:
        """An indented block that calls something."""
        names = list(names)
        lines = [
            line for _ in range(self.random.choice([1, 1, 1, 2])) for line in self.statement(names, depth + 1)
        ]
        if not any("step()" in line or "read(" in line for line in lines):
            lines.insert(0, "step()")
        return ["    " + line for line in lines]


Writing = Callable[[Writer, list[str], int], list[str]]
