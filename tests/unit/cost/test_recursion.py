"""Recursion: closed forms where there are, else bounds, against the same recursion counted by brute force and by runs.

Every program counts calls of `step`. `worst` and `best` say the same recursion in Python, over everything that may be
chosen; bounds must hold for all entries of a small box, negative ones too, and be as tight as is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import product

import attrs
import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run import execute

Count = Callable[..., int]


@attrs.frozen
class Shape:
    """A recursion: its program, the parameters of `f`, and how many calls it makes at most and at least.

    `slack` is how far upper/worst and best/lower may be from 1 at the largest entry; `None`: there is no such bound."""

    text: str
    names: tuple[str, ...]
    worst: Count
    best: Count | None = None
    box: tuple[Iterable[int], ...] = (range(-2, 14),)
    slack: tuple[float | None, float | None] = (1.0, 1.0)
    large: tuple[int, ...] = (100,)

    @property
    def exact(self) -> bool:
        """Whether there must be a closed form."""
        return self.slack == (1.0, 1.0) and self.best is None


def down(n: int) -> int:
    return 1 + down(n - 1) if n > 0 else 0


def twos(n: int) -> int:
    return 1 + twos(n - 2) if n > 1 else 0


def tree(d: int, k: int) -> int:
    return 1 + (max(k, 0) * tree(d - 1, k) if d > 0 else 0)


def jacobsthal(n: int) -> int:
    return 1 + (jacobsthal(n - 1) + 2 * jacobsthal(n - 2) if n > 1 else 0)


@cache
def fibonacci(n: int) -> int:
    return 1 + (fibonacci(n - 1) + fibonacci(n - 2) if n > 1 else 0)


def triangle(n: int) -> int:
    return n + triangle(n - 1) if n > 0 else 0


def halving(n: int) -> int:
    return 1 + halving(n // 2) if n > 0 else 0


@cache
def between(n: int, most: bool) -> int:
    choose = max if most else min
    return 1 + choose(between(n // 2, most), between(n - n // 2 - 1, most)) if n > 0 else 0


@cache
def squares(n: int) -> int:
    return n * n + squares(n // 2) + squares(n - n // 2) if n > 1 else 0


@cache
def karatsuba(n: int) -> int:
    return n + karatsuba((n + 1) // 2) + 2 * karatsuba(n // 2) if n > 1 else 0


@cache
def merging(n: int, most: bool) -> int:
    paid = n - 1 if most else n // 2
    return paid + merging(n // 2, most) + merging(n - n // 2, most) if n > 1 else 0


@cache
def leaves(n: int) -> int:
    return 1 + (leaves(n // 2) + leaves(n - n // 2) if n > 1 else 0)


@cache
def chunked(n: int) -> int:
    return 1 + (chunked(n // 2) + chunked(n - n // 2) if n > 100 else 0)


@cache
def long_merging(n: int) -> int:
    return n + long_merging(n // 2) + long_merging(n - n // 2) if n > 7 else 1


@cache
def quick(n: int, most: bool) -> int:
    choose = max if most else min
    return n - 1 + choose(quick(p, most) + quick(n - 1 - p, most) for p in range(n)) if n > 1 else 0


@cache
def select(n: int, most: bool) -> int:
    choose = max if most else min
    return n - 1 + choose(select(p, most) for p in range(n)) if n > 1 else 0


def alternating(n: int) -> int:
    return 1 + (alternating(n - 2) if n > 1 else 0)


def hanoi(n: int) -> int:
    return 2 * hanoi(n - 1) + 1 if n > 0 else 0


@cache
def trickle(n: int) -> int:
    return 1 + sum(trickle(i) for i in range(n))


@cache
def thirds(n: int) -> int:
    return n + thirds(n // 3) + thirds(n - n // 3) if n > 2 else 0


@cache
def medians(n: int) -> int:
    return n + medians(n // 5) + medians(7 * n // 10) if n > 4 else 1


@cache
def three(n: int) -> int:
    return 1 + three(n // 3) + three((n + 1) // 3) + three((n + 2) // 3) if n > 1 else 1


@cache
def either(x: int, y: int, most: bool) -> int:
    choose = max if most else min
    return 1 + choose(either(x - 1, y, most), either(x, y - 1, most)) if x > 0 and y > 0 else 0


@cache
def paths(x: int, y: int) -> int:
    return 1 + (paths(x - 1, y) + paths(x, y - 1) if x > 0 and y > 0 else 0)


def subtracting(a: int, b: int) -> int:
    if a <= 0 or b <= 0 or a == b:
        return 1
    return 1 + (subtracting(a - b, b) if a > b else subtracting(a, b - a))


def euclid(a: int, b: int) -> int:
    return 1 + euclid(b, a % b) if b > 0 else 0


def mixed(n: int) -> int:
    if n <= 0:
        return 0
    return 1 + (mixed(n // 2) if n % 2 == 0 else mixed(n - 1))


def tired(n: int, most: bool) -> int:
    return (1 + (tired(n - 1, most) if most else 0)) if n > 0 else 0


def thrice(n: int) -> int:
    return n * n + 3 * thrice(n - 1) if n > 0 else 0


@cache
def splitting(n: int, most: bool) -> int:
    """Cut anywhere, both parts at least 1: as many leaves in any case."""
    return 1 + (splitting(1, most) + splitting(n - 1, most) if n > 1 else 0)


def arrangements(n: int) -> int:
    return 1 + n * arrangements(n - 1) if n > 0 else 1


SHAPES = {
    "as many calls as numbers": Shape(
        "step()\nif n > 0 then\n    for i in 1..n do\n        f(n - 1)", ("n",), arrangements, box=(range(-2, 7),), large=(7,)
    ),
    "parts of a hundred": Shape(
        "step()\nif n > 100 then\n    f(n / 2)\n    f(n - n / 2)",
        ("n",), chunked, chunked, box=(range(-2, 240),), slack=(2.0, 2.0), large=(3000,),
    ),
    "merging down to seven": Shape(
        "if n > 7 then\n    for i in 1..n do\n        step()\n    f(n / 2)\n    f(n - n / 2)\nelse\n    step()",
        ("n",), long_merging, long_merging, box=(range(-2, 70),), slack=(1.2, 1.2), large=(3000,),
    ),
    "a third and the rest": Shape(
        "if n > 2 then\n    for i in 1..n do\n        step()\n    f(n / 3)\n    f(n - n / 3)",
        ("n",), thirds, thirds, slack=(1.9, 1.7), large=(3000,),
    ),
    "medians of medians": Shape(
        "if n > 4 then\n    for i in 1..n do\n        step()\n    f(n / 5)\n    f(7 * n / 10)\nelse\n    step()",
        ("n",), medians, medians, slack=(1.6, None), large=(3000,),
    ),
    "three thirds": Shape(
        "step()\nif n > 1 then\n    f(n / 3)\n    f((n + 1) / 3)\n    f((n + 2) / 3)",
        ("n",), three, three, slack=(3.0, 3.0), large=(3000,),
    ),
    "one or the other": Shape(
        "if x > 0 and y > 0 then\n    step()\n    if * then f(x - 1, y) else f(x, y - 1)", ("x", "y"),
        lambda x, y: either(x, y, True), lambda x, y: either(x, y, False), (range(-2, 6),) * 2, (1.0, 1.0), (30, 20),
    ),
    "one and the other": Shape(
        "step()\nif x > 0 and y > 0 then\n    f(x - 1, y)\n    f(x, y - 1)", ("x", "y"), paths, paths,
        (range(-2, 6),) * 2, (None, None), (4, 4),
    ),
    "gcd by subtraction": Shape(
        "step()\nif a > 0 and b > 0 then\n    if a > b then\n        f(a - b, b)\n    else\n        if b > a then\n"
        "            f(a, b - a)",
        ("a", "b"), subtracting, subtracting, (range(-2, 9),) * 2, (1.1, None), (30, 1),
    ),
    "gcd by division": Shape(
        "if b > 0 then\n    step()\n    f(b, a mod b)", ("a", "b"), euclid, euclid, (range(-3, 14),) * 2, (None, None),
        (89, 55),
    ),
    "half or one less": Shape(
        "if n > 0 then\n    step()\n    if n mod 2 = 0 then f(n / 2) else f(n - 1)", ("n",), mixed, mixed,
        slack=(None, None),
    ),
    "perhaps once more": Shape(
        "if n > 0 then\n    if step() then\n        f(n - 1)", ("n",), lambda n: tired(n, True),
        lambda n: tired(n, False), large=(40,),
    ),
    "three times as much": Shape(
        "if n > 0 then\n    for i in 1..n*n do\n        step()\n    f(n - 1)\n    f(n - 1)\n    f(n - 1)", ("n",), thrice,
        large=(20,),
    ),
    "all before": Shape("step()\nfor i in 0..n-1 do\n    f(i)", ("n",), trickle, large=(14,)),
    "rabbits": Shape(
        "step()\nif n > 1 then\n    f(n - 1)\n    f(n - 2)", ("n",), fibonacci, fibonacci, slack=(1.4, 1.4), large=(20,)
    ),
    "cut anywhere": Shape(
        "step()\nif n > 1 then\n    p <- any int in 1..n-1\n    f(p)\n    f(n - p)", ("n",),
        lambda n: splitting(n, True), lambda n: splitting(n, False), slack=(1.0, 1.0), large=(60,),
    ),
    "down by one": Shape("if n > 0 then\n    step()\n    f(n - 1)", ("n",), down),
    "down by two": Shape("if n > 1 then\n    step()\n    f(n - 2)", ("n",), twos),
    "up to a limit": Shape(
        "if i < n then\n    step()\n    f(i + 1, n)", ("i", "n"), lambda i, n: max(n - i, 0), box=(range(-3, 5),) * 2,
        large=(3, 90),
    ),
    "a tree of depth d": Shape(
        "step()\nif d > 0 then\n    for i in 1..k do\n        f(d - 1, k)", ("d", "k"), tree,
        box=(range(-1, 5), range(-1, 4)), large=(6, 3),
    ),
    "towers": Shape("if n > 0 then\n    f(n - 1)\n    step()\n    f(n - 1)", ("n",), hanoi, large=(30,)),
    "two terms, rational roots": Shape(
        "step()\nif n > 1 then\n    f(n - 1)\n    f(n - 2)\n    f(n - 2)", ("n",), jacobsthal, large=(14,)
    ),
    "a loop before": Shape("if n > 0 then\n    for i in 1..n do\n        step()\n    f(n - 1)", ("n",), triangle),
    "halving": Shape("if n > 0 then\n    step()\n    f(n / 2)", ("n",), halving, large=(1000,)),
    "even and odd": Shape("step()\nif n > 0 then\n    g(n - 1)", ("n",), alternating),
    "both halves": Shape("step()\nif n > 1 then\n    f(n / 2)\n    f(n - n / 2)", ("n",), leaves, large=(1000,)),
    "one half or the other": Shape(
        "if lo < hi then\n    mid <- (lo + hi) / 2\n    if step() then f(lo, mid) else f(mid + 1, hi)",
        ("lo", "hi"),
        lambda lo, hi: between(hi - lo, True),
        lambda lo, hi: between(hi - lo, False),
        (range(-3, 4), range(-4, 20)),
        (1.0, 1.0),
        (0, 1000),
    ),
    "halves and a square": Shape(
        "if n > 1 then\n    for i in 1..n do\n        for j in 1..n do\n            step()\n    f(n / 2)\n    f(n - n / 2)",
        ("n",),
        squares,
        squares,
        slack=(1.01, 1.01),
        large=(2000,),
    ),
    "three halves": Shape(
        "if n > 1 then\n    for i in 1..n do\n        step()\n    f((n + 1) / 2)\n    f(n / 2)\n    f(n / 2)",
        ("n",),
        karatsuba,
        karatsuba,
        slack=(2.6, 2.0),
        large=(2000,),
    ),
    "merging": Shape(
        "if n > 1 then\n    f(n / 2)\n    f(n - n / 2)\n    a <- n / 2\n    b <- n - n / 2\n"
        "    while a > 0 and b > 0 do\n        if step() then a <- a - 1 else b <- b - 1",
        ("n",),
        lambda n: merging(n, True),
        lambda n: merging(n, False),
        slack=(1.0, 1.15),
        large=(1024,),
    ),
    "quicksort": Shape(
        "if n > 1 then\n    for i in 2..n do\n        step()\n    p <- Uniform(0..n-1)\n    f(p)\n    f(n - 1 - p)",
        ("n",),
        lambda n: quick(n, True),
        lambda n: quick(n, False),
        slack=(1.0, 1.1),
        large=(100,),
    ),
    "quickselect": Shape(
        "if n > 1 then\n    for i in 2..n do\n        step()\n    p <- Uniform(0..n-1)\n    if * then f(p) else f(n - 1 - p)",
        ("n",),
        lambda n: select(n, True),
        lambda n: select(n, False),
        slack=(1.0, 1.0),
        large=(100,),
    ),
}  # fmt: skip

OTHERS = "def g(n: int):\n    if n > 0 then\n        f(n - 1)\n"


@cache
def program(name: str) -> Program:
    shape = SHAPES[name]
    params = ", ".join(f"{name}: int" for name in shape.names)
    body = "\n".join("    " + line for line in shape.text.splitlines())
    text = f"llm step() -> bool  size 1\n\ndef f({params}):\n{body}\n\n{OTHERS if 'g(' in body else ''}"
    found, problems = load(Source("recursion.aalp", text))
    assert found is not None, problems
    return found


@cache
def calls(name: str) -> Answer:
    return analyse(program(name), "f").answer(Quantity("calls"))


def entries(shape: Shape) -> Iterable[tuple[int, ...]]:
    yield from product(*(shape.box if len(shape.box) == len(shape.names) else shape.box * len(shape.names)))
    yield shape.large


@pytest.mark.parametrize("name", SHAPES)
def test_bounds_hold_for_all_entries(name: str) -> None:
    shape = SHAPES[name]
    answer = calls(name)
    assert not answer.conditional
    for entry in entries(shape):
        at = dict(zip(shape.names, entry, strict=True))
        most, least = shape.worst(*entry), (shape.best or shape.worst)(*entry)
        if answer.upper is not None:
            assert answer.upper.value(at) >= most - 1e-9, f"{at}: {answer.upper}"
        if answer.lower is not None:
            assert answer.lower.value(at) <= least + 1e-9, f"{at}: {answer.lower}"


@pytest.mark.parametrize("name", SHAPES)
def test_bounds_are_as_tight_as_they_say(name: str) -> None:
    shape = SHAPES[name]
    answer = calls(name)
    at = dict(zip(shape.names, shape.large, strict=True))
    above, below = shape.slack
    if above is not None:
        assert answer.upper is not None
        assert answer.upper.value(at) <= above * shape.worst(*shape.large) + 1e-9
    if below is not None:
        assert answer.lower is not None
        assert below * answer.lower.value(at) >= (shape.best or shape.worst)(*shape.large) - 1e-9


@pytest.mark.parametrize("name", [name for name, shape in SHAPES.items() if shape.exact])
def test_closed_forms_are_exact(name: str) -> None:
    shape = SHAPES[name]
    answer = calls(name)
    assert answer.exact is not None
    assert answer.exact == answer.lower == answer.upper
    for entry in entries(shape):
        at = dict(zip(shape.names, entry, strict=True))
        assert answer.exact.value(at) == shape.worst(*entry), f"{at}: {answer.exact}"


@pytest.mark.parametrize("name", SHAPES)
def test_runs_lie_within_the_bounds(name: str) -> None:
    shape = SHAPES[name]
    of = program(name)
    answer = calls(name)
    for seed, entry in enumerate(list(entries(shape))[:: max(1, len(list(entries(shape))) // 9)]):
        at = dict(zip(shape.names, entry, strict=True))
        if shape.worst(*entry) > 3000:
            continue
        for adversary in ("random", "worst", "best"):
            run = execute(of, "f", None, at, seed=seed, adversary=adversary)
            assert not run.diagnostics
            paid = run.meter.work("calls")
            assert paid is not None
            if answer.upper is not None:
                assert answer.upper.value(at) >= paid - 1e-9
            if answer.lower is not None:
                assert answer.lower.value(at) <= paid + 1e-9
