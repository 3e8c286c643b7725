"""Where a cost is least and where two cross, against trying every value."""

from __future__ import annotations

from fractions import Fraction

import pytest

from aalpl.cases.formula import formula
from aalpl.check import load
from aalpl.check.obligations import entry_facts
from aalpl.cost import analyse
from aalpl.cost.claims.regions import Domain
from aalpl.cost.growth.assumed import joined
from aalpl.cost.optima.crossing import crossing, turning
from aalpl.cost.optima.curve import curve
from aalpl.cost.optima.domain import domain
from aalpl.cost.optima.least import formulas, least, root
from aalpl.cost.result import Quantity
from aalpl.program.nodes import Program
from aalpl.report import Source

SIZES = """\
size n, m, s, w
assume m <= n
llm M(x: text) -> text[1] size g

def f(x: text[n]):
    y <- M(x)
"""


def program(text: str = SIZES) -> Program:
    found, problems = load(Source("sizes.aalp", text))
    assert found is not None, problems
    return found


CURVES = [
    "n/m*(s + m)^2",
    "ceil(n/m)*(s + m)^2",
    "floor(n/m)*(s + m)^2 + (ceil(n/m) - floor(n/m))*(s + n - m*floor(n/m))^2",
    "ceil(ceil(n/m)/w)*(s + m)",
    "ceil(n/m)*s + n",
    "m*s + n",
    "max(0, m - s)^2 + min(m, w)",
    "sum(i in 0..ceil(n/m) - 1: min(m, n - i*m)^2) + s*m",
    "log(n/m)*m + n/m",
    "2^m + n/m",
    "abs(m - s) + (m mod w)".replace("(m mod w)", "mod(m, w)"),
    "(m if m > s else n*n)",
]
PLACES = [{"n": 60, "s": 5, "w": 3}, {"n": 47, "s": 11, "w": 2}, {"n": 9, "s": 20, "w": 7}]


@pytest.mark.parametrize("text", CURVES)
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_least_is_what_trying_finds(text: str, place: dict[str, int]) -> None:
    size, sizes = formula(text), program()
    at = {name: Fraction(value) for name, value in place.items()}
    found = least(size, domain(sizes, [sizes.functions["f"]], "m"), at, entry_facts(sizes, frozenset()))
    values = {m: size.value({**place, "m": m}) for m in range(1, place["n"] + 1)}
    smallest = min(values.values())
    assert found is not None
    assert found.every
    assert found.value == smallest
    assert found.argument == min(m for m, value in values.items() if value == smallest)
    assert found.ties == sum(value == smallest for value in values.values())
    if found.formula is not None:
        about = found.formula.value(place)
        assert any(values.get(m) == smallest for m in (int(about), int(about) + 1))


@pytest.mark.parametrize("text", CURVES)
def test_a_curve_has_the_values_of_its_size(text: str) -> None:
    size = formula(text).replace(
        {name: formula(value) for name, value in {"n": "60", "s": "5", "w": "3"}.items()}
    )
    values = curve(size, "m")
    for m in range(1, 61):
        assert values(m) == pytest.approx(size.value({"m": m}), rel=1e-12, abs=0), m


def test_the_literature() -> None:
    """Chunks of m of a text of n, a prompt of s: reading P costs P^2: m = s; the time on w workers: m = n/w."""
    sizes = program(
        """\
size n, m, s, w
assume m <= n
costmodel attending = P^2
costmodel time = P
llm ask(prompt: text) -> text[1]  size g

def each(x: text[n], prompt: text[s]):
    answers <- parallel for part in chunks(x, m) workers w yield ask(prompt ++ part)
"""
    )
    at = {"n": Fraction(100_000), "s": Fraction(500), "w": Fraction(8)}
    allowed = domain(sizes, [sizes.functions["each"]], "m")
    found = {}
    for model, span in (("attending", False), ("time", True)):
        answer = analyse(sizes, "each", (model,)).answer(Quantity("cost", model, span))
        assert answer.upper is not None
        found[model] = least(answer.upper, allowed, at, entry_facts(sizes, frozenset()))
    one, other = found["attending"], found["time"]
    assert one is not None
    assert other is not None
    assert (one.argument, str(one.formula)) == (500, "s")
    assert (other.argument, str(other.formula)) == (12_500, "n/w")
    assert other.value == 13_000


def test_formulas_without_numbers() -> None:
    sizes = program()
    allowed, facts = domain(sizes, [sizes.functions["f"]], "m"), entry_facts(sizes, frozenset())
    assert str(next(formulas(formula("n/m*(s + m)^2"), allowed, facts))) == "s"
    assert str(next(formulas(formula("n*s/m + 2*n"), allowed, facts))) == "n"
    assert str(next(formulas(formula("m^2 + 5"), allowed, facts))) == "1"
    assert next(formulas(formula("m^2 + 16/m^2"), allowed, facts)) == 2


def test_roots() -> None:
    assert root(formula("4*s^2"), 2) == formula("2*s")
    assert root(formula("n*s^2"), 2) == formula("s*n^(1/2)")
    assert root(formula("8/27"), 3) == formula("2/3")


def test_an_endless_domain_is_said_to_be() -> None:
    sizes = program()
    found = least(
        formula("n + s/w"),
        domain(sizes, [], "w"),
        {"n": Fraction(2), "s": Fraction(3)},
        entry_facts(sizes, frozenset()),
    )
    assert found is not None
    assert not found.every
    assert found.argument == found.last


DIFFERENCES = [
    "n^2 - 10*n",
    "n^2 - 225*n",
    "3*n - 100",
    "ceil(n/7) - 5",
    "n^3 - 30*n^2 + 250*n - 600",
    "7 - n",
    "n - n",
]


@pytest.mark.parametrize("text", DIFFERENCES)
def test_crossings_are_what_trying_finds(text: str) -> None:
    sizes = program("size n\nllm M(x: text) -> text[1] size g\n\ndef f(x: text[n]):\n    y <- M(x)\n")
    size = formula(text)
    found = crossing(size, domain(sizes, [], "n"), {})
    assert found is not None
    signs = [(v > 0) - (v < 0) for n in range(1, 400) if (v := size.value({"n": n})) is not None]
    for n, sign in enumerate(signs, start=1):
        stretch = [s for s in found.stretches if s.first <= n][-1]
        assert stretch.sign == sign, n
    if found.settled:
        assert found.stretches[-1].sign == signs[-1]


def test_a_turning_point_is_a_formula() -> None:
    sizes = program()
    where = Domain(entry_facts(sizes, frozenset()), joined(sizes, []))
    found = turning(formula("w*n^2 - (s + 1)*n*w"), "n", where)
    assert found is not None
    assert (found.place, found.beyond) == (formula("s + 1"), 1)
    found = turning(formula("s - n*w"), "n", where)
    assert found is not None
    assert (found.place, found.beyond) == (formula("s/w"), -1)
    assert turning(formula("n^2 - s"), "n", where) is None
    assert turning(formula("(s - w)*n - 1"), "n", where) is None
