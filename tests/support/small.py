"""Small random programs over the whole language: integer loops of all kinds, and a pinch of everything else.

A program is drawn from a seed and has a function `f(a: int, b: int)`. `constructs` says what it is made of, so that a test can
tell which of them the analysis copes with. Loops mostly end; those that need not are bounded by nobody, and the analysis
has to say so.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import attrs


@attrs.frozen
class Small:
    """A program text and what occurs in it; `plain` where all its values are ints."""

    text: str
    constructs: frozenset[str]
    plain: bool


def generate(seed: int) -> Small:
    """The program of this seed."""
    random = Random(seed)
    writer = _Writer(random)
    lines = writer.body()
    if random.random() < 0.3:
        spice = random.choice(list(_SPICE))
        lines = (
            [*_SPICE[spice](writer), *lines] if random.random() < 0.5 else [*lines, *_SPICE[spice](writer)]
        )
        writer.constructs.add(spice)
        writer.plain = False
    head = ["llm step() -> text[0]  size 1", *sorted(writer.header)]
    functions = [line for name in sorted(writer.functions) for line in ["", *writer.functions[name]]]
    text = [
        *head,
        *functions,
        "",
        "def f(a: int, b: int):",
        *("    " + line for line in lines),
        *writer.claims,
    ]
    return Small("\n".join(text) + "\n", frozenset(writer.constructs), writer.plain)


@attrs.define
class _Writer:
    random: Random
    header: set[str] = attrs.field(factory=set)
    functions: dict[str, list[str]] = attrs.field(factory=dict)
    claims: list[str] = attrs.field(factory=list)
    constructs: set[str] = attrs.field(factory=set)
    plain: bool = True
    fresh: int = 0

    def new(self, stem: str) -> str:
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def pick(self, *ways: str) -> str:
        return self.random.choice(ways)

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    # -- ints ------------------------------------------------------------------------------------------------------

    def small(self, names: list[str]) -> str:
        """An int that grows at most as fast as the parameters."""
        x, y, c = self.random.choice(names), self.random.choice(names), self.random.randint(0, 3)
        return self.pick(
            x, x, x, x, f"{x} + {c}", f"{x} - {c}", f"{x} + {y}", f"max(0, {x})", f"min({x}, {y})", f"{x} / 2", str(c),
            f"{x} - {y}", f"2*{x}", f"abs({x} - {y})",
        )  # fmt: skip

    def test(self, names: list[str]) -> str:
        x, y, c = self.random.choice(names), self.random.choice(names), self.random.randint(0, 2)
        return self.pick(
            "*", "*", f"{x} > {c}", f"{x} <= {y}", f"{x} mod 2 = 0", f"{x} != {c}", f"{x} > 0 and {y} > {c}",
            f"{x} > {c} or {y} > {c}", f"not ({x} >= {y})", "flip(1/3)", "flip(0.5)",
        )  # fmt: skip

    def noting(self, text: str) -> str:
        if "flip" in text:
            self.constructs.add("flip")
        if "*" in text.split() or text == "*":
            self.constructs.add("choice")
        return text

    # -- statements ------------------------------------------------------------------------------------------------

    def body(self) -> list[str]:
        names = ["a", "b"]
        lines: list[str] = []
        for _ in range(self.random.choice([1, 1, 2, 2, 3])):
            lines += self.statement(names, 0)
        return lines if self.chance(0.9) else ["if a > b then", "    return", *lines]

    def statement(self, names: list[str], depth: int) -> list[str]:
        """One statement or loop; `names` are int variables, to which new ones are added."""
        simple = [self.pay, self.let, self.branch]
        loops = [
            self.counted,
            self.counted,
            self.down,
            self.up,
            self.shrinking,
            self.pair,
            self.saving,
            self.lucky,
            self.recursing,
        ]
        if depth >= 2:
            return self.random.choice([self.pay, self.pay, self.let])(names, depth)
        return self.random.choice(
            simple + loops * 2 if depth == 0 else [*simple, *loops, self.pay, self.pay]
        )(names, depth)

    def inside(self, names: list[str], depth: int) -> list[str]:
        lines = [
            line for _ in range(self.random.choice([1, 1, 2])) for line in self.statement(names, depth + 1)
        ]
        if not any("step()" in line for line in lines):
            lines.insert(0, "step()")
        return ["    " + line for line in lines]

    def pay(self, names: list[str], depth: int) -> list[str]:
        return ["step()"]

    def let(self, names: list[str], depth: int) -> list[str]:
        value = self.small(names)
        if self.chance(0.2):
            value = f"any int in 0..{self.pick('3', 'max(0, a)')}"
            self.constructs.add("any")
        elif self.chance(0.1):
            value = self.pick("Uniform(0..3)", "Binomial(3, 1/2)", "Uniform(1..2)")
            self.constructs.add("draw")
        x = self.new("v")
        names.append(x)
        return [f"{x} <- {value}"]

    def branch(self, names: list[str], depth: int) -> list[str]:
        lines = [f"if {self.noting(self.test(names))} then", *self.inside(list(names), depth)]
        if self.chance(0.5):
            lines += ["else", *self.inside(list(names), depth)]
        self.constructs.add("branch")
        return lines

    def counted(self, names: list[str], depth: int) -> list[str]:
        self.constructs.add("counted loop" if depth == 0 else "nested counted loop")
        i = self.new("i")
        low, high = self.pick("1", "0", self.random.choice(names)), self.small(names)
        step = self.pick("", "", "", " by 2")
        return [f"for {i} in {low}..{high}{step} do", *self.inside([*names, i], depth)]

    def down(self, names: list[str], depth: int) -> list[str]:
        self.constructs.add("while down")
        x, by = self.new("x"), self.pick("1", "1", "2", "3")
        start = self.small(names)
        step = f"{x} <- {x} - {by}"
        if self.chance(0.15):
            step = f"if {self.noting('*')} then {x} <- {x} - 1 else {x} <- {x} - 2"
        return [
            f"{x} <- {start}",
            f"while {x} > {self.pick('0', '0', '1')} do",
            *self.inside(list(names), depth),
            f"    {step}",
        ]

    def up(self, names: list[str], depth: int) -> list[str]:
        self.constructs.add("while up")
        x, by, limit = self.new("x"), self.pick("1", "1", "2"), self.small(names)
        return [
            f"{x} <- 0",
            f"while {x} < {limit} do",
            *self.inside([*names, x], depth),
            f"    {x} <- {x} + {by}",
        ]

    def shrinking(self, names: list[str], depth: int) -> list[str]:
        self.constructs.add("halving")
        x = self.new("x")
        return [
            f"{x} <- {self.small(names)}",
            f"while {x} > 0 do",
            *self.inside(list(names), depth),
            f"    {x} <- {x} / {self.pick('2', '3')}",
        ]

    def pair(self, names: list[str], depth: int) -> list[str]:
        self.constructs |= {"two counters", "choice"}
        x, y = self.new("x"), self.new("y")
        way = self.pick("*", f"{y} > 0", "flip(1/2)")
        self.noting(way)
        more = self.pick("and", "or") if way == f"{y} > 0" else "and"
        test = f"{x} > 0" if way == f"{y} > 0" and more == "and" else f"{x} > 0 {more} {y} > 0"
        second = self.pick(f"{x} <- {x} - 1", f"{x} <- {x} - 1", f"{x}, {y} <- {x} - 1, a")
        return [
            f"{x}, {y} <- {self.small(names)}, {self.small(names)}",
            f"while {test} do",
            "    step()",
            f"    if {way} then",
            f"        {y} <- {y} - 1",
            "    else",
            f"        {second}",
        ]

    def saving(self, names: list[str], depth: int) -> list[str]:
        self.constructs |= {"amortised", "choice"}
        z, i = self.new("z"), self.new("i")
        return [
            f"{z} <- 0",
            f"for {i} in 1..{self.small(names)} do",
            f"    {z} <- {z} + {self.pick('1', '2')}",
            f"    while {z} > 0{self.pick(' and *', '')} do",
            f"        {z} <- {z} - 1",
            "        step()",
        ]

    def lucky(self, names: list[str], depth: int) -> list[str]:
        self.constructs |= {"random loop", "flip"}
        x, p = self.new("x"), self.pick("1/2", "1/3", "3/4")
        if self.chance(0.4):
            return ["repeat", *self.inside(list(names), depth + 1), f"until flip({p})"]
        other = self.pick("", f" else {x} <- {x} + 1" if p == "3/4" else "")
        return [
            f"{x} <- {self.small(names)}",
            f"while {x} > 0 do",
            "    step()",
            f"    if flip({p}) then {x} <- {x} - 1{other}",
        ]

    def recursing(self, names: list[str], depth: int) -> list[str]:
        self.constructs.add("recursion")
        g = self.new("g")
        way = self.pick("one", "one", "half", "two", "loop")
        again = {
            "one": [f"{g}(n - {self.pick('1', '2')})"],
            "half": [f"{g}(n/2)"],
            "two": [f"{g}(n - 1)", f"{g}(n - {self.pick('1', '2')})"],
            "loop": ["for i in 1..n do", "    step()", f"{g}(n - 1)"],
        }[way]
        self.functions[g] = [
            f"def {g}(n: int):",
            "    if n > 0 then",
            "        step()",
            *("        " + each for each in again),
        ]
        return [f"{g}({self.small(names) if way != 'two' else 'min(a, 6)'})"]


# -- a pinch of everything else ------------------------------------------------------------------------------------

Spice = Callable[[_Writer], list[str]]


def _records(w: _Writer) -> list[str]:
    w.header.add("type pair = {low: int, high: int}")
    return ["r <- {low: a, high: b}", "r.low <- r.low + 1", "for i in r.low..r.high do", "    step()"]


def _lists(w: _Writer) -> list[str]:
    w.header.add("llm note(x: text) -> text[2]  size 1")
    return ['xs <- ["one word", "two"]', "xs[0] <- note(xs[1])", "for x in xs ++ [xs[0]] do", "    note(x)"]


def _texts(w: _Writer) -> list[str]:
    w.header.add("llm note(x: text) -> text[2]  size 1")
    return [
        't <- "four words are here" ++ "more"',
        "t[0:2] <- note(t)",
        "for i in 1..a do",
        "    t <- t ++ note(t[0 : len(t)/2])",
    ]


def _maybe(w: _Writer) -> list[str]:
    w.header.add("llm find(x: text) -> text[1]?  size 1")
    w.functions["positive"] = [
        "def positive(n: int) -> int?:",
        "    if n > 0 then",
        "        return n",
        "    return nothing",
    ]
    return [
        "k <- positive(a) else 0",
        "bug <- find(\"here\")",
        "if bug then",
        "    step()",
        "for i in 1..k do",
        "    step()",
    ]  # fmt: skip


def _flags(w: _Writer) -> list[str]:
    return [
        "done <- false",
        "k <- a",
        "while not done do",
        "    step()",
        "    k <- k - 1",
        "    if k <= 0 then done <- true",
    ]


def _folds(w: _Writer) -> list[str]:
    e = w.pick(
        "sum(i in 1..3: i*i)", "max(i in 0..2: i - a)", "min(i in 1..2: a + i)", "count i in 1..4 of i > a"
    )
    return [f"k <- {e}", "for i in -1..k do", "    step()"]


def _handed_over(w: _Writer) -> list[str]:
    w.header.add("llm note(x: text) -> text[2]  size 1")
    w.functions["apply"] = [
        "def apply(g: (text) -> text, n: int):",
        "    for i in 1..n do",
        '        g("word")',
    ]
    return ["apply(note, a)"]


def _facts(w: _Writer) -> list[str]:
    w.header |= {
        "llm note(x: text) -> text  size 1",
        "oracle good(x: text) -> bool",
        "measure worth(x: text) -> int in 0..3",
    }
    laws = ["good(result) with probability 1/2", "worth(result) ~ Binomial(3, 1/2)"]
    said = w.random.choice(laws)
    return [
        f'y <- note("word") where len(result) = 2, worth(result) >= 1, {said}',
        "if good(y) then",
        "    step()",
        "if worth(y) > 1 then",
        "    step()",
    ]


def _sized(w: _Writer) -> list[str]:
    w.header |= {
        "const c",
        "size k, n",
        "assume c <= k",
        "llm team[i in 0..2](x: text[k]) -> text[k]  size 1",
    }
    w.functions["whole"] = [
        "def whole(x: text[n], y: text[n]):",
        "    for i in 1..n do",
        "        y <- team[i mod 3](x[0:k])",
        "    for i in 1..k do",
        "        step()",
    ]
    return ['whole("some words here", "three more words")']


def _parallel(w: _Writer) -> list[str]:
    w.header |= {"size k", "llm note(x: text) -> text[2]  size 1"}
    return [
        'xs <- ["a b", "c d", "e f"]',
        "parallel for i in 0..2 do",
        "    xs[i] <- note(xs[i])",
        f"ys <- parallel for i in 1..max(0, a){w.pick('', ' workers 2')} yield note(xs[0])",
    ]


def _talk(w: _Writer) -> list[str]:
    w.header |= {"llm reply(seen: transcript) -> text[1..3]  size 1", "costmodel own = 2*P + O*m"}
    return [
        'conversation begins "hello there" do',
        "    for i in 1..a do",
        "        hear text[2]",
        "        reply()",
    ]


def _claimed(w: _Writer) -> list[str]:
    w.header |= {"size n", "measure won(x: int) = x > 0"}
    w.functions["coin"] = ["def coin() -> int:", "    if flip(1/3) then", "        return 1", "    return 0"]
    w.claims += [
        "claim best calls(f) >= 0",
        "claim calls(f) + 1 = Omega(1)",
        "claim P(won(coin)) <= 1",
    ]  # fmt: skip
    return ["k <- coin()", "if k = 1 then", "    step()"]


def _signs(w: _Writer) -> list[str]:
    return [
        "k <- -a",
        "for i in k..0 do",
        "    step()",
        "k <- a if a > b else b",
        "while k > 3 do",
        "    step()",
        "    k <- k - 1",
    ]


_SPICE: dict[str, Spice] = {
    "records": _records, "lists": _lists, "texts": _texts, "maybe": _maybe, "flags": _flags, "folds": _folds,
    "functions": _handed_over, "facts": _facts, "parallel": _parallel, "conversation": _talk, "claims": _claimed,
    "signs": _signs, "sizes": _sized,
}  # fmt: skip
