"""Random functions that call themselves: no bound is on the wrong side of a run, and closed forms are what runs pay."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run import execute

SEEDS = 25
QUANTITIES = (Quantity("calls"), Quantity("tokens in"), Quantity("calls", None, True))
MANY = 2000


def generated(seed: int) -> str:
    """A program whose function `f(n, k, x)` calls itself with something smaller, in one of many ways."""
    random = Random(seed)
    pick = random.choice
    least = pick([1, 1, 2, 3])
    smaller = ["n - 1", "n - 1", "n - 2", "n / 2"] + (["n - n / 2", "n / 3"] if least > 1 else [])
    if least > 1:
        smaller.append("(n + 1) / 2")
    other = pick(["k", "k", "k + 1", "k - 1", "2 * k"])
    text = pick(["x", "x", 'x ++ "a b"', "x ++ y"])
    guard = pick([f"n >= {least}", f"n >= {least}", f"n >= {least} and k > 0", f"not n < {least}"])
    lines = [f"if {guard} then", "    y <- read(x)"]
    work = pick(["", "", "for i in 1..n do\n        step()", "for i in 1..k do\n        step()", "step()"])
    if work:
        lines.append("    " + work)
    lines += _calls(random, smaller, other, text)
    if random.random() < 0.4:
        lines += ["else", "    " + pick(["step()", "for i in 1..k do\n        step()", "y <- read(x)"])]
    body = "\n".join("    " + line for part in lines for line in part.splitlines())
    return f"""llm step() -> bool  size 1
llm read(x: text) -> text[1]  size 2

def f(n: int, k: int, x: text):
{body}
"""


def _calls(random: Random, smaller: list[str], other: str, text: str) -> list[str]:
    def call() -> str:
        return f"f({random.choice(smaller)}, {other}, {text})"

    one = call()
    kind = random.randrange(8)
    match kind:
        case 0 | 1:
            return [f"    {one}"]
        case 2:
            return [f"    {one}", f"    {call()}"]
        case 3:
            return [f"    {one}", f"    {one}"]
        case 4:
            return ["    if * then", f"        {one}", "    else", f"        {call()}"]
        case 5:
            return ["    if step() then", f"        {one}", f"    {call()}"]
        case 6:
            return ["    for j in 1..2 do", f"        {one}"]
        case _:
            return ["    parallel for j in 1..2 do", f"        {one}"]


def divided(seed: int) -> str:
    """A program whose function `f(n, k, x)` calls itself for parts of n, down to some size, cut somehow."""
    random = Random(seed)
    pick = random.choice
    least = pick([2, 2, 3, 4, 5])
    guard = pick([f"n >= {least}", f"n >= {least}", "n > k and k > 0"])
    work = pick([
        "step()", "for i in 1..n do\n        step()", "for i in 2..n do\n        step()",
        "for i in 1..n do\n        for j in 1..n do\n            step()", "for i in 1..n/2 do\n        step()",
        "y <- read(x)", "if step() then\n        for i in 1..n do\n            step()",
    ])  # fmt: skip
    by = pick([2, 2, 2, 3, 4])
    by = min(by, least) if guard.startswith("n >=") else 2
    cut = pick([
        (f"n / {by}", f"n - n / {by}"), (f"n / {by}", f"n - n / {by}"), (f"n / {by}",) * pick([1, 2, 3, 4]),
        (f"n / {by}", f"(n + {by - 1}) / {by}"), ("p", "n - p"), ("p", "n - 1 - p"), ("p",), ("n - 1 - p",),
        (f"n / {by}", "n - 1"), ("n / 2", "n / 3"),
    ])  # fmt: skip
    draw = ""
    if "p" in cut[-1]:
        low = 1 if cut == ("p", "n - p") else 0
        draw = f"    p <- {pick(['any int in ', 'Uniform('])}{low}..n-1"
        draw += ")" if "Uniform" in draw else ""
    lines = [
        f"if {guard} then",
        "    " + work,
        *([draw] if draw else []),
        *(f"    f({part}, k, x)" for part in cut),
    ]
    if random.random() < 0.4:
        lines += ["else", "    " + pick(["step()", "y <- read(x)"])]
    body = "\n".join("    " + line for part in lines for line in part.splitlines())
    return f"""llm step() -> bool  size 1
llm read(x: text) -> text[1]  size 2

def f(n: int, k: int, x: text):
{body}
"""


def program(text: str) -> Program:
    found, problems = load(Source("random.aalp", text))
    assert found is not None, problems
    return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_bounds_cover_every_run(seed: int, first_seed: int) -> None:
    covered(generated(first_seed + seed), seed)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_bounds_cover_every_division(seed: int, first_seed: int) -> None:
    covered(divided(first_seed + seed), seed)


def covered(text: str, seed: int) -> None:
    """Runs with every adversary lie within the bounds."""
    of = program(text)
    analysis = analyse(of, "f")
    answers = {quantity: analysis.answer(quantity) for quantity in QUANTITIES}
    seen: Counter[str] = Counter()
    for n in (-1, 0, 1, 2, 3, 4, 5, 6, 9):
        for k, adversary in ((1, "random"), (2, "worst"), (3, "best"), (-1, "random")):
            inputs, at = {"x": "a b c"}, {"n": n, "k": k}
            run = execute(of, "f", inputs, at, seed=seed, adversary=adversary, patience=10**6)
            if run.diagnostics:
                continue
            values = {**at, **run.entry}
            for quantity, answer in answers.items():
                paid = _paid(run, quantity)
                if paid is not None and paid < MANY:
                    compare(answer, values, paid, f"{quantity} at {values}:\n{text}")
                    seen[quantity.kind] += 1
    assert seen["calls"] > 10


def _paid(run: object, quantity: Quantity) -> int | None:
    meter = run.meter  # type: ignore[attr-defined]
    return meter.spans["calls"] if quantity.critical else meter.work(quantity.kind)


def compare(answer: Answer, at: dict[str, object], paid: int, where: str) -> None:
    """The bounds lie around what was paid; an exact form without observables is that."""
    if answer.upper is not None and answer.upper.free <= at.keys():
        assert answer.upper.value(at) >= paid - 1e-6, f"upper {answer.upper}, paid {paid}: {where}"
    if answer.lower is not None and answer.lower.free <= at.keys():
        assert answer.lower.value(at) <= paid + 1e-6, f"lower {answer.lower}, paid {paid}: {where}"
    if answer.exact is not None and answer.exact.free <= at.keys():
        assert answer.exact.value(at) == paid, f"exact {answer.exact}, paid {paid}: {where}"


def test_most_recursions_are_bounded_from_both_sides() -> None:
    bounded = exact = 0
    for seed in range(SEEDS):
        answer = analyse(program(generated(seed)), "f").answer(Quantity("calls"))
        bounded += answer.upper is not None
        exact += answer.exact is not None
    assert bounded >= 0.8 * SEEDS
    assert exact >= 0.4 * SEEDS
